"""A stream of images through the networks: cut into batches, several of which are computed at a time."""

import itertools
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np

from ctc_submission.concurrency import map_ahead


class Runtime(Protocol):
    """Networks made ready for a device."""

    batch_size: int
    """Images it computes at once."""
    streams: int
    """Batches it computes side by side."""
    precision: str
    """What it computes in: ``float32``, ``bfloat16`` or ``float16``."""
    description: str
    """Program and device, such as ``OpenVINO on the CPU``."""

    def predict(self, images: np.ndarray) -> np.ndarray:
        """Predict probabilities; called by several threads at once.

        Parameters
        ----------
        images : (N, Y, X, 3) ndarray of float32 in [0, 1]
            Pseudocolored slices or patches.

        Returns
        -------
        (N, C, Y, X) ndarray of float32 in [0, 1]
            Probabilities: every output of the first network, then of the next.
        """
        ...


class Predictor:
    """Networks in a runtime, fed with a stream of images."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._executor = ThreadPoolExecutor(runtime.streams, "network")

    def predict(self, images: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Predict probabilities for a stream of images of one shape.

        Parameters
        ----------
        images : iterable of (Y, X, 3) ndarray of float32 in [0, 1]
            Pseudocolored slices or patches; read no further ahead than the runtime needs to be busy.

        Yields
        ------
        (C, Y, X) ndarray of float32
            Probabilities of every output of every network, image by image.
        """
        for predicted in map_ahead(self._predict, self._batches(images), self._executor, 2 * self.runtime.streams):
            yield from predicted

    def _predict(self, batch: list[np.ndarray]) -> np.ndarray:
        return self.runtime.predict(np.stack(batch))

    def _batches(self, images: Iterable[np.ndarray]) -> Iterator[list[np.ndarray]]:
        stream = iter(images)
        while batch := list(itertools.islice(stream, self.runtime.batch_size)):
            yield batch
