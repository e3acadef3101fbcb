"""``ctc-submission info``: what a file holds, and what segmenting it takes."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.cli.machine import add_machine_arguments, chosen_execution
from ctc_submission.cli.paths import need_frames
from ctc_submission.cli.segment import add_configuration_arguments, check_configuration_paths, chosen_configuration

if TYPE_CHECKING:
    import numpy as np

    from ctc_submission.challenge.files import FrameInfo


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "source", type=Path, metavar="INPUT", help="one TIFF file, or a folder of t000.tif, t001.tif, ..."
    )
    add_machine_arguments(parser)
    add_configuration_arguments(parser, required=False)


def run(arguments: argparse.Namespace) -> int:
    """Look and tell."""
    source = arguments.source
    check_configuration_paths(arguments)
    need_frames(source, or_file=True)
    from ctc_submission.challenge.files import check_same_geometry, find_frames, read_frame, read_frame_info
    from ctc_submission.challenge.voxel_size import resolve_voxel_size

    paths = [frame.path for frame in find_frames(source)] if source.is_dir() else [source]
    infos = [read_frame_info(path, axes=arguments.axes) for path in paths]
    stack = read_frame(paths[0], axes=arguments.axes)
    for line in _describe(infos[0], stack):
        print(line)
    if len(infos) > 1:
        check_same_geometry(infos)
        print(f"frames       {len(infos)}, {paths[0].name} to {paths[-1].name}, all of this size and type")
    if arguments.dataset or arguments.config:
        _print_estimate(stack, paths, arguments)
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


def _print_estimate(stack: "np.ndarray", paths: Sequence[Path], arguments: argparse.Namespace) -> None:
    """Say what ``segment`` says when it starts, and what it will take."""
    from ctc_submission.segmentation.estimate import estimate_frame
    from ctc_submission.segmentation.running.opening import open_recording, opening_lines

    recording = open_recording(paths, chosen_configuration(arguments), chosen_execution(arguments))
    for line in opening_lines(recording.facts):
        print(line)
    segmenter, frames = recording.segmenter, len(paths)
    estimate = estimate_frame(stack, segmenter)
    whole = f", {_duration(frames * estimate.seconds)} for {frames} frames" if frames > 1 else ""
    runtime = segmenter.predictor.runtime
    print(f"time         {_duration(estimate.seconds)} a frame by {runtime.description}{whole}, and labeling")
    print(f"memory       about {estimate.memory / 2**30:.1f} GiB")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
