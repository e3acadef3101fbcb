"""The last touch: small pieces, cells outside the field of interest, and the numbers of the labels."""

import numpy as np

from ctc_submission.segmentation.labeling.neighbours import NEIGHBOURS


def clean_labels(labels: np.ndarray, *, minimum_size: int, border: int, output: np.ndarray | None = None) -> np.ndarray:
    """Merge or drop small pieces, drop cells outside the field of interest, and number what is left.

    A piece below the minimum size joins that larger neighbour which it touches at most places, and is dropped if it
    touches none: a cell that was split once too often is whole again, and dirt is gone.

    Parameters
    ----------
    labels : (Z, Y, X) ndarray of int32
        0 is background, every other label one piece.
    minimum_size : int
        Voxels that a cell has at least.
    border : int
        Width in pixels, in x and y, of the rim outside the field of interest. Cells wholly in it are dropped.
    output : (Z, Y, X) ndarray of int32, optional
        Where the result is written; may be the labels themselves, which saves the memory of a frame.

    Returns
    -------
    (Z, Y, X) ndarray of int32
        1 to N without gaps, in scan order of the cells' first voxels.
    """
    voxels = np.flatnonzero(labels != 0)
    values = labels.ravel()[voxels]
    sizes = np.bincount(values, minlength=1)
    small = voxels[sizes[values] < minimum_size]
    values = _join_small(_contacts(labels, small), sizes, minimum_size)[values]
    kept = np.bincount(values, minlength=len(sizes)) >= max(minimum_size, 1)
    if border:
        kept &= _in_field(values, voxels, labels.shape, border, len(sizes))
    if output is None:
        output = np.zeros(labels.shape, np.int32)
    output.put(voxels, _numbers(values, voxels, kept)[values])
    return output


def _contacts(labels: np.ndarray, voxels: np.ndarray) -> np.ndarray:
    """List the labels (2, M), own and other, at every place where one of these voxels touches another label."""
    places = np.stack(np.unravel_index(voxels, labels.shape), axis=1)
    pairs = [np.empty((2, 0), labels.dtype)]
    for step in NEIGHBOURS:
        there = places + step
        in_frame = ((there >= 0) & (there < labels.shape)).all(axis=1)
        pair = np.stack((labels[tuple(places[in_frame].T)], labels[tuple(there[in_frame].T)]))
        pairs.append(pair[:, (pair[1] != 0) & (pair[1] != pair[0])])
    return np.concatenate(pairs, axis=1)


def _join_small(contacts: np.ndarray, sizes: np.ndarray, minimum_size: int) -> np.ndarray:
    """Join small pieces to larger neighbours until none is left that has one; give the cell of every label."""
    cell = np.arange(len(sizes))
    while True:
        size = np.bincount(cell, sizes, len(sizes))
        own, other = cell[contacts]
        is_open = (own != other) & (size[own] < minimum_size)
        if not is_open.any():
            return cell
        cell = _nearest_larger(own[is_open], other[is_open], size)[cell]


def _nearest_larger(own: np.ndarray, other: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Point every piece to the larger neighbour it touches most, and on to the end; equals rank by label."""
    is_larger = (size[other] > size[own]) | ((size[other] == size[own]) & (other < own))
    pairs, places = np.unique(np.stack((own, other))[:, is_larger], axis=1, return_counts=True)
    own, other = pairs[:, np.lexsort((-pairs[1], places))]
    target = np.arange(len(size))
    target[own] = other
    while not np.array_equal(further := target[target], target):
        target = further
    return target


def _in_field(values: np.ndarray, voxels: np.ndarray, shape: tuple[int, ...], border: int, count: int) -> np.ndarray:
    """Say of each label whether a voxel of it lies in the field of interest."""
    _, y, x = np.unravel_index(voxels, shape)
    _, height, width = shape
    inner = (y >= border) & (y < height - border) & (x >= border) & (x < width - border)
    return np.bincount(values[inner], minlength=count) > 0


def _numbers(values: np.ndarray, voxels: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Give the kept labels numbers from 1, by their first voxel, and the others 0."""
    first = np.zeros(len(kept), np.int64)
    first[values[::-1]] = voxels[::-1]
    cells = np.flatnonzero(kept)
    numbers = np.zeros(len(kept), np.int32)
    numbers[cells[np.argsort(first[cells])]] = np.arange(1, len(cells) + 1)
    return numbers
