"""What steps take, in words, before they are run: time as measured on this device, and disk."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import torch

from ctc_submission.challenge.files import find_frames, read_frame
from ctc_submission.download.space import format_size
from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import ModelCard
from ctc_submission.network.devices import choose_device
from ctc_submission.network.efficientcellseg import EfficientCellSeg, count_parameters
from ctc_submission.network.execution import Execution
from ctc_submission.participation.entry import VALIDATION_SAMPLES, Participation
from ctc_submission.segmentation.configuration import read_configuration
from ctc_submission.segmentation.estimate import estimate_frame
from ctc_submission.segmentation.running.run_start import open_recording
from ctc_submission.training.augmentation_parameters import AugmentationParameters
from ctc_submission.training.data.samples import Sample
from ctc_submission.training.engine import choose_precision, start_engine
from ctc_submission.training.epoch_results import format_duration
from ctc_submission.training.hyperparameters import TrainingParameters
from ctc_submission.training.pace import Pace, time_step

_STORED = 5
"""Copies of a network that a training keeps: best, last, and the state with Adam's two moments."""
_TRIALS = 60
"""Settings that a fit of thresholds tries, about."""


def training_cost(entry: Participation, trainings: int = 1) -> str:
    """Say what trainings take on this device, one or two networks each."""
    recipe, batch = entry.recipe, TrainingParameters.batch_size
    networks = trainings * len(recipe.networks)
    seconds = measure_step(recipe.architecture, recipe.crop, entry.device)
    steps, batches = -(-entry.samples // batch), -(-VALIDATION_SAMPLES // batch)
    size = (recipe.architecture.input_size / recipe.crop) ** 2
    time = format_duration(networks * entry.epochs * Pace(seconds, steps, batches, size).epoch)
    disk = format_size(networks * _STORED * 4 * _count_parameters(recipe.architecture))
    word = "training" if networks == 1 else "trainings"
    return (
        f"{networks} {word} of {entry.epochs} epochs of {steps} steps: at most about {time} at {seconds:.2g} s a step "
        f"on {choose_device(entry.device)}, {disk} of disk for the weights, 0.6 MB for each slice or patch"
    )


@cache
def measure_step(architecture: Architecture, crop: int, device: str) -> float:
    """Measure the seconds of a training step of 8 crops on a device, with random weights on noise."""
    chosen = choose_device(device)
    precision = choose_precision(chosen)
    batch = TrainingParameters.batch_size
    noise = np.random.default_rng(0).integers(0, 255, (crop, crop, 3), np.uint8)
    samples = [Sample(noise, noise[..., : len(architecture.outputs)] // 128)] * batch
    parameters = TrainingParameters(precision=precision, augmentation=AugmentationParameters(crop))
    card = ModelCard("", "", "", "", "", architecture)
    with torch.random.fork_rng():
        model = EfficientCellSeg(architecture)
    return time_step(model, card, (samples, samples[:1]), parameters, start_engine(chosen, precision))


def segmentation_cost(configuration: Path, frames: Sequence[Path], entry: Participation) -> str:
    """Say what segmenting folders of frames takes: measured on three slices of the first frame."""
    files = [frame.path for folder in frames for frame in find_frames(folder)]
    seconds = _measure_frame(configuration, frames[0], entry)
    size = format_size(sum(path.stat().st_size for path in files))
    return (
        f"{len(files)} frames: about {format_duration(len(files) * seconds)}, and labeling; at most {size} of disk for "
        "the masks"
    )


def fit_cost(configuration: Path, sequences: Sequence[Path], entry: Participation) -> str:
    """Say what fitting thresholds on held-out frames takes."""
    frames = entry.recipe.fitted_frames * len(sequences)
    seconds = _measure_frame(configuration, sequences[0], entry)
    return (
        f"at most {frames} frames: about {format_duration(frames * seconds)} for the networks, once, then labeling by "
        f"some {_TRIALS} settings"
    )


def upload_cost(entry: Participation) -> str:
    """Say how much disk the upload takes."""
    files = [path for run in entry.runs for path in (entry.test / run.results).glob("*")]
    files += list(entry.models.glob("*"))
    return f"seconds, and {format_size(sum(path.stat().st_size for path in files))} of disk at most"


def _measure_frame(configuration: Path, sequence: Path, entry: Participation) -> float:
    frames = find_frames(sequence)
    recording = open_recording(frames, read_configuration(configuration), Execution(entry.device))
    return estimate_frame(read_frame(frames[0].path), recording.segmenter).seconds


def _count_parameters(architecture: Architecture) -> int:
    with torch.device("meta"):
        return count_parameters(EfficientCellSeg(architecture))
