"""Samples on their way to the network: augmented, batched and shared among processes, each drawn by its own seed."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from ctc_submission.training.augmentation import augment
from ctc_submission.training.data.samples import Sample
from ctc_submission.training.hyperparameters import TrainingParameters

Key = tuple[int, int]
"""Epoch and index of a sample; epoch 0 is the sample as it is."""
AugmentedSample = tuple[np.ndarray, np.ndarray]
"""Image (S, S, 3) and target (S, S, C), float32."""


class AugmentedSamples(Dataset[AugmentedSample]):
    """Random views of samples; a key always gives the same view, in whatever process it is drawn."""

    def __init__(self, samples: Sequence[Sample], parameters: TrainingParameters, coloring: str) -> None:
        self.samples = samples
        self.parameters = parameters
        self.coloring = coloring

    def __getitem__(self, key: Key) -> AugmentedSample:
        """Return the view of an epoch and the index of a sample."""
        epoch, index = key
        sample = self.samples[index]
        image = sample.image.astype(np.float32) / 255
        if epoch == 0:
            return image, sample.target.astype(np.float32)
        generator = np.random.default_rng((self.parameters.seed, epoch, index))
        return augment(image, sample.target, self.parameters.augmentation, generator, self.coloring)


class EpochBatches(Sampler[list[Key]]):
    """The batches of an epoch, each process's share of them."""

    def __init__(self, count: int, parameters: TrainingParameters, rank: int = 0, processes: int = 1) -> None:
        if parameters.batch_size % processes:
            raise ValueError(f"batch_size is {parameters.batch_size}, expected a multiple of the {processes} processes")
        self.count = count
        self.parameters = parameters
        self.rank = rank
        self.processes = processes
        self.epoch = 0

    def __iter__(self) -> Iterator[list[Key]]:
        """Yield batches of the epoch that is set, in its own order; epoch 0 is all samples in their order."""
        order = self._order()
        size = self.parameters.batch_size
        for start in range(0, len(order), size):
            yield [(self.epoch, int(index)) for index in order[start : start + size][self.rank :: self.processes]]

    def __len__(self) -> int:
        """Return the number of batches."""
        return -(-len(self._order()) // self.parameters.batch_size)

    @property
    def steps(self) -> int:
        """Number of batches of every epoch of a training, whichever is set."""
        most = self.parameters.samples_per_epoch or self.count
        return -(-min(most, self.count) // self.parameters.batch_size)

    def _order(self) -> np.ndarray:
        """Return the indices of the epoch's samples; the first come again until every process has as many."""
        order = np.arange(self.count)
        if self.epoch:
            order = np.random.default_rng((self.parameters.seed, self.epoch)).permutation(self.count)
            order = order[: self.parameters.samples_per_epoch]
        return np.concatenate([order, np.resize(order, -len(order) % self.processes)])


def make_loader(views: Dataset[AugmentedSample], batches: EpochBatches, workers: int) -> DataLoader:
    """Load batches in the background: images (N, 3, S, S), channels last, and targets (N, C, S, S), float32."""
    return DataLoader(
        views,
        batch_sampler=batches,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=torch.cuda.is_available(),
        collate_fn=_collate,
        worker_init_fn=_keep_to_one_thread,
    )


def _collate(views: list[AugmentedSample]) -> tuple[Tensor, Tensor]:
    images, targets = zip(*views, strict=True)
    return (
        torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2),
        torch.from_numpy(np.stack(targets)).permute(0, 3, 1, 2),
    )


def _keep_to_one_thread(_: int) -> None:
    cv2.setNumThreads(0)
