"""All cells as a table in CSV."""

import csv
import io

from ctc_submission.reporting.cells import CellTable
from ctc_submission.reporting.suspicion import Suspicion

COLUMNS = {
    "frame": "number of the frame",
    "label": "label in the mask",
    "z": "center of mass, in voxels from the first slice",
    "y": "in voxels from the first row",
    "x": "in voxels from the first column",
    "voxels": "size in voxels",
    "width": "diameter in y and x, in pixels",
    "elongation": "longest over shortest axis of the ellipsoid with the cell's moments",
    "fill": "volume over that of this ellipsoid",
    "intensity": "mean intensity, as stored",
    "components": "connected components of the label",
    "cut": "1 if it reaches the image's edge or the first or last slice",
    "suspicion": "how strange it is, 0 if it is not",
}
"""What each column says."""


def format_cells(cells: CellTable, suspicions: tuple[Suspicion, ...]) -> str:
    """Write a line for each cell, with the columns of `COLUMNS`."""
    scores = {each.index: each.score for each in suspicions}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    cut = cells.at_edge | cells.at_end
    for index in range(len(cells)):
        writer.writerow(
            [
                *(cells.frame[index], cells.label[index], *(f"{value:.1f}" for value in cells.center[index])),
                *(cells.voxels[index], f"{cells.width[index]:.1f}", f"{cells.elongation[index]:.2f}"),
                *(f"{cells.fill[index]:.2f}", f"{cells.intensity[index]:.5g}", cells.components[index]),
                *(int(cut[index]), f"{scores.get(index, 0):.1f}"),
            ]
        )
    return text.getvalue()
