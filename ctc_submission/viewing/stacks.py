"""Frames of a sequence as one array (T, Z, Y, X) that reads what is looked at, and keeps what is changed."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_KEPT = 3


class LazyStack:
    """An array (T, Z, Y, X) whose frames are read when they are indexed; the last few are kept.

    What is assigned is kept in memory, frame by frame, and never written to the files.

    Parameters
    ----------
    paths : sequence of Path
        What to read each frame from.
    read : callable
        Reads a frame: (Z, Y, X) of `shape`.
    shape : tuple of int
        Size (Z, Y, X) of every frame.
    dtype : numpy dtype
        Type of the numbers; frames are converted to it.
    """

    def __init__(
        self, paths: Sequence[Path], read: Callable[[Path], NDArray], shape: tuple[int, ...], dtype: np.dtype
    ) -> None:
        self.paths = tuple(paths)
        self.shape = (len(self.paths), *shape)
        self.dtype = np.dtype(dtype)
        self.edited: dict[int, NDArray] = {}
        """Frames that were assigned to, by their index."""
        self._read = read
        self._kept: OrderedDict[int, NDArray] = OrderedDict()

    @property
    def ndim(self) -> int:
        """Number of axes, 4."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of voxels."""
        return int(np.prod(self.shape))

    def __len__(self) -> int:
        return self.shape[0]

    def frame(self, index: int) -> NDArray:
        """Return a frame (Z, Y, X), as it was changed or as its file has it."""
        if index in self.edited:
            return self.edited[index]
        if index not in self._kept:
            self._kept[index] = self._read(self.paths[index]).astype(self.dtype, copy=False)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(index)
        return self._kept[index]

    def __getitem__(self, key: Any) -> NDArray:
        first, rest = self._split(key)
        if isinstance(first, (int, np.integer)):
            return self.frame(range(len(self))[int(first)])[rest]
        if isinstance(first, slice):
            frames = [self.frame(index)[rest] for index in range(len(self))[first]]
            return np.stack(frames) if frames else np.empty((0, *self.frame(0)[rest].shape), self.dtype)
        times, others = self._spread(first, rest)
        values = np.empty(times.shape, self.dtype)
        for index in np.unique(times).tolist():
            here = times == index
            values[here] = self.frame(index)[tuple(other[here] for other in others)]
        return values

    def __setitem__(self, key: Any, value: Any) -> None:
        first, rest = self._split(key)
        if isinstance(first, (int, np.integer)):
            self._editable(range(len(self))[int(first)])[rest] = value
            return
        if isinstance(first, slice):
            for index in range(len(self))[first]:
                self._editable(index)[rest] = value
            return
        times, others = self._spread(first, rest)
        given = np.broadcast_to(value, times.shape)
        for index in np.unique(times).tolist():
            here = times == index
            self._editable(index)[tuple(other[here] for other in others)] = given[here]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray:
        return np.asarray(self[:], dtype=dtype)

    def _editable(self, index: int) -> NDArray:
        if index not in self.edited:
            self.edited[index] = self.frame(index).copy()
            self._kept.pop(index, None)
        return self.edited[index]

    @staticmethod
    def _split(key: Any) -> tuple[Any, tuple[Any, ...]]:
        """Take the index in time off an index."""
        keys = key if isinstance(key, tuple) else (key,)
        if keys and keys[0] is Ellipsis:
            keys = (slice(None), *keys)
        return (keys[0], keys[1:]) if keys else (slice(None), ())

    @staticmethod
    def _spread(first: Any, rest: tuple[Any, ...]) -> tuple[NDArray, tuple[NDArray, ...]]:
        """Bring arrays of indices to one shape."""
        times, *others = np.broadcast_arrays(np.asarray(first), *rest)
        return times, tuple(others)
