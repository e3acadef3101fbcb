"""Results beside reference annotations, a recording in each row, in the slice with most cells and from the side.

    python -m benchmarks.outlines PICTURE.png RESULTS DATASET_DIR/SEQ ...

RESULTS is a folder as run_scripts/score_real.sh leaves it, RESULTS/NAME/SEQ_RES, such as runs/real/nuclei.
"""

import argparse
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from ctc_submission.pictures.composition import Panel, compose
from ctc_submission.pictures.scene import Scene
from ctc_submission.pictures.scene_files import read_scene

_WIDTH = 3.2  # inches, of a panel


def choose_panels(scene: Scene) -> list[Panel]:
    """Show the slice with most annotated cells and an XZ slice: frame, reference and result of each.

    Raises
    ------
    ValueError
        If the frame has no reference annotations, or is a single slice.
    """
    if len(scene.reference) < len(scene.frame) or len(scene.frame) == 1:
        raise ValueError(f"{scene.name}: expected a stack with a reference annotation of the whole frame")
    z = max(scene.reference, key=lambda z: len(np.unique(scene.reference[z])))
    rows = compose(scene, z)
    return [*rows[0], *rows[-1]]


def draw(path: Path, rows: dict[str, list[Panel]]) -> None:
    """Draw rows of panels by the name of their recording as a PNG file."""
    heights = [max(panel.image.shape[0] / panel.image.shape[1] for panel in row) for row in rows.values()]
    columns = max(map(len, rows.values()))
    figure = Figure(figsize=(columns * _WIDTH, _WIDTH * sum(heights) + 0.5 * len(rows)), layout="constrained")
    axes = figure.subplots(len(rows), columns, squeeze=False, height_ratios=heights)
    for (name, row), places in zip(rows.items(), axes, strict=True):
        for place in places:
            place.set_axis_off()
        for panel, place in zip(row, places, strict=False):
            place.imshow(panel.image)
            place.set_anchor("N")
            place.set_title(panel.title.partition(" at ")[0], fontsize=9)
        places[0].set_title(f"{name}: {row[0].title.lower()}", fontsize=9, fontweight="bold")
    figure.savefig(path, dpi=60)


def main() -> None:
    """Draw what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("picture", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("sequences", type=Path, nargs="+")
    arguments = parser.parse_args()
    rows = {}
    for sequence in arguments.sequences:
        folder, name = sequence.parent, sequence.name
        scene = read_scene(folder, name, arguments.results / folder.resolve().name / f"{name}_RES")
        rows[f"{folder.resolve().name}, {name}"] = choose_panels(scene)
    draw(arguments.picture, rows)


if __name__ == "__main__":
    main()
