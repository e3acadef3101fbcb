"""Checks of a mask by what it holds: labels, fragments, the field of interest."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ctc_submission.submission.findings import Finding, error, list_some, warning
from ctc_submission.submission.validation.mask_content import Components, MaskContent

_LARGEST_LABEL = 65535
_CELL_SHARE = 0.1
_SMALLEST_REACH = 3


def check_empty(content: MaskContent) -> Iterator[Finding]:
    """Find a mask without any object."""
    if not content.labels.size:
        yield warning(content.path, "the mask is empty: no object in it", "look at this frame: are there no cells?")


def check_field_of_interest(content: MaskContent) -> Iterator[Finding]:
    """Find objects that lie outside the field of interest with all their voxels."""
    if content.outside.size:
        shown = list_some(content.outside.tolist())
        finding = (
            f"{content.outside.size} objects lie wholly outside the field of interest "
            f"({content.field_margin} pixels of margin): labels {shown}"
        )
        yield error(
            content.path,
            finding,
            f"remove objects without a voxel inside (segment with --field-margin {content.field_margin})",
        )


def check_unique(content: MaskContent) -> Iterator[Finding]:
    """Find labels that several cells seem to share.

    Components of a label that are far from its largest one, and large enough to be cells, are taken for other cells.
    Where these outnumber the labels (and there are two at least), labels were never unique; else it is a warning.
    """
    strays = find_stray_labels(content.components)
    if not strays.size:
        return
    shown = list_some(np.unique(strays).tolist())
    if _LARGEST_LABEL in content.labels:
        finding = f"labels seem to be wrapped beyond {_LARGEST_LABEL}: {shown} are in components far from each other"
        yield error(content.path, finding, "number the objects anew before they are stored in 16 bits")
    elif strays.size >= max(2, content.labels.size):
        finding = f"labels are not unique: {strays.size} far components share {content.labels.size} labels ({shown})"
        yield error(content.path, finding, "give every cell a label of its own, and one through all slices")
    else:
        yield warning(
            content.path, f"labels with components far from each other: {shown}", "check whether each is a single cell"
        )


def find_stray_labels(components: Components) -> NDArray[np.int64]:
    """Find components that look like cells of their own.

    Such a component is farther from the largest component of its label, in z, y or x, than that one is long there
    (and than three voxels), and holds at least a tenth of its voxels.

    Returns
    -------
    (N,) ndarray of int64
        The label of every such component.
    """
    order = np.lexsort((-components.voxels, components.labels))
    labels = components.labels[order]
    first = np.flatnonzero(np.insert(labels[1:] != labels[:-1], 0, True)) if labels.size else labels
    largest = order[np.repeat(first, np.diff(np.append(first, labels.size)))]
    gap = np.maximum(components.low[order] - components.high[largest], components.low[largest] - components.high[order])
    reach = np.maximum(components.high[largest] - components.low[largest], _SMALLEST_REACH)
    is_large = components.voxels[order] >= _CELL_SHARE * components.voxels[largest]
    return labels[is_large & (gap > reach).any(axis=1)]
