"""A stream of images through the networks: cut into batches, several of which are computed at a time."""

import itertools
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Protocol

import numpy as np

from ctc_submission.concurrency import map_ahead

_KEPT = 16
"""Constant batches whose probabilities are kept."""


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
    """Networks in a runtime, fed with a stream of images.

    A batch of constant images, which show nothing, is predicted once and its probabilities are taken again for every
    equal batch. That is exact: what a runtime predicts depends on the batch's shape and numbers alone, and those of a
    constant image are told by its shape and one pixel. Batches are made as they are without it.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._executor = ThreadPoolExecutor(runtime.streams, "network")
        self._constant: OrderedDict[tuple[bytes, ...], np.ndarray] = OrderedDict()
        self._predicting_constant = Lock()

    def predict(self, images: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Predict probabilities for a stream of images of one shape.

        Parameters
        ----------
        images : iterable of (Y, X, 3) ndarray of float32 in [0, 1]
            Pseudocolored slices or patches; read no further ahead than the runtime needs to be busy.

        Yields
        ------
        (C, Y, X) ndarray of float32
            Probabilities of every output of every network, image by image; not to be written to.
        """
        for predicted in map_ahead(self._predict, self._batches(images), self._executor, 2 * self.runtime.streams):
            yield from predicted

    def _predict(self, batch: list[np.ndarray]) -> np.ndarray:
        if not all(map(_is_constant, batch)):
            return self.runtime.predict(np.stack(batch))
        with self._predicting_constant:
            return self._predict_constant(batch)

    def _predict_constant(self, batch: Sequence[np.ndarray]) -> np.ndarray:
        key = (str(batch[0].shape).encode(), *(image[0, 0].tobytes() for image in batch))
        if key not in self._constant:
            self._constant[key] = self.runtime.predict(np.stack(batch))
            if len(self._constant) > _KEPT:
                self._constant.popitem(last=False)
        self._constant.move_to_end(key)
        return self._constant[key]

    def _batches(self, images: Iterable[np.ndarray]) -> Iterator[list[np.ndarray]]:
        stream = iter(images)
        while batch := list(itertools.islice(stream, self.runtime.batch_size)):
            yield batch


def _is_constant(image: np.ndarray) -> bool:
    """Say whether all pixels of a float32 image are equal, bit by bit; most differ on a coarse grid already."""
    bits = image.view(np.uint32)
    return bool((bits[::16, ::16] == bits[0, 0]).all() and (bits == bits[0, 0]).all())
