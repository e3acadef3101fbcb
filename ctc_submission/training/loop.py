"""The training loop: Adam, a rate lowered on plateaus, the best epoch kept, every epoch resumable."""

import csv
import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MethodType

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from ctc_submission.network.model import EfficientCellSeg
from ctc_submission.network.weights import ModelCard, Task, read_card, save_checkpoint
from ctc_submission.training.augmentation import AugmentationParameters, augment
from ctc_submission.training.losses import loss_for
from ctc_submission.training.samples import Sample
from ctc_submission.training.state import TrainingState, load_state, save_state
from ctc_submission.training.targets import IGNORED

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingParameters:
    """The recipe."""

    epochs: int = 100
    """Passes over the training samples."""
    batch_size: int = 8
    """Samples in a step."""
    learning_rate: float = 1e-3
    """Adam's rate at the start."""
    patience: int = 5
    """Epochs without a better validation loss before the rate is lowered."""
    decay: float = 0.5
    """What the rate is multiplied by then."""
    samples_per_epoch: int | None = None
    """Samples drawn for an epoch; None for all of them."""
    mixed_precision: bool = True
    """Whether to compute in bfloat16 where that is safe."""
    seed: int = 0
    """Start of all chance."""
    augmentation: AugmentationParameters = AugmentationParameters()
    """How far views of a sample may stray from it."""

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "learning_rate", "patience"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}, expected a positive number")
        if self.samples_per_epoch is not None and self.samples_per_epoch < 1:
            raise ValueError(f"samples_per_epoch is {self.samples_per_epoch}, expected 1 or more, or None for all")
        if not 0 < self.decay < 1:
            raise ValueError(f"decay is {self.decay}, expected a number between 0 and 1")


@dataclass(frozen=True)
class EpochResult:
    """What an epoch came to."""

    epoch: int
    """Counted from 1."""
    training_loss: float
    """Mean over the epoch's steps."""
    validation_loss: float
    """Mean over the validation samples' batches."""
    mean_iou: float
    """Mean over background and cells of TP / (TP + FP + FN) at probability 0.5, over all validation pixels.

    A class that neither target nor prediction has counts as found.
    """
    learning_rate: float
    """Adam's rate during the epoch."""


def train(
    model: EfficientCellSeg,
    card: ModelCard,
    samples: tuple[Sequence[Sample], Sequence[Sample]],
    folder: Path,
    parameters: TrainingParameters,
    device: torch.device | None = None,
) -> list[EpochResult]:
    """Train a network; go on where an interrupted training in the same folder stopped.

    Parameters
    ----------
    model : EfficientCellSeg
        Trained in place; ends as after the last epoch.
    card : ModelCard
        What the checkpoint will say of itself; its score is filled in.
    samples : tuple of two sequences of Sample
        For training and for validation.
    folder : Path
        Receives ``best.safetensors``, ``last.safetensors``, ``log.csv`` and the state that resuming needs.
    parameters : TrainingParameters
        The recipe.
    device : torch.device, optional
        Where to compute; the CPU if not given.

    Returns
    -------
    list of EpochResult
        One for every epoch, those before an interruption too.

    Raises
    ------
    ValueError
        If there are no samples, the loss is not finite, or the folder holds a training by another recipe or of
        another network.
    """
    if not samples[0] or not samples[1]:
        raise ValueError(f"{len(samples[0])} training and {len(samples[1])} validation samples, expected some of both")
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_other_network(folder / "last.safetensors", card)
    trainer = _Trainer(model, card.task, parameters, device or torch.device("cpu"))
    results = [EpochResult(**row) for row in load_state(folder, trainer.state, _recipe(parameters))]
    for epoch in range(len(results) + 1, parameters.epochs + 1):
        result = trainer.run_epoch(epoch, *samples)
        results.append(result)
        _LOG.info("epoch %d: %s", epoch, result)
        scored = replace(card, score=f"validation: loss {result.validation_loss:.4f}, MeanIoU {result.mean_iou:.4f}")
        if result.validation_loss <= min(row.validation_loss for row in results):
            save_checkpoint(folder / "best.safetensors", model, scored)
        save_checkpoint(folder / "last.safetensors", model, scored)
        save_state(folder, trainer.state, _recipe(parameters), [asdict(row) for row in results])
        _write_log(folder / "log.csv", results)
    return results


def _refuse_other_network(path: Path, card: ModelCard) -> None:
    if not path.is_file():
        return
    before = read_card(path)
    names = ("task", "architecture", "pseudocolor", "diameter")
    changed = [name for name in names if getattr(before, name) != getattr(card, name)]
    if changed:
        raise ValueError(f"{path}: is of another network ({', '.join(changed)} differ): name another folder")


