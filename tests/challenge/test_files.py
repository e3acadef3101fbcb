import numpy as np

from ctc_submission.challenge import files


def test_a_sequence_goes_in_and_masks_come_out(tmp_path):
    stack = np.random.default_rng(0).integers(0, 4095, (3, 20, 24)).astype(np.uint16)
    for number in range(2):
        files.write_frame(tmp_path / f"t{number:03d}.tif", stack + number, spacing=(6.0, 1.242, 1.242))
    frames = files.find_frames(tmp_path)
    files.check_same_geometry([files.read_frame_info(frame.path) for frame in frames])
    for frame in frames:
        labels = (files.read_frame(frame.path) > 2000).astype(np.int32)
        files.write_mask(tmp_path / f"mask{frame.number:0{frame.digits}d}.tif", labels)
    masks = [files.read_frame(mask.path) for mask in files.find_frames(tmp_path, "mask")]
    np.testing.assert_array_equal(masks, [stack > 2000, stack + 1 > 2000])


def test_every_public_name_is_there():
    assert all(callable(getattr(files, name)) for name in files.__all__)
