"""``ctc-submission train``: a network from annotated sequences."""

import argparse
import dataclasses
from datetime import datetime, timezone
from pathlib import Path

import torch

from ctc_submission.network.backends import choose_device
from ctc_submission.network.model import Architecture, EfficientCellSeg
from ctc_submission.network.weights import ModelCard, load_checkpoint, start_from_imagenet
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.training.annotations import TRUTHS
from ctc_submission.training.augmentation import AugmentationParameters
from ctc_submission.training.loop import TrainingParameters, train
from ctc_submission.training.samples import SampleParameters
from ctc_submission.training.sources import Source, check_apart, find_sources, load_sources, split_by_frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("folders", type=Path, nargs="+", metavar="DATASET_DIR", help="folders with 01, 01_GT/SEG, ...")
    parser.add_argument("--dataset", required=True, help="the dataset the network is for, by the challenge's name")
    parser.add_argument("--task", choices=("segmentation", "centres"), default="segmentation", help="what to predict")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for checkpoints and log")
    parser.add_argument("--sequences", nargs="+", default=["01"], metavar="NN", help="sequences to train on")
    validation = parser.add_mutually_exclusive_group()
    validation.add_argument(
        "--validation", nargs="+", default=["02"], metavar="NN", help="sequences to validate on, such as 02 or DIR/02"
    )
    validation.add_argument(
        "--validation-fraction", type=float, metavar="SHARE", help="validate on the last frames of each instead"
    )
    _add_sample_arguments(parser.add_argument_group("samples"))
    _add_start_arguments(parser.add_argument_group("start"))
    _add_recipe_arguments(parser.add_argument_group("recipe"))


def run(arguments: argparse.Namespace) -> int:
    """Train."""
    coloring = PseudocolorParameters(arguments.adjacent_mean, arguments.normalization, arguments.coloring)
    sources = _sources(arguments)
    model = _start(arguments)
    card = ModelCard(
        dataset=arguments.dataset,
        task=arguments.task,
        training_data=arguments.training_data or ", ".join(folder.name for folder in arguments.folders),
        date=datetime.now(timezone.utc).date().isoformat(),
        score="",
        licence=arguments.licence,
        architecture=model.architecture,
        pseudocolor=coloring,
        diameter=arguments.diameter,
    )
    sample_parameters = _sample_parameters(arguments, coloring)
    samples = (load_sources(sources[0], sample_parameters), load_sources(sources[1], sample_parameters))
    results = train(model, card, samples, arguments.output, _recipe(arguments), choose_device(arguments.device))
    best = min(results, key=lambda result: result.validation_loss)
    print(f"best epoch {best.epoch}: validation loss {best.validation_loss:.4f}, MeanIoU {best.mean_iou:.4f}")
    print(f"checkpoint: {arguments.output / 'best.safetensors'}")
    return 0


def _add_sample_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--truth", choices=TRUTHS, default="GT", help="gold, silver, or gold where there is some")
    group.add_argument(
        "--unannotated",
        choices=("ignore", "background"),
        default="ignore",
        help="what bright regions without a label are in slices annotated one by one: not taught, or background",
    )
    size = group.add_mutually_exclusive_group()
    size.add_argument("--tiles", type=int, choices=(1, 6), default=1, help="square patches a slice is cut into")
    size.add_argument(
        "--diameter", type=float, help="magnify slices until cells are so many pixels wide, and tile them"
    )
    group.add_argument("--gap", action="store_true", help="teach touching cells with a gap between them")
    group.add_argument("--coloring", choices=("region", "intensity"), default="region", help="what neighbours add")
    group.add_argument("--adjacent-mean", type=float, default=0.03, help="twice the mean foreground share of a slice")
    group.add_argument("--normalization", choices=("channel", "image"), default="channel", help="of the colours")
    group.add_argument("--centre-radius", type=float, default=4.0, help="of the discs that mark centres, in pixels")


def _add_start_arguments(group: argparse._ArgumentGroup) -> None:
    start = group.add_mutually_exclusive_group()
    start.add_argument("--imagenet", action="store_true", help="start from ImageNet weights, fetched by timm")
    start.add_argument("--encoder-weights", type=Path, metavar="FILE", help="start from them in a local .safetensors")
    start.add_argument("--start-from", type=Path, metavar="FILE", help="start from a checkpoint of this tool")
    group.add_argument("--decoder", type=int, nargs=4, default=(64, 48, 32, 16), help="filters of the decoder's blocks")
    group.add_argument("--training-data", default="", help="what the checkpoint says it was trained on")
    group.add_argument("--licence", default="CC0-1.0", help="what the checkpoint says of its terms of use")


def _add_recipe_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--epochs", type=int, default=100, help="passes over the training samples")
    group.add_argument("--samples-per-epoch", type=int, help="draw so many samples for an epoch; all if not given")
    group.add_argument("--batch-size", type=int, default=8, help="samples in a step")
    group.add_argument("--learning-rate", type=float, default=1e-3, help="of Adam at the start")
    group.add_argument("--patience", type=int, default=5, help="epochs on a plateau before the rate is lowered")
    group.add_argument("--crop", type=int, default=384, help="side of the views that training sees, in pixels")
    group.add_argument("--zoom", type=float, nargs=2, default=(0.8, 1.25), help="least and largest magnification")
    group.add_argument("--seed", type=int, default=0, help="start of all chance")
    group.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")


def _sources(arguments: argparse.Namespace) -> tuple[list[Source], list[Source]]:
    training = find_sources(arguments.folders, arguments.sequences, arguments.truth)
    if arguments.validation_fraction is not None:
        return split_by_frame(training, arguments.validation_fraction, arguments.truth)
    validation = find_sources(arguments.folders, arguments.validation, arguments.truth)
    check_apart(training, validation)
    return training, validation


def _sample_parameters(arguments: argparse.Namespace, coloring: PseudocolorParameters) -> SampleParameters:
    names = {field.name for field in dataclasses.fields(SampleParameters)}
    return SampleParameters(
        **{name: value for name, value in vars(arguments).items() if name in names}, pseudocolor=coloring
    )


def _start(arguments: argparse.Namespace) -> EfficientCellSeg:
    torch.manual_seed(arguments.seed)
    if arguments.start_from:
        return load_checkpoint(arguments.start_from)[0]
    model = EfficientCellSeg(Architecture(tuple(arguments.decoder)))
    if arguments.imagenet or arguments.encoder_weights:
        start_from_imagenet(model.encoder, arguments.encoder_weights)
    return model


def _recipe(arguments: argparse.Namespace) -> TrainingParameters:
    names = [field.name for field in dataclasses.fields(TrainingParameters)]
    chosen = {name: value for name, value in vars(arguments).items() if name in names}
    return TrainingParameters(**chosen, augmentation=AugmentationParameters(arguments.crop, tuple(arguments.zoom)))
