"""What ``ctc-submission train`` does once its arguments are checked: a network from annotated sequences."""

import argparse
import dataclasses
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import torch

from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import ModelCard, read_card
from ctc_submission.network.devices import choose_device
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.imagenet import start_from_imagenet
from ctc_submission.network.weights import load_checkpoint, start_from_network
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.training.augmentation import AugmentationParameters
from ctc_submission.training.data.crops import CropParameters, Crops
from ctc_submission.training.data.samples import Sample, SampleParameters
from ctc_submission.training.data.sources import Source, check_apart, find_sources, load_sources, split_by_frame
from ctc_submission.training.data.volumes import load_volumes
from ctc_submission.training.engine import Engine, choose_precision, start_engine
from ctc_submission.training.epoch_results import best_result
from ctc_submission.training.hyperparameters import TrainingParameters
from ctc_submission.training.loop import train
from ctc_submission.training.state import has_state
from ctc_submission.training.watching import Watch

_LOG = logging.getLogger(__name__)
_CROPS = 4000
"""Crops of an epoch, where they are drawn from whole frames and no number is given."""

Sources = tuple[list[Source], list[Source]]
"""What is trained on, and what is validated on."""
Samples = tuple[Sequence[Sample] | Crops, Sequence[Sample]]
"""Likewise."""


def run(arguments: argparse.Namespace) -> int:
    """Train."""
    device = choose_device(arguments.device)
    precision = choose_precision(device) if arguments.precision == "auto" else arguments.precision
    coloring = PseudocolorParameters(
        arguments.adjacent_mean, arguments.normalization, arguments.coloring, arguments.neighbor_distance
    )
    architecture = _architecture(arguments)
    seen = {"input_size": architecture.input_size, "outputs": architecture.outputs}
    chosen = {**_chosen(arguments, SampleParameters), **seen}
    sample_parameters = SampleParameters(**chosen, pseudocolor=coloring)
    watch = Watch(**_chosen(arguments, Watch))
    hyperparameters = _hyperparameters(arguments, precision, architecture.input_size)
    sources = _sources(arguments)
    model = _start(arguments, architecture)
    engine = start_engine(device, precision, arguments.gpus, _workers(arguments.workers, device))
    samples = _load(sources, sample_parameters, arguments, engine)
    try:
        results = train(
            model, _card(arguments, model, coloring), samples, arguments.output, hyperparameters, engine, watch
        )
    except torch.cuda.OutOfMemoryError as error:
        raise OSError(
            f"a step does not fit the memory of {device} ({str(error).partition('. ')[0]}): lower --batch-size, which "
            f"is {hyperparameters.batch_size}, or --crop, which is {hyperparameters.augmentation.crop}; then name "
            "another --output"
        ) from error
    best = best_result(results)
    if engine.fabric.is_global_zero:
        print(f"best epoch {best.epoch}: validation loss {best.validation_loss:.4f}, MeanIoU {best.mean_iou:.4f}")
        print(f"checkpoint: {arguments.output / 'best.safetensors'}")
    return 0


def _sources(arguments: argparse.Namespace) -> Sources:
    training = find_sources(arguments.folders, arguments.sequences, arguments.truth)
    held_out: list[Source] = []
    if arguments.validation_fraction is None or arguments.validation:
        held_out = find_sources(arguments.folders, arguments.validation or ["02"], arguments.truth)
        check_apart(training, held_out)
    if arguments.validation_fraction is None:
        return training, held_out
    training, last = split_by_frame(training, arguments.validation_fraction, arguments.truth)
    return training, last + held_out


def _load(sources: Sources, parameters: SampleParameters, arguments: argparse.Namespace, engine: Engine) -> Samples:
    load = _draw_crops if arguments.crops_from == "frames" else _cut_samples
    with engine.fabric.rank_zero_first(local=True):
        training, validation = load(sources, parameters, arguments)
    if engine.fabric.is_global_zero:
        _LOG.info("%d samples to train on, %d to validate on", len(training), len(validation))
    return training, validation


