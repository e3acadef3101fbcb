"""``ctc-submission fine-tune``: a network and its thresholds adapted to a few annotated frames, in minutes."""

import argparse
from pathlib import Path

from ctc_submission.cli.machine import add_machine_arguments
from ctc_submission.cli.paths import need_file, need_folder, need_weights
from ctc_submission.extras import require_extra
from ctc_submission.fine_tuning.fine_tuning_parameters import FineTuningParameters
from ctc_submission.segmentation.shipped import shipped_names
from ctc_submission.training.data.source_folders import Source, find_sources

_DEFAULTS = FineTuningParameters()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "folders",
        type=Path,
        nargs="+",
        metavar="DATASET_DIR",
        help="folders with 01/t000.tif, ... and 01_GT/SEG/man_seg000.tif or man_seg_000_012.tif (a slice), ...",
    )
    parser.add_argument(
        "--from",
        dest="start",
        required=True,
        metavar="START",
        help="network to start from: a name such as nuclei, a configuration FILE.toml or a checkpoint FILE.safetensors",
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="folder for the checkpoint and its configuration"
    )
    parser.add_argument(
        "--minutes", type=float, default=_DEFAULTS.minutes, help="about how long it may take, scores included"
    )
    _add_frame_arguments(parser.add_argument_group("annotated frames"))
    _add_training_arguments(parser.add_argument_group("training and model card"))
    add_machine_arguments(parser, in_batches=False)


def _add_frame_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--sequences",
        nargs="+",
        metavar="NN",
        help="sequences such as 01 or DIR/01; all that are annotated if not given",
    )
    group.add_argument(
        "--spacing", type=float, nargs=3, metavar=("Z", "Y", "X"), help="voxel size, where the files do not state it"
    )
    group.add_argument(
        "--held-out",
        type=float,
        default=_DEFAULTS.held_out,
        metavar="SHARE",
        help="share of the frames (of the slices, if there is a single frame) that is held out, to stop in time and "
        "to score; "
        "0 for none",
    )
    group.add_argument(
        "--unannotated",
        choices=("ignore", "background"),
        default=_DEFAULTS.unannotated,
        help="bright regions without a label, in slices annotated one by one: leave them out of the loss, or take "
        "them for "
        "background",
    )


def _add_training_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--learning-rate",
        type=float,
        default=_DEFAULTS.learning_rate,
        help="initial learning rate of Adam; it falls to zero",
    )
    group.add_argument(
        "--start-share",
        type=float,
        default=_DEFAULTS.start_share,
        metavar="SHARE",
        help="share of the initial weights in the result, which is an average of both and forgets less; 0 for the "
        "trained weights alone",
    )
    group.add_argument("--batch-size", type=int, default=_DEFAULTS.batch_size, help="crops in a step")
    group.add_argument("--seed", type=int, default=_DEFAULTS.seed, help="seed of the random numbers")
    group.add_argument(
        "--training-data", help="description of the frames, for the model card; the names of their folders if not given"
    )
    group.add_argument("--license", help="license of the new weights; that of the initial network if not given")


def run(arguments: argparse.Namespace) -> int:
    """Check what can be checked at once, then fine-tune."""
    require_extra("train", "fine-tune")
    _check_start(arguments.start)
    for folder in arguments.folders:
        need_folder(folder, "a dataset's with 01, 01_GT/SEG, ...")
    if arguments.output.is_file():
        raise NotADirectoryError(f"{arguments.output}: a file; expected a folder, or a new name, for --output")
    sources = _find_sequences(arguments)
    parameters = FineTuningParameters(
        minutes=arguments.minutes,
        learning_rate=arguments.learning_rate,
        batch_size=arguments.batch_size,
        held_out=arguments.held_out,
        start_share=arguments.start_share,
        unannotated=arguments.unannotated,
        spacing=tuple(arguments.spacing) if arguments.spacing else None,
        license=arguments.license,
        training_data=arguments.training_data,
        seed=arguments.seed,
    )
    from ctc_submission.fine_tuning.adaptation import fine_tune
    from ctc_submission.network.execution import Execution
    from ctc_submission.segmentation.pretrained import find_pretrained

    execution = Execution(arguments.device, arguments.runtime, threads=arguments.threads)
    tuned = fine_tune(sources, find_pretrained(arguments.start), arguments.output, parameters, execution)
    print(tuned)
    return 0


def _check_start(start: str) -> None:
    """Check that there is something to start from."""
    if start.endswith(".safetensors"):
        need_weights(Path(start))
    elif start.endswith(".toml"):
        need_file(Path(start), "a configuration, see docs/configuration.md")
    elif start not in shipped_names():
        raise ValueError(
            f"--from '{start}': no such model, expected one of {', '.join(shipped_names())}, a configuration "
            "FILE.toml or a checkpoint FILE.safetensors"
        )


def _find_sequences(arguments: argparse.Namespace) -> list[Source]:
    if arguments.sequences:
        return find_sources(arguments.folders, arguments.sequences)
    found = [
        Source(folder, truth.name.removesuffix("_GT"))
        for folder in arguments.folders
        for truth in sorted(folder.glob("*_GT"))
        if truth.is_dir()
    ]
    if not found:
        raise FileNotFoundError(
            f"{', '.join(map(str, arguments.folders))}: there is no folder 01_GT; expected 01_GT/SEG with "
            "man_seg000.tif (a whole frame) or man_seg_000_012.tif (slice 12 of a frame), beside 01 with t000.tif, ..."
        )
    return found
