"""Cleaning of labels: small components, cells outside the field of interest, and consecutive numbers."""

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from ctc_submission.concurrency import map_ahead
from ctc_submission.segmentation.labeling.neighborhood import NEIGHBORS


def clean_labels(
    labels: np.ndarray,
    *,
    minimum_size: int,
    field_margin: int,
    output: np.ndarray | None = None,
    executor: Executor | None = None,
) -> np.ndarray:
    """Merge or remove small components, remove cells outside the field of interest, and number the rest.

    A component below the minimum size is merged into the larger neighbor that it shares most contacts with, and removed
    if it touches none: oversplit cells are whole again, and debris is gone.

    Parameters
    ----------
    labels : (Z, Y, X) ndarray of int32
        0 is background, every other label one connected component.
    minimum_size : int
        Least number of voxels of a cell.
    field_margin : int
        Width in pixels, in x and y, of the field-of-interest margin. Cells wholly in it are removed.
    output : (Z, Y, X) ndarray of int32, optional
        Where the result is written; may be the labels themselves, which saves the memory of a frame.
    executor : Executor, optional
        Threads to share the work.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        1 to N without gaps, in scan order of the cells' first voxels.
    """
    pixels, tables = zip(
        *map_ahead(lambda z: _tabulate(labels[z], z, field_margin), range(len(labels)), executor), strict=True
    )
    of, size, inside, first = np.concatenate(tables, axis=1)
    sizes = np.bincount(of, size, minlength=1)
    cell = _merge_small(_contacts(labels, _voxels_of(labels, pixels, sizes < minimum_size)), sizes, minimum_size)
    kept = np.bincount(cell, sizes) >= max(minimum_size, 1)
    kept &= np.bincount(cell[of], inside, len(kept)) > 0
    numbers = _numbers(cell[of], first, kept)[cell]
    cleaned = np.zeros(labels.shape, np.int32) if output is None else output

    def write(z: int) -> None:
        cleaned[z].put(pixels[z], numbers[labels[z].ravel()[pixels[z]]])

    for _ in map_ahead(write, range(len(labels)), executor):
        pass
    return cleaned


def keep(labels: np.ndarray, kept: np.ndarray) -> None:
    """Remove cells, in place, and number the others anew without gaps; they stay in their order.

    Parameters
    ----------
    labels : (Z, Y, X) ndarray of int32
        0 is background, cells are 1 to N. Changed in place.
    kept : (N + 1,) ndarray of bool
        Which labels stay; what it says of 0 does not matter.
    """
    kept[0] = False
    numbers = np.cumsum(kept, dtype=np.int32) * kept
    for of_slice in labels:
        of_slice[...] = numbers[of_slice]


def _tabulate(of_slice: np.ndarray, z: int, field_margin: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the labeled pixels of a slice (Y, X), and a table of its labels.

    The table (4, M) of int64 gives a label, its pixels, those in the field of interest, and its first in the frame.
    """
    pixels = np.flatnonzero(of_slice != 0).astype(np.int32 if of_slice.size < 2**31 else np.int64)
    values = of_slice.ravel()[pixels]
    sizes = inside = np.bincount(values)
    if field_margin:
        height, width = of_slice.shape
        y, x = np.divmod(pixels, width)
        in_field = (y >= field_margin) & (y < height - field_margin) & (x >= field_margin) & (x < width - field_margin)
        inside = np.bincount(values[in_field], minlength=len(sizes))
    first = np.zeros(len(sizes), np.int64)
    first[values[::-1]] = pixels[::-1]
    held = np.flatnonzero(sizes)
    return pixels, np.stack((held, sizes[held], inside[held], first[held] + z * of_slice.size))


def _voxels_of(labels: np.ndarray, pixels: Sequence[np.ndarray], wanted: np.ndarray) -> np.ndarray:
    """Return the positions (3, M) of the labeled pixels whose label is wanted."""
    chosen = [part[wanted[of_slice.ravel()[part]]] for of_slice, part in zip(labels, pixels, strict=True)]
    z = np.repeat(np.arange(len(chosen)), [len(part) for part in chosen])
    return np.stack((z, *np.divmod(np.concatenate(chosen), labels.shape[2])))


def _contacts(labels: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """List the labels (2, M), own and other, of every contact of one of these voxels with another label."""
    pairs = [np.empty((2, 0), labels.dtype)]
    for step in NEIGHBORS:
        there = positions + step[:, np.newaxis]
        in_frame = ((there >= 0) & (there < np.reshape(labels.shape, (3, 1)))).all(axis=0)
        pair = np.stack((labels[tuple(positions[:, in_frame])], labels[tuple(there[:, in_frame])]))
        pairs.append(pair[:, (pair[1] != 0) & (pair[1] != pair[0])])
    return np.concatenate(pairs, axis=1)


def _merge_small(contacts: np.ndarray, sizes: np.ndarray, minimum_size: int) -> np.ndarray:
    """Merge small components into larger neighbors until none is left that has one; return the cell of every label."""
    cell = np.arange(len(sizes))
    while True:
        size = np.bincount(cell, sizes, len(sizes))
        own, other = cell[contacts]
        is_open = (own != other) & (size[own] < minimum_size)
        if not is_open.any():
            return cell
        cell = _nearest_larger(own[is_open], other[is_open], size)[cell]


def _nearest_larger(own: np.ndarray, other: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Point every component to the larger neighbor it touches most, and on to the end; equals rank by label."""
    is_larger = (size[other] > size[own]) | ((size[other] == size[own]) & (other < own))
    pairs, contacts = np.unique(np.stack((own, other))[:, is_larger], axis=1, return_counts=True)
    own, other = pairs[:, np.lexsort((-pairs[1], contacts))]
    target = np.arange(len(size))
    target[own] = other
    while not np.array_equal(further := target[target], target):
        target = further
    return target


def _numbers(cells: np.ndarray, first: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Assign numbers from 1 to the kept cells, by the least of their first voxels (M,); the others get 0."""
    earliest = np.full(len(kept), np.iinfo(np.int64).max)
    np.minimum.at(earliest, cells, first)
    order = np.flatnonzero(kept)
    numbers = np.zeros(len(kept), np.int32)
    numbers[order[np.argsort(earliest[order])]] = np.arange(1, len(order) + 1)
    return numbers
