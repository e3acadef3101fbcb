"""``ctc-submission info``: what a file holds, and what segmenting it takes."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.cli.machine import add_machine_arguments, chosen_execution
from ctc_submission.cli.paths import need_frames
from ctc_submission.cli.segment import (
    add_configuration_arguments,
    add_pattern_argument,
    check_configuration_paths,
    chosen_configuration,
)

if TYPE_CHECKING:
    import numpy as np

    from ctc_submission.challenge.files import FrameFile, FrameInfo


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "source", type=Path, metavar="INPUT", help="one file, or a folder of t000.tif, t001.tif, ... or of other images"
    )
    add_pattern_argument(parser)
    add_machine_arguments(parser)
    add_configuration_arguments(parser, required=False)


def run(arguments: argparse.Namespace) -> int:
    """Look and tell."""
    check_configuration_paths(arguments)
    need_frames(arguments.source, or_file=True)
    from ctc_submission.challenge.files import check_same_geometry
    from ctc_submission.challenge.voxel_size import resolve_voxel_size
    from ctc_submission.recordings.finding import describe_recording, find_recording
    from ctc_submission.recordings.reading import read_info, read_stack

    frames = find_recording(
        arguments.source,
        pattern=arguments.pattern,
        channel=arguments.channel,
        axes=arguments.axes,
        scene=arguments.scene,
    )
    infos = [read_info(frame, arguments.axes) for frame in frames]
    stack = read_stack(frames[0], arguments.axes)
    for line in _describe(infos[0], stack):
        print(line)
    if len(infos) > 1:
        check_same_geometry(infos)
        print(f"frames       {describe_recording(frames)}, all of this size and type")
    if arguments.dataset or arguments.config:
        _print_estimate(stack, frames, arguments)
    else:
        print(f"voxel size   {resolve_voxel_size(infos, stated=arguments.spacing)}")
        print("estimate     add --dataset NAME or --config FILE.toml for the time and memory segmenting takes")
    return 0


def _describe(info: "FrameInfo", stack: "np.ndarray") -> list[str]:
    import numpy as np

    low, middle, high = np.percentile(stack[:, ::4, ::4], (1, 50, 99))
    return [
        f"file         {info.path}",
        f"axes         {_describe_axes(info)}",
        f"size z,y,x   {' x '.join(map(str, info.shape))}",
        f"type         {info.dtype}, {info.compression} compression, {info.file_bytes / 1e6:.1f} MB on disk",
        f"range        {stack.min():g} to {stack.max():g}; percentiles 1, 50, 99: {low:g}, {middle:g}, {high:g}",
        *(
            ["inverted     0 is white in the file: the range above is counted down from it"]
            if info.is_white_zero
            else []
        ),
    ]


def _describe_axes(info: "FrameInfo") -> str:
    if info.axes_guessed:
        return f"{info.axes}, a guess: nothing says what the pages are; if they are no slices, say so, as by --axes TYX"
    return f"{info.axes} as stored, read as a {info.ndim}D image"


def _print_estimate(stack: "np.ndarray", frames: "Sequence[FrameFile]", arguments: argparse.Namespace) -> None:
    """Say what ``segment`` says when it starts, and what it will take."""
    from ctc_submission.segmentation.estimate import estimate_frame
    from ctc_submission.segmentation.running.run_start import open_recording, opening_lines

    recording = open_recording(frames, chosen_configuration(arguments), chosen_execution(arguments))
    for line in opening_lines(recording.facts):
        print(line)
    segmenter, count = recording.segmenter, len(frames)
    estimate = estimate_frame(stack, segmenter)
    whole = f", {_duration(count * estimate.seconds)} for {count} frames" if count > 1 else ""
    runtime = segmenter.predictor.runtime
    print(f"time         {_duration(estimate.seconds)} a frame by {runtime.description}{whole}, and labeling")
    print(f"memory       about {estimate.memory / 2**30:.1f} GiB")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
