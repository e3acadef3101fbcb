"""Files in the challenge's layout: sequences of frames in, masks out."""

from ctc_submission.challenge.frames import FrameInfo, read_frame, read_frame_info
from ctc_submission.challenge.sequences import FrameFile, Part, check_same_geometry, find_frames
from ctc_submission.challenge.tiff.writing import MaskType, write_frame, write_mask

__all__ = [
    "FrameFile",
    "FrameInfo",
    "MaskType",
    "Part",
    "check_same_geometry",
    "find_frames",
    "read_frame",
    "read_frame_info",
    "write_frame",
    "write_mask",
]
