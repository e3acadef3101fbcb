"""Corrected labels written as reference annotations ``man_segT.tif``, to train on."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ctc_submission.challenge.files import write_mask
from ctc_submission.viewing.stacks import LazyStack

_LARGEST = 65535


def write_labels(path: str, data: Any, attributes: dict[str, Any]) -> list[str]:
    """Write a layer of labels.

    A sequence (T, Z, Y, X) becomes a file for each frame that was corrected, or for all if none was, in the folder of
    `path`. A single frame becomes the file that `path` names, which must be as ``man_seg012.tif``.

    Parameters
    ----------
    path : str
        A folder, or a file such as ``01_GT/SEG/man_seg000.tif``.
    data : array_like
        Labels, 4D, 3D or 2D.
    attributes : dict
        The layer's settings; its metadata holds the frames' numbers where our reader read it.

    Returns
    -------
    list of str
        The files written.

    Raises
    ------
    ValueError
        If labels do not fit 16 bits, or a single frame's file has another name.
    """
    target = Path(path)
    if np.ndim(data) == 4:
        folder = target.parent if target.suffix == ".tif" else target
        return [str(_write(folder / name, stack)) for name, stack in _frames(data, attributes.get("metadata") or {})]
    if not re.fullmatch(r"man_seg[0-9]{3,4}\.tif", target.name):
        raise ValueError(f"{target}: name the file by its frame, such as man_seg012.tif, so that training finds it")
    stack = np.asarray(data)
    return [str(_write(target, stack if stack.ndim == 3 else stack[np.newaxis]))]


def _frames(data: Any, metadata: dict[str, Any]) -> list[tuple[str, NDArray]]:
    """List names and labels of the frames to be written."""
    edited: Sequence[int] = sorted(data.edited) if isinstance(data, LazyStack) else []
    numbers = metadata.get("numbers") or list(range(len(data)))
    digits = metadata.get("digits", 3)
    return [
        (f"man_seg{numbers[index]:0{digits}d}.tif", np.asarray(data[index])) for index in edited or range(len(data))
    ]


def _write(path: Path, labels: NDArray) -> Path:
    if labels.min(initial=0) < 0 or labels.max(initial=0) > _LARGEST:
        raise ValueError(f"{path}: labels from {labels.min()} to {labels.max()}, expected 0 to {_LARGEST}: number anew")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_mask(path, labels.astype(np.uint16), ndim=2 if len(labels) == 1 else 3)
    return path
