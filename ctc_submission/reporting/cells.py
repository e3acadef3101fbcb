"""The cells of a mask, measured: size, position, shape and brightness of each."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.measure import regionprops_table

from ctc_submission.challenge.tiff.spacing import Spacing

_PROPERTIES = ("label", "area", "bbox", "centroid", "inertia_tensor", "intensity_mean")


@dataclass(frozen=True)
class CellTable:
    """Measurements of N cells, a row each."""

    frame: NDArray[np.int64]
    """(N,) number of the frame."""
    label: NDArray[np.int64]
    """(N,) label in the mask."""
    voxels: NDArray[np.int64]
    """(N,) size in voxels."""
    center: NDArray[np.float64]
    """(N, 3) center of mass z, y, x, in voxels."""
    low: NDArray[np.int64]
    """(N, 3) first slice, row and column."""
    high: NDArray[np.int64]
    """(N, 3) slice, row and column after the last."""
    width: NDArray[np.float64]
    """(N,) diameter in y and x, in pixels: that of the ellipsoid (2D: ellipse) with the cell's moments."""
    elongation: NDArray[np.float64]
    """(N,) longest over shortest axis of that ellipsoid, in real proportions; 1 for a ball."""
    fill: NDArray[np.float64]
    """(N,) volume over that of the ellipsoid: about 1 for an ellipsoid, less for two joined or a branched one."""
    intensity: NDArray[np.float64]
    """(N,) mean intensity."""
    components: NDArray[np.int64]
    """(N,) connected components of the label; voxels connect by faces, edges and corners."""
    at_edge: NDArray[np.bool_]
    """(N,) whether it reaches the edge of the image in y or x, where it may be cut."""
    at_end: NDArray[np.bool_]
    """(N,) whether it reaches the first or last slice of a stack, where it may be cut."""

    def __len__(self) -> int:
        return len(self.label)


def tabulate_cells(stack: NDArray, labels: NDArray, frame: int, spacing: Spacing) -> CellTable:
    """Measure the cells of a frame.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray
        Intensities.
    labels : (Z, Y, X) ndarray of uint8 or uint16
        Labels, 0 is background.
    frame : int
        Number of the frame.
    spacing : tuple of float
        Edges (z, y, x) of a voxel.

    Returns
    -------
    CellTable
        By ascending label.
    """
    if not labels.any():
        return empty_cells()
    table = regionprops_table(labels, stack, properties=_PROPERTIES, extra_properties=(components,))
    low, high, center = (np.stack([table[f"{name}-{axis}"] for axis in axes], axis=1) for name, axes in _COLUMNS)
    voxels = table["area"].astype(np.int64)
    width, elongation, fill = _shapes(_covariances(table), voxels, spacing, is_flat=len(labels) == 1)
    return CellTable(
        frame=np.full(len(voxels), frame),
        label=table["label"].astype(np.int64),
        voxels=voxels,
        center=center,
        low=low,
        high=high,
        width=width,
        elongation=elongation,
        fill=fill,
        intensity=table["intensity_mean"].astype(np.float64),
        components=table["components"].astype(np.int64),
        at_edge=((low == 0) | (high == labels.shape))[:, 1:].any(axis=1),
        at_end=((low == 0) | (high == labels.shape))[:, 0] & (len(labels) > 1),
    )


_COLUMNS = (("bbox", (0, 1, 2)), ("bbox", (3, 4, 5)), ("centroid", (0, 1, 2)))


def components(region: NDArray[np.bool_]) -> int:
    """Count the connected components of a label, given as a mask (Z, Y, X) of its bounding box."""
    return int(ndimage.label(region, np.ones((3, 3, 3)))[1])


def empty_cells() -> CellTable:
    """Return measurements of no cell."""
    whole, real = np.zeros(0, np.int64), np.zeros(0)
    return CellTable(
        frame=whole,
        label=whole,
        voxels=whole,
        center=np.zeros((0, 3)),
        low=np.zeros((0, 3), np.int64),
        high=np.zeros((0, 3), np.int64),
        width=real,
        elongation=real,
        fill=real,
        intensity=real,
        components=whole,
        at_edge=np.zeros(0, bool),
        at_end=np.zeros(0, bool),
    )


def join_cells(parts: Sequence[CellTable]) -> CellTable:
    """Put the cells of several frames one after the other."""
    several = [empty_cells(), *parts]
    return CellTable(*(np.concatenate([getattr(part, field.name) for part in several]) for field in fields(CellTable)))


def _covariances(table: dict[str, NDArray]) -> NDArray[np.float64]:
    """Return the (N, 3, 3) covariances of the voxels' positions, in voxels; of a voxel's own extent too."""
    inertia = np.stack([[table[f"inertia_tensor-{row}-{column}"] for column in range(3)] for row in range(3)])
    inertia = np.moveaxis(inertia.astype(np.float64), -1, 0)
    half_trace = np.trace(inertia, axis1=1, axis2=2) / 2
    return half_trace[:, None, None] * np.eye(3) - inertia + np.eye(3) / 12


def _shapes(
    covariances: NDArray[np.float64], voxels: NDArray[np.int64], spacing: Spacing, is_flat: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Compare cells with the ellipsoids (ellipses where flat) of their moments: width, elongation, fill."""
    of_variance = 4 if is_flat else 5  # semi-axis^2 over variance, for an ellipse and an ellipsoid
    in_plane = np.clip(np.linalg.det(covariances[:, 1:, 1:]), 0, None)
    width = 2 * np.sqrt(of_variance) * in_plane**0.25
    kept = slice(1, 3) if is_flat else slice(0, 3)
    edges = np.asarray(spacing)[kept]
    variances = np.linalg.eigvalsh(covariances[:, kept, kept] * np.outer(edges, edges))
    elongation = np.sqrt(variances[:, -1] / np.clip(variances[:, 0], 1e-12, None))
    unit = np.pi if is_flat else 4 / 3 * np.pi
    sizes = unit * np.sqrt(np.clip(np.prod(of_variance * variances, axis=1), 1e-12, None)) / np.prod(edges)
    return width, elongation, voxels / sizes
