"""One row with one seed: trained by the project's loop, scored on the tested frames by the project's SEG."""

import statistics
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import cast

import torch

from benchmarks.paper.budget import Budget
from benchmarks.paper.results import Result
from benchmarks.paper.rows import Network, Row, build_network, choose_architecture, loss_of
from benchmarks.paper.scoring import score_frames, score_samples
from benchmarks.paper.task import find_task
from benchmarks.paper.timing import describe_hardware
from ctc_submission.network.card import ModelCard
from ctc_submission.network.efficientcellseg import EfficientCellSeg, count_parameters
from ctc_submission.network.imagenet import start_from_imagenet
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.training.augmentation import AugmentationParameters
from ctc_submission.training.data.samples import Sample, SampleParameters
from ctc_submission.training.data.sources import load_sources
from ctc_submission.training.data.spreading import spread
from ctc_submission.training.engine import choose_precision, start_engine
from ctc_submission.training.epoch_results import EpochResult
from ctc_submission.training.hyperparameters import TrainingParameters
from ctc_submission.training.loop import train
from ctc_submission.training.previews import draw_previews, spread_samples
from ctc_submission.training.watching import Watch

EXAMPLE = "example.png"
"""Picture of a tested slice, in the row's folder."""

Samples = tuple[list[Sample], list[Sample]]


def run_row(row: Row, budget: Budget, folder: Path, device: torch.device, seconds: float | None = None) -> Result:
    """Train a row's network, score it; an interrupted training resumes.

    The network after the last epoch is scored: none is chosen by what it scores on the tested frames.

    Parameters
    ----------
    row : Row
        What to train.
    budget : Budget
        On what and how long.
    folder : Path
        Receives the training, the masks of the tested frames and a picture; samples are kept beside it, in ``cache``.
    device : torch.device
        Where to train.
    seconds : float, optional
        Time that the epochs are to take together, whatever their number, in which case they are shorter; the budget's
        number of epochs if not given.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If the data are not as they must be, or weights or a folder cannot be used.
    """
    training, tested = budget.split()
    task, cache = find_task(budget.data), folder.parent / "cache"
    parameters = _sample_parameters(row, budget)
    samples = load_sources(training, parameters, cache), load_sources(tested, parameters, cache)
    network = _start(row, budget)
    epochs = _train(network, row, budget, samples, folder, device, seconds)
    draw_previews(folder / EXAMPLE, cast(EfficientCellSeg, network.eval()), spread_samples(samples[1], 1))
    decoder = [network.decoder, network.head] if isinstance(network, EfficientCellSeg) else []
    return Result(
        parameters=count_parameters(network),
        decoder_parameters=sum(count_parameters(part) for part in decoder),
        mean_iou=score_samples(network, spread(samples[1], budget.validation_samples), device),
        seg=score_frames(network, row, task, tested, folder, device),
        epoch_seconds=statistics.median(epoch.seconds for epoch in epochs),
        training_slices=len(samples[0]),
        tested_slices=len(samples[1]),
        hardware=describe_hardware(device),
    )


def _sample_parameters(row: Row, budget: Budget) -> SampleParameters:
    """Take all slices, those without the cell too, as the paper counts them."""
    return SampleParameters(
        input_size=budget.input_size,
        empty_every=1,
        pseudocolor=PseudocolorParameters(coloring=row.coloring),
        gap=find_task(budget.data).gap,
    )


def _start(row: Row, budget: Budget) -> Network:
    torch.manual_seed(budget.seed)
    network = build_network(row, budget)
    if row.imagenet:
        start_from_imagenet(cast(EfficientCellSeg, network).encoder, budget.encoder, budget.encoder_weights)
    return network


def _train(
    network: Network,
    row: Row,
    budget: Budget,
    samples: Samples,
    folder: Path,
    device: torch.device,
    seconds: float | None,
) -> list[EpochResult]:
    given = budget if seconds is None else budget.shorten(len(samples[0]))
    hyperparameters = _hyperparameters(given, device)
    card = _describe_network(row, budget)
    engine = start_engine(device, hyperparameters.precision, workers=4 if device.type == "cuda" else 0)
    model = cast(EfficientCellSeg, network)

    def train_until(count: int) -> list[EpochResult]:
        lasting = replace(hyperparameters, epochs=count)
        return train(model, card, samples, folder, lasting, engine, Watch(pictures=0), loss_of(row))

    return train_until(budget.epochs) if seconds is None else train_for(seconds, train_until)


def train_for(seconds: float, train_until: Callable[[int], list[EpochResult]]) -> list[EpochResult]:
    """Train epoch by epoch, at least one, until the time is used, to half of an epoch.

    Parameters
    ----------
    seconds : float
        Time that the epochs are to take together.
    train_until : callable
        Trains until there are so many epochs, and returns all of them; those of an earlier run count.
    """
    epochs = train_until(1)
    while (used := sum(epoch.seconds for epoch in epochs)) + used / len(epochs) / 2 < seconds:
        epochs = train_until(len(epochs) + 1)
    return epochs


def _hyperparameters(budget: Budget, device: torch.device) -> TrainingParameters:
    return TrainingParameters(
        epochs=budget.epochs,
        batch_size=budget.batch_size,
        samples_per_epoch=budget.samples_per_epoch,
        validation_samples=budget.validation_samples,
        precision=choose_precision(device),
        seed=budget.seed,
        augmentation=AugmentationParameters(crop=budget.input_size),
    )


def _describe_network(row: Row, budget: Budget) -> ModelCard:
    return ModelCard(
        dataset=budget.data.resolve().name,
        training_data=budget.describe_data(),
        date=datetime.now(timezone.utc).date().isoformat(),
        score="",
        license="that of the data",
        architecture=choose_architecture(row, budget),
        pseudocolor=PseudocolorParameters(coloring=row.coloring),
        tiles=1,
    )
