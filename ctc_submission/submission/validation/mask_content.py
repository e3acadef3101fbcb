"""What a mask holds, read slice by slice: its labels, and the connected components of each in 3D."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse
from skimage import measure

from ctc_submission.challenge.tiff.strict import StrictMask

_LABELS = 65536


@dataclass(frozen=True)
class Components:
    """Connected components of equal label, in an order of their own."""

    labels: NDArray[np.int64]
    """(N,) label of each."""
    voxels: NDArray[np.int64]
    """(N,) size of each."""
    low: NDArray[np.int64]
    """(N, 3) first slice, row and column."""
    high: NDArray[np.int64]
    """(N, 3) slice, row and column after the last."""


@dataclass(frozen=True)
class MaskContent:
    """What one mask holds."""

    path: Path
    """The file."""
    frame: int
    """Number of the frame."""
    labels: NDArray[np.int64]
    """Labels above 0, ascending."""
    field_margin: int
    """Width in pixels of the margin around the field of interest."""
    outside: NDArray[np.int64]
    """Labels without a voxel in the field of interest."""
    components: Components
    """Connected components of each label."""


def read_content(path: Path, frame: int, field_margin: int) -> MaskContent:
    """Read a mask, holding two slices at a time.

    Components touch within a slice if they share an edge or a corner, from slice to slice if they overlap.

    Parameters
    ----------
    path : Path
        A mask that the organizers' reader takes.
    frame : int
        Number of its frame.
    field_margin : int
        Width in pixels, in y and x, of the margin around the field of interest.

    Raises
    ------
    ValueError
        If a slice cannot be decoded.
    """
    seen, inside = np.zeros((2, _LABELS), bool)
    parts: list[Components] = []
    links: list[NDArray[np.int64]] = []
    before: tuple[NDArray, NDArray] | None = None
    total = 0
    for z, page in enumerate(_read_slices(path)):
        seen[page] = True
        inside[page[field_margin : page.shape[0] - field_margin, field_margin : page.shape[1] - field_margin]] = True
        numbers, found = _find_parts(page, z)
        numbers[page > 0] += total
        if before:
            links.append(_overlaps(before, (page, numbers)))
        before = page, numbers
        parts.append(found)
        total += len(found.labels)
    labels = np.flatnonzero(seen[1:]) + 1
    return MaskContent(path, frame, labels, field_margin, labels[~inside[labels]], _join(parts, links, total))


def _read_slices(path: Path) -> Iterator[NDArray[np.uint16]]:
    """Decode one slice after the other."""
    with StrictMask(path) as mask:
        for z in range(mask.shape[0]):
            yield mask.read_slice(z)


def _find_parts(page: NDArray[np.uint16], z: int) -> tuple[NDArray[np.int64], Components]:
    """Find the connected parts of a slice: their numbers from 1 on as (Y, X), and what they are."""
    numbers = measure.label(page, background=0, connectivity=2)
    labels = np.zeros(numbers.max(initial=0) + 1, np.int64)
    labels[numbers] = page
    boxes = np.array(
        [[(rows.start, columns.start), (rows.stop, columns.stop)] for rows, columns in ndimage.find_objects(numbers)],
        np.int64,
    ).reshape(-1, 2, 2)
    low, high = (np.insert(boxes[:, end], 0, z + end, axis=1) for end in (0, 1))
    voxels = np.bincount(numbers.ravel(), minlength=len(labels))
    return numbers.astype(np.int64), Components(labels[1:], voxels[1:], low, high)


def _overlaps(
    before: tuple[NDArray[np.uint16], NDArray[np.int64]], after: tuple[NDArray[np.uint16], NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Return the (N, 2) pairs of parts, counted from 0, that overlap and have one label in neighboring slices."""
    shared = (before[0] == after[0]) & (after[0] > 0)
    base = after[1].max(initial=0) + 1
    pairs = np.unique(before[1][shared] * base + after[1][shared])
    return np.stack(np.divmod(pairs, base), axis=1) - 1


def _join(parts: list[Components], links: list[NDArray[np.int64]], total: int) -> Components:
    """Join the linked parts of all slices."""
    rows, columns = np.concatenate([np.empty((0, 2), np.int64), *links]).T
    graph = sparse.coo_array((np.ones(len(rows), bool), (rows, columns)), shape=(total, total))
    count, component = (
        sparse.csgraph.connected_components(graph, directed=False) if total else (0, np.empty(0, np.int64))
    )
    labels, voxels = np.zeros((2, count), np.int64)
    low, high = np.full((count, 3), np.iinfo(np.int64).max), np.zeros((count, 3), np.int64)
    labels[component] = np.concatenate([part.labels for part in parts])
    np.add.at(voxels, component, np.concatenate([part.voxels for part in parts]))
    np.minimum.at(low, component, np.concatenate([part.low for part in parts]))
    np.maximum.at(high, component, np.concatenate([part.high for part in parts]))
    return Components(labels, voxels, low, high)
