"""The report's pictures: an example of every row, and bars."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread

from benchmarks.paper.results import Result
from benchmarks.paper.rows import Row
from benchmarks.paper.tables import title
from ctc_submission.atomic import replacing
from ctc_submission.evaluation.measures.peseg import parameter_efficiency

_DPI = 90


def draw_bars(path: Path, rows: Sequence[Row], results: Mapping[str, Result]) -> None:
    """Draw MeanIoU, SEG and PESEG of the finished rows.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    shown = [row for row in rows if row.name in results]
    found = [results[row.name] for row in shown]
    bars = {
        "MeanIoU": [result.mean_iou for result in found],
        "SEG": [result.seg for result in found],
        "PESEG": [parameter_efficiency(result.seg, result.parameters) for result in found],
    }
    figure = Figure(figsize=(12, 1.2 + 0.4 * len(shown)), layout="constrained")
    panels: Sequence[Axes] = figure.subplots(1, len(bars), sharey=True)
    for panel, (name, values) in zip(panels, bars.items(), strict=True):
        drawn = panel.barh([title(row) for row in shown], values, color="tab:blue" if name != "PESEG" else "tab:green")
        panel.bar_label(drawn, fmt="%.3f", padding=3)
        panel.set_xlim(0, 1.25 * max(values) or 1)
        panel.set_title(name)
    panels[0].invert_yaxis()
    _save(figure, path)


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
