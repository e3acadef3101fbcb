"""One row: trained by the project's loop, its masks of the tested frames scored by the project's SEG."""

import statistics
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import cast

import numpy as np
import torch

from benchmarks.paper.budget import Budget
from benchmarks.paper.results import Result
from benchmarks.paper.rows import Network, Row, build_network, label_maps, loss_of
from benchmarks.paper.timing import describe_hardware
from ctc_submission.challenge.files import find_frames, read_frame, write_mask
from ctc_submission.evaluation.comparison import compare
from ctc_submission.evaluation.matching import Matching
from ctc_submission.evaluation.measures.seg import seg
from ctc_submission.evaluation.references import find_digits, find_seg_references
from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import ModelCard
from ctc_submission.network.imagenet import start_from_imagenet
from ctc_submission.network.model import EfficientCellSeg, count_parameters
from ctc_submission.network.predictor import Predictor
from ctc_submission.network.torch_runtime import TorchRuntime
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices
from ctc_submission.training.augmentation import AugmentationParameters
from ctc_submission.training.data.samples import Sample, SampleParameters
from ctc_submission.training.data.sources import Source, load_sources
from ctc_submission.training.engine import choose_precision, start_engine
from ctc_submission.training.hyperparameters import TrainingParameters
from ctc_submission.training.loop import train
from ctc_submission.training.previews import draw_previews, spread_samples
from ctc_submission.training.results import EpochResult
from ctc_submission.training.watching import Watch

EXAMPLE = "example.png"
"""Picture of a tested slice, in the row's folder."""

Samples = tuple[list[Sample], list[Sample]]


def run_row(row: Row, budget: Budget, folder: Path, device: torch.device) -> Result:
    """Train a row's network, score it; an interrupted training goes on.

    The network after the last epoch is scored: none is chosen by what it scores on the tested frames.

    Parameters
    ----------
    row : Row
        What to train.
    budget : Budget
        On what and how long.
    folder : Path
        Receives the training, the masks of the tested frames and a picture.
    device : torch.device
        Where to train.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If the data are not as they must be, or weights or a folder cannot be used.
    """
    training, tested = budget.split()
    parameters = _sample_parameters(row, budget)
    samples = load_sources(training, parameters), load_sources(tested, parameters)
    network = _start(row, budget)
    epochs = _train(network, row, budget, samples, folder, device)
    draw_previews(folder / EXAMPLE, cast(EfficientCellSeg, network.eval()), spread_samples(samples[1], 1))
    score = seg(_match(network, row, tested, folder, device))
    decoder = [network.decoder, network.head] if isinstance(network, EfficientCellSeg) else []
    return Result(
        parameters=count_parameters(network),
        decoder_parameters=sum(count_parameters(part) for part in decoder),
        mean_iou=epochs[-1].mean_iou,
        seg=score,
        epoch_seconds=statistics.median(epoch.seconds for epoch in epochs),
        training_slices=len(samples[0]),
        tested_slices=len(samples[1]),
        hardware=describe_hardware(device),
    )


def _sample_parameters(row: Row, budget: Budget) -> SampleParameters:
    """Take all slices, those without the cell too, as the paper counts them."""
    pseudocolor = PseudocolorParameters(coloring=row.coloring)
    return SampleParameters(input_size=budget.input_size, empty_every=1, pseudocolor=pseudocolor)


def _start(row: Row, budget: Budget) -> Network:
    torch.manual_seed(budget.seed)
    network = build_network(row, budget.input_size)
    if row.imagenet:
        start_from_imagenet(cast(EfficientCellSeg, network).encoder, Architecture.encoder, budget.encoder_weights)
    return network


def _train(
    network: Network, row: Row, budget: Budget, samples: Samples, folder: Path, device: torch.device
) -> list[EpochResult]:
    precision = choose_precision(device)
    hyperparameters = TrainingParameters(
        epochs=budget.epochs,
        batch_size=budget.batch_size,
        samples_per_epoch=budget.samples_per_epoch,
        precision=precision,
        seed=budget.seed,
        augmentation=AugmentationParameters(crop=budget.input_size),
    )
    card = ModelCard(
        dataset="Fluo-C3DH-A549-SIM",
        training_data=budget.describe_data(),
        date=datetime.now(timezone.utc).date().isoformat(),
        score="",
        license="CC0-1.0",
        architecture=Architecture(row.filters, budget.input_size),
        pseudocolor=PseudocolorParameters(coloring=row.coloring),
        tiles=1,
    )
    engine = start_engine(device, precision, workers=4 if device.type == "cuda" else 0)
    model = cast(EfficientCellSeg, network)
    return train(model, card, samples, folder, hyperparameters, engine, Watch(pictures=0), loss_of(row))


def _match(network: Network, row: Row, tested: Sequence[Source], folder: Path, device: torch.device) -> list[Matching]:
    """Write the masks of the tested frames and match their objects with the references'."""
    predictor = Predictor(TorchRuntime([cast(EfficientCellSeg, network)], device))
    matchings: list[Matching] = []
    for source in tested:
        results = folder / f"{source.sequence}_RES"
        results.mkdir(parents=True, exist_ok=True)
        for frame in find_frames(source.folder / source.sequence):
            if source.frames is None or frame.number in source.frames:
                labels = _segment(predictor, row, read_frame(frame.path))
                write_mask(results / f"mask{frame.number:0{frame.digits}d}.tif", labels)
        matchings += _match_masks(source, results)
    return matchings


def _segment(predictor: Predictor, row: Row, stack: np.ndarray) -> np.ndarray:
    """Segment a stack (Z, Y, X), slice by slice, into labels of the same shape."""
    slices = pseudocolor_slices(stack, PseudocolorParameters(coloring=row.coloring))
    return label_maps(row, np.stack(list(predictor.predict(slices)), axis=1))


def _match_masks(source: Source, results: Path) -> list[Matching]:
    digits = find_digits(source.folder, source.sequence)
    references = find_seg_references(source.folder, source.sequence, digits)
    tested = [each for each in references if source.frames is None or each.frame in source.frames]
    return [comparison.matching for comparison in compare(tested, results, digits)]
