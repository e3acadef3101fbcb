"""Trainings that differ in one thing side by side: a picture, and a table of means and ranges over seeds.

    python -m benchmarks.side_by_side RUNS PICTURE.png

RUNS holds folders VARIANT-SEED, each of `ctc-submission train` (see compare_starts.sh and compare_colors.sh in
run_scripts).
"""

import argparse
import csv
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

_MEASURES = {"validation_loss": "validation loss", "mean_iou": "MeanIoU, validation"}


def read_curve(log: Path, measure: str) -> list[float]:
    """Read a column of a training's ``log.csv``, epoch by epoch."""
    with log.open(newline="") as file:
        return [float(row[measure]) for row in csv.DictReader(file)]


def find_logs(runs: Path) -> dict[str, list[Path]]:
    """Find the logs of each variant, by seed.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    logs: dict[str, list[Path]] = {}
    for log in sorted(runs.glob("*-*/log.csv")):
        logs.setdefault(log.parent.name.rpartition("-")[0], []).append(log)
    if not logs:
        raise FileNotFoundError(f"{runs}: no trainings VARIANT-SEED/log.csv; see run_scripts/compare_starts.sh")
    return logs


def tabulate(logs: dict[str, list[Path]]) -> str:
    """Write a Markdown table: mean and range over the seeds, after a quarter, a half and all of the epochs."""
    rows = ["| variant | seeds | measure | after 1/4 | after 1/2 | at the end |", "|---|---|---|---|---|---|"]
    for variant, found in logs.items():
        for measure, name in _MEASURES.items():
            curves = [read_curve(log, measure) for log in found]
            cells = [
                _spread([curve[max(0, round(part * len(curve)) - 1)] for curve in curves]) for part in (0.25, 0.5, 1)
            ]
            rows.append(f"| {variant} | {len(found)} | {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def draw(logs: dict[str, list[Path]], path: Path) -> None:
    """Draw the curves of all trainings, one color for each variant, on one scale."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    panels: Sequence[Axes] = figure.subplots(1, len(_MEASURES))
    for panel, (measure, name) in zip(panels, _MEASURES.items(), strict=True):
        for number, (variant, found) in enumerate(logs.items()):
            for index, log in enumerate(found):
                curve = read_curve(log, measure)
                label = variant if index == 0 else None
                panel.plot(range(1, len(curve) + 1), curve, color=f"C{number}", label=label)
        panel.set(xlabel="epoch", ylabel=name, ylim=(0, None if measure == "validation_loss" else 1))
        panel.legend()
    figure.savefig(path, dpi=100)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw and tabulate."""
    parser = argparse.ArgumentParser(prog="benchmarks.side_by_side", description="Trainings side by side.")
    parser.add_argument("runs", type=Path, help="folder with VARIANT-SEED, trainings")
    parser.add_argument("picture", type=Path, metavar="PICTURE.png", help="picture to write")
    parsed = parser.parse_args(arguments)
    logs = find_logs(parsed.runs)
    draw(logs, parsed.picture)
    sys.stdout.write(tabulate(logs) + "\n")
    return 0


def _spread(values: list[float]) -> str:
    return f"{statistics.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})"


if __name__ == "__main__":
    sys.exit(main())