class _Trainer:
    def __init__(
        self, model: EfficientCellSeg, task: Task, parameters: TrainingParameters, device: torch.device
    ) -> None:
        self.model = model.to(device).to(memory_format=torch.channels_last)
        self.loss: nn.Module = loss_for(task)
        self.parameters = parameters
        self.device = device
        if device.type == "cpu" and parameters.mixed_precision:
            _keep_depthwise_single(model)
        optimizer = torch.optim.Adam(model.parameters(), parameters.learning_rate)
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, factor=parameters.decay, patience=parameters.patience - 1
        )
        self.state = TrainingState(model, optimizer, schedule)

    def run_epoch(self, epoch: int, training: Sequence[Sample], validation: Sequence[Sample]) -> EpochResult:
        rate = self.state.optimizer.param_groups[0]["lr"]
        training_loss = self._train(epoch, training)
        validation_loss, mean_iou = self._validate(validation)
        _check_finite(validation_loss, epoch)
        self.state.schedule.step(validation_loss)
        return EpochResult(epoch, training_loss, validation_loss, mean_iou, rate)

    def _train(self, epoch: int, samples: Sequence[Sample]) -> float:
        self.model.train()
        order = np.random.default_rng((self.parameters.seed, epoch)).permutation(len(samples))
        chosen = order[: self.parameters.samples_per_epoch]
        losses = []
        bar = tqdm(list(_batches(chosen, self.parameters.batch_size)), desc=f"epoch {epoch}", unit="step", leave=False)
        for indices in bar:
            images, targets = self._views(epoch, indices, samples)
            self.state.optimizer.zero_grad(set_to_none=True)
            loss = self._forward(images, targets)[0]
            _check_finite(loss.item(), epoch)
            loss.backward()
            self.state.optimizer.step()
            losses.append(loss.item())
            bar.set_postfix(loss=f"{np.mean(losses[-20:]):.4f}")
        return float(np.mean(losses))

    @torch.inference_mode()
    def _validate(self, samples: Sequence[Sample]) -> tuple[float, float]:
        self.model.eval()
        losses, confusion = [], np.zeros((2, 2))
        for indices in _batches(np.arange(len(samples)), self.parameters.batch_size):
            images = np.stack([samples[index].image for index in indices]).astype(np.float32) / 255
            targets = np.stack([samples[index].target for index in indices]).astype(np.float32)
            loss, logits = self._forward(self._images(images), self._targets(targets))
            losses.append(loss.item())
            predicted, known = (logits > 0).cpu().numpy()[:, 0], targets != IGNORED
            pairs = (2 * targets[known] + predicted[known]).astype(int)
            confusion += np.bincount(pairs, minlength=4).reshape(2, 2)
        hits = np.diag(confusion)
        union = confusion.sum(axis=0) + confusion.sum(axis=1) - hits
        shares = np.where(union > 0, hits / np.maximum(union, 1), 1)
        return float(np.mean(losses)), float(np.mean(shares))

    def _forward(self, images: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.parameters.mixed_precision):
            logits = self.model(images)
        logits = logits.float()
        return self.loss(logits, targets), logits

    def _views(self, epoch: int, indices: np.ndarray, samples: Sequence[Sample]) -> tuple[Tensor, Tensor]:
        views = [
            augment(
                samples[index].image.astype(np.float32) / 255,
                samples[index].target.astype(np.float32),
                self.parameters.augmentation,
                np.random.default_rng((self.parameters.seed, epoch, int(index))),
            )
            for index in indices
        ]
        images, targets = zip(*views, strict=True)
        return self._images(np.stack(images)), self._targets(np.stack(targets))

    def _images(self, images: np.ndarray) -> Tensor:
        return torch.from_numpy(images).permute(0, 3, 1, 2).to(self.device)

    def _targets(self, targets: np.ndarray) -> Tensor:
        return torch.from_numpy(targets)[:, None].to(self.device)


def _check_finite(loss: float, epoch: int) -> None:
    if not math.isfinite(loss):
        raise ValueError(f"the loss became {loss} in epoch {epoch}: lower the learning rate")


def _keep_depthwise_single(model: nn.Module) -> None:
    """Compute depthwise convolutions in single precision: CPUs take many times longer for their bfloat16 gradients."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and module.groups == module.in_channels > 1:
            module.forward = MethodType(_convolve_single, module)  # type: ignore[method-assign]


def _convolve_single(convolution: nn.Conv2d, features: Tensor) -> Tensor:
    with torch.autocast("cpu", enabled=False):
        return type(convolution).forward(convolution, features.float())


def _batches(indices: np.ndarray, size: int) -> Iterator[np.ndarray]:
    for start in range(0, len(indices), size):
        yield indices[start : start + size]


def _recipe(parameters: TrainingParameters) -> dict[str, object]:
    return {name: value for name, value in asdict(parameters).items() if name != "epochs"}


def _write_log(path: Path, results: Sequence[EpochResult]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(asdict(results[0])))
        writer.writeheader()
        writer.writerows(asdict(row) for row in results)
