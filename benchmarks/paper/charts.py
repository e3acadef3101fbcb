"""The report's pictures: an example of every row, and bars."""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread

from benchmarks.paper.results import Results
from benchmarks.paper.rows import Row
from benchmarks.paper.tables import title
from ctc_submission.atomic import replacing
from ctc_submission.evaluation.measures.peseg import parameter_efficiency

_DPI = 90


def draw_bars(path: Path, rows: Sequence[Row], results: Results) -> None:
    """Draw MeanIoU, SEG and PESEG of the finished rows: bars to the mean over the seeds, a point for each of them.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    shown = [row for row in rows if row.name in results]
    found = [list(results[row.name].values()) for row in shown]
    bars = {
        "MeanIoU": [[result.mean_iou for result in each] for each in found],
        "SEG": [[result.seg for result in each] for each in found],
        "PESEG": [[parameter_efficiency(result.seg, result.parameters) for result in each] for each in found],
    }
    figure = Figure(figsize=(12, 1.2 + 0.4 * len(shown)), layout="constrained")
    panels: Sequence[Axes] = figure.subplots(1, len(bars), sharey=True)
    for panel, (name, values) in zip(panels, bars.items(), strict=True):
        _draw_means(panel, [title(row) for row in shown], values, "tab:blue" if name != "PESEG" else "tab:green")
        panel.set_title(name)
    panels[0].invert_yaxis()
    _save(figure, path)


def _draw_means(panel: Axes, names: Sequence[str], values: Sequence[Sequence[float]], color: str) -> None:
    """Draw a bar for each name, its length beside it, and the values that it is the mean of."""
    means = [statistics.mean(each) for each in values]
    most = max(max(each) for each in values)
    panel.barh(names, means, color=color, alpha=0.6)
    for place, (mean, each) in enumerate(zip(means, values, strict=True)):
        panel.plot(each, [place] * len(each), "o", color="black", markersize=3)
        panel.text(max(each) + 0.03 * (most or 1), place, f"{mean:.3f}", va="center")
    panel.set_xlim(0, 1.25 * most or 1)


def draw_examples(path: Path, examples: Mapping[str, Path]) -> None:
    """Draw one below the other the pictures of a tested slice, each under its title.

    Parameters
    ----------
    path : Path
        A PNG file; replaced only when wholly written.
    examples : mapping of str to Path
        Titles and pictures, at least one.

    Raises
    ------
    OSError
        If a file cannot be read or written.
    """
    columns = 2
    lines = -(-len(examples) // columns)
    figure = Figure(figsize=(12, 2.4 * lines), layout="constrained")
    panels = figure.subplots(lines, columns, squeeze=False).ravel()
    for panel in panels:
        panel.axis("off")
    for panel, (name, picture) in zip(panels, examples.items(), strict=False):
        panel.imshow(imread(picture))
        panel.set_title(name, fontsize=9)
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    with replacing(path) as file:
        figure.savefig(file, format="png", dpi=_DPI)
