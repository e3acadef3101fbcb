"""One epoch: steps over views of the training samples, then the validation samples as they are."""

import math
from collections.abc import Callable, Sequence
from typing import Literal, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader
from tqdm import tqdm

from ctc_submission.network.card import ModelCard
from ctc_submission.training.confusion import count_pixels, mean_iou_of_pixels
from ctc_submission.training.cpu import speed_up
from ctc_submission.training.data.augmented import AugmentedSamples, EpochBatches, make_loader
from ctc_submission.training.data.crops import Crops
from ctc_submission.training.data.samples import Sample
from ctc_submission.training.engine import Engine
from ctc_submission.training.hyperparameters import TrainingParameters
from ctc_submission.training.losses import OutputLoss
from ctc_submission.training.state import TrainingState

_WARM_UP = 10
"""Steps after which the running average keeps about half of the old; it starts from the first step's weights."""


class Trainer:
    """A network in training: its data, its optimizer and where it computes."""

    def __init__(
        self,
        model: nn.Module,
        card: ModelCard,
        samples: tuple[Sequence[Sample] | Crops, Sequence[Sample]],
        parameters: TrainingParameters,
        engine: Engine,
        loss: nn.Module | None = None,
    ) -> None:
        self.fabric = engine.fabric
        self.parameters = parameters
        self.loss = loss or OutputLoss(card.architecture.outputs)
        model.to(memory_format=torch.channels_last)
        if self.fabric.device.type == "cpu" and parameters.precision == "bfloat16":
            speed_up(model)
        optimizer = torch.optim.Adam(model.parameters(), parameters.learning_rate)
        self.model, self.optimizer = self.fabric.setup(model, optimizer)
        self.state = TrainingState(model, optimizer, _average(model, parameters.ema))
        self.batches: list[EpochBatches] = []
        self.loaders: list[DataLoader] = []
        for part in samples:
            batches = EpochBatches(len(part), parameters, self.fabric.global_rank, self.fabric.world_size)
            views = part if isinstance(part, Crops) else AugmentedSamples(part, parameters, card.pseudocolor.coloring)
            loader = make_loader(views, batches, engine.workers)
            self.batches.append(batches)
            self.loaders.append(cast(DataLoader, self.fabric.setup_dataloaders(loader, use_distributed_sampler=False)))

    @property
    def best_guess(self) -> nn.Module:
        """The network that is validated and saved: the average of the weights if there is one."""
        return self.state.average.module if self.state.average else self.state.model

    @property
    def batch_counts(self) -> tuple[int, int]:
        """Steps, and validation batches, of an epoch."""
        return self.batches[0].steps, len(self.batches[1])

    def train(self, epoch: int, rate: float, on_step: Callable[[int], None] | None = None) -> float:
        """Take the steps of an epoch and return the mean of their losses; after each, call back with their number."""
        self.batches[0].epoch = epoch
        self.optimizer.param_groups[0]["lr"] = rate
        self.model.train()
        if self.parameters.frozen_statistics:
            _freeze_statistics(self.model)
        losses: list[float] = []
        bar = tqdm(self.loaders[0], f"epoch {epoch}", unit="step", leave=False, disable=not self.fabric.is_global_zero)
        for images, targets in bar:
            losses.append(self._step(images, targets))
            _check_finite(losses[-1], f"epoch {epoch}, step {len(losses)}")
            bar.set_postfix(loss=f"{sum(losses[-20:]) / len(losses[-20:]):.4f}", refresh=False)
            if on_step:
                on_step(len(losses))
        return self._mean(losses)

    @torch.no_grad()
    def validate(self, epoch: int) -> tuple[float, float]:
        """Return the mean loss over the batches of the validation samples, and the MeanIoU over their pixels."""
        network = self.best_guess.eval()
        losses: list[float] = []
        counts = torch.zeros(2, 2, dtype=torch.int64, device=self.fabric.device)
        for images, targets in self.loaders[1]:
            with self.fabric.autocast():
                logits = network(images)
            losses.append(self.loss(logits.float(), targets).item())
            counts += count_pixels(logits[:, :1], targets[:, :1])
        _check_finite(loss := self._mean(losses), f"the validation of epoch {epoch}")
        return loss, mean_iou_of_pixels(self._reduce(counts, "sum").cpu())

    def _step(self, images: Tensor, targets: Tensor) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.model(images).float(), targets)
        self.fabric.backward(loss)
        self.optimizer.step()
        if self.state.average:
            self.state.average.update_parameters(self.state.model)
        return loss.item()

    def _mean(self, losses: list[float]) -> float:
        return self._reduce(torch.tensor(losses, device=self.fabric.device).mean(), "mean").item()

    def _reduce(self, part: Tensor, operation: Literal["mean", "sum"]) -> Tensor:
        return cast(Tensor, self.fabric.all_reduce(part, reduce_op=operation))


def _freeze_statistics(model: nn.Module) -> None:
    """Have batch norm normalize by the statistics that it has, and leave them as they are; its weights are trained."""
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.eval()


def _average(model: nn.Module, keep: float | None) -> AveragedModel | None:
    """Start a running average of weights and batch norm statistics that keeps ever more of the old, up to `keep`."""
    if keep is None:
        return None

    def blend(averaged: Tensor, current: Tensor, steps: Tensor | int) -> Tensor:
        share = min(keep, (1 + float(steps)) / (_WARM_UP + float(steps)))
        return torch.lerp(current, averaged, share) if averaged.is_floating_point() else current

    return AveragedModel(model, avg_fn=blend, use_buffers=True)


def _check_finite(loss: float, where: str) -> None:
    if not math.isfinite(loss):
        raise ValueError(f"the loss became {loss} in {where}: lower the learning rate, or compute in single precision")