def _cut_samples(sources: Sources, parameters: SampleParameters, arguments: argparse.Namespace) -> Samples:
    training, validation = (load_sources(part, parameters, arguments.cache) for part in sources)
    return training, validation


def _draw_crops(sources: Sources, parameters: SampleParameters, arguments: argparse.Namespace) -> Samples:
    zoom = tuple(arguments.zoom or CropParameters.zoom)
    drawn = CropParameters(arguments.crop or parameters.input_size, zoom)
    folders = sorted({source.folder.resolve() for part in sources for source in part})
    counts = (arguments.samples_per_epoch or _CROPS, arguments.validation_samples)
    training, validation = (
        Crops(
            load_volumes(part, parameters),
            [folders.index(source.folder.resolve()) for source in part],
            parameters,
            drawn,
            count,
            arguments.seed,
        )
        for part, count in zip(sources, counts, strict=True)
    )
    return training, validation.fixed()


def _architecture(arguments: argparse.Namespace) -> Architecture:
    """Choose the network: that of the checkpoint to start from, or what the options say."""
    given = _chosen(arguments, Architecture)
    chosen: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    if not arguments.start_from:
        return Architecture(**chosen)
    outputs = {"outputs": chosen.pop("outputs")} if "outputs" in chosen else {}
    if chosen:
        options = " and ".join(f"--{name.replace('_', '-')}" for name in chosen)
        raise ValueError(
            f"{options} beside --start-from {arguments.start_from}, which brings a network of its own: leave {options} "
            "out, or start without a checkpoint"
        )
    return replace(read_card(arguments.start_from).architecture, **outputs)


def _start(arguments: argparse.Namespace, architecture: Architecture) -> EfficientCellSeg:
    """Make the network with the weights it starts from; with any where a training goes on, which brings its own."""
    torch.manual_seed(arguments.seed)
    goes_on = has_state(arguments.output)
    model = EfficientCellSeg(architecture)
    if arguments.start_from and not goes_on:
        start_from_network(model, load_checkpoint(arguments.start_from)[0])
        return model
    if not (arguments.random_start or goes_on):
        _start_encoder(model, arguments.encoder_weights)
    return model


def _start_encoder(model: EfficientCellSeg, weights: Path | None) -> None:
    try:
        start_from_imagenet(model.encoder, model.architecture.encoder, weights)
    except OSError as error:
        if weights:
            raise
        raise OSError(
            f"{error}, a checkpoint with --start-from FILE, or start at random with --random-start"
        ) from error


def _card(arguments: argparse.Namespace, model: EfficientCellSeg, coloring: PseudocolorParameters) -> ModelCard:
    return ModelCard(
        dataset=arguments.dataset,
        training_data=arguments.training_data or ", ".join(folder.resolve().name for folder in arguments.folders),
        date=datetime.now(timezone.utc).date().isoformat(),
        score="",
        license=arguments.license,
        architecture=model.architecture,
        pseudocolor=coloring,
        diameter=arguments.diameter,
        tiles=arguments.tiles if arguments.diameter is None else None,
    )


def _hyperparameters(arguments: argparse.Namespace, precision: str, side: int) -> TrainingParameters:
    chosen = {**_chosen(arguments, TrainingParameters), "precision": precision}
    zoom = tuple(arguments.zoom or AugmentationParameters.zoom)
    return TrainingParameters(**chosen, augmentation=AugmentationParameters(arguments.crop or side, zoom))


def _chosen(arguments: argparse.Namespace, kind: type) -> dict[str, Any]:
    """Pick the arguments that are named like the fields of a dataclass."""
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: value for name, value in vars(arguments).items() if name in names}


def _workers(wanted: int | None, device: torch.device) -> int:
    """Load in the background where the device does not need the CPU for itself."""
    if wanted is None:
        return 0 if device.type == "cpu" else 4
    return wanted
