"""The training loop: epoch after epoch, the best one kept, each of them resumable."""

import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from ctc_submission.network.card import ModelCard, read_card
from ctc_submission.network.weights import save_checkpoint
from ctc_submission.training.data.crops import Crops
from ctc_submission.training.data.samples import Sample
from ctc_submission.training.data.spreading import spread
from ctc_submission.training.engine import Engine, start_engine
from ctc_submission.training.epoch_results import EpochResult, best_result, describe_result, is_finished, next_rate
from ctc_submission.training.hyperparameters import TrainingParameters
from ctc_submission.training.pace import FirstSteps, Pace, describe_pace
from ctc_submission.training.state import load_state, save_state
from ctc_submission.training.trainer import Trainer
from ctc_submission.training.watching import Watch, Watcher

_LOG = logging.getLogger(__name__)
_LOOKED_AT = 32
"""Samples by which a training knows its data again."""


def train(
    model: nn.Module,
    card: ModelCard,
    samples: tuple[Sequence[Sample] | Crops, Sequence[Sample]],
    folder: Path,
    parameters: TrainingParameters,
    engine: Engine | None = None,
    watch: Watch | None = None,
    loss: nn.Module | None = None,
) -> list[EpochResult]:
    """Train a network; go on where an interrupted training in the same folder stopped.

    Interrupted at any moment and started again, on one CPU it ends with the very weights that it would have ended with.

    Parameters
    ----------
    model : Module
        Trained in place; ends as after the last epoch. Any network that takes the same images will do; the first
        channel of its output is above 0 where it finds cells.
    card : ModelCard
        What the checkpoint will say of itself; its score is filled in.
    samples : tuple
        Samples or random crops to train on, and samples to validate on, of which ``validation_samples`` are used.
    folder : Path
        Receives ``best.safetensors``, ``last.safetensors``, ``log.csv``, what `watch` asks for, and the state that
        resuming needs.
    parameters : TrainingParameters
        The hyperparameters.
    engine : Engine, optional
        Where to compute; one process on the CPU if not given.
    watch : Watch, optional
        What else to write; its defaults if not given.
    loss : Module, optional
        Takes the network's output and targets (N, C, S, S); the losses of the card's outputs if not given.

    Returns
    -------
    list of EpochResult
        One for every epoch, those before an interruption too.

    Raises
    ------
    ValueError
        If there are no samples or they differ in size, the loss is not finite, or the folder holds a training by
        other hyperparameters, on other samples or of another network.
    """
    _check_samples(samples)
    total, samples = len(samples[1]), (samples[0], spread(samples[1], parameters.validation_samples))
    card = replace(card, score=_describe_validation(len(samples[1]), total))
    engine = engine or start_engine(torch.device("cpu"), parameters.precision)
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_other_network(folder / "last.safetensors", card)
    trainer = Trainer(model, card, samples, parameters, engine, loss)
    identity = {**parameters.identity(), "samples": [_fingerprint(part) for part in samples]}
    results = [EpochResult(**row) for row in load_state(folder, trainer.state, identity)]
    watcher = Watcher(folder, watch or Watch(), samples[1], len(results)) if engine.fabric.is_global_zero else None
    size = samples[1][0].image[..., 0].size / parameters.augmentation.crop**2
    first = _say_how_long(trainer, results, parameters, size) if watcher else None
    if watcher and len(samples[1]) < total:
        _LOG.info("validated on %d of %d samples, spread evenly, the same in every epoch", len(samples[1]), total)
    while not is_finished(results, parameters):
        results.append(_run_epoch(trainer, results, parameters, first))
        first = None
        if watcher:
            _save_checkpoints(folder, trainer.best_guess, card, results)
            watcher.write(results, trainer.best_guess)
            save_state(folder, trainer.state, identity, [asdict(row) for row in results])
            _LOG.info(describe_result(results, parameters))
        engine.fabric.barrier()
    return results


def _check_samples(samples: tuple[Sequence[Sample] | Crops, Sequence[Sample]]) -> None:
    training, validation = samples
    if not training or not validation:
        raise ValueError(f"{len(training)} training and {len(validation)} validation samples, expected some of both")
    cut = [one for part in samples if not isinstance(part, Crops) for one in part]
    shapes = {one.image.shape for one in cut} | {(*one.target.shape[:2], 3) for one in cut}
    if len(shapes) > 1:
        raise ValueError(f"samples are {sorted(shapes)} pixels, expected images and targets of one size")


def _fingerprint(samples: Sequence[Sample] | Crops) -> str:
    """Tell samples from others by their number and by some of them, spread evenly."""
    if isinstance(samples, Crops):
        return samples.fingerprint
    content = hashlib.sha256()
    for index in np.linspace(0, len(samples) - 1, _LOOKED_AT, dtype=int).tolist():
        content.update(samples[index].image.tobytes() + samples[index].target.tobytes())
    return f"{len(samples)}:{content.hexdigest()[:16]}"


def _say_how_long(
    trainer: Trainer, results: Sequence[EpochResult], parameters: TrainingParameters, size: float
) -> FirstSteps:
    """Prepare to say, after the first steps, how long all that is left will take."""
    before, (steps, batches) = list(results), trainer.batch_counts

    def say(seconds: float) -> None:
        with tqdm.external_write_mode():
            _LOG.info(describe_pace(Pace(seconds, steps, batches, size), before, parameters, trainer.fabric.device))

    return FirstSteps(say)


def _describe_validation(used: int, total: int) -> str:
    return f"validation ({used} of {total} samples)" if used < total else "validation"


def _run_epoch(
    trainer: Trainer, results: Sequence[EpochResult], parameters: TrainingParameters, first: FirstSteps | None
) -> EpochResult:
    epoch, rate, start = len(results) + 1, next_rate(results, parameters), time.monotonic()
    training_loss = trainer.train(epoch, rate, first)
    validation_loss, mean_iou = trainer.validate(epoch)
    return EpochResult(epoch, training_loss, validation_loss, mean_iou, rate, time.monotonic() - start)


def _save_checkpoints(folder: Path, network: nn.Module, card: ModelCard, results: Sequence[EpochResult]) -> None:
    last = results[-1]
    scored = replace(card, score=f"{card.score}: loss {last.validation_loss:.4f}, MeanIoU {last.mean_iou:.4f}")
    if best_result(results) is last:
        save_checkpoint(folder / "best.safetensors", network, scored)
    save_checkpoint(folder / "last.safetensors", network, scored)


def _refuse_other_network(path: Path, card: ModelCard) -> None:
    if not path.is_file():
        return
    before = read_card(path)
    names = ("architecture", "pseudocolor", "diameter")
    changed = [name for name in names if getattr(before, name) != getattr(card, name)]
    if changed:
        raise ValueError(f"{path}: is of another network ({', '.join(changed)} differ): name another folder")
