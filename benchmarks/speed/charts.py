"""The report's pictures: what a frame's time goes to, and how time grows."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.speed.results import DatasetResult
from benchmarks.speed.scaling import Series
from benchmarks.speed.stopwatch import STAGES
from ctc_submission.atomic import replacing

_DPI = 90
_COLORS = dict(
    zip(
        STAGES,
        ("tab:gray", "tab:purple", "tab:orange", "tab:blue", "tab:cyan", "tab:green", "tab:red"),
        strict=True,
    )
)


def draw_stages(path: Path, results: Sequence[DatasetResult]) -> None:
    """Draw for every dataset and contender the stages of a frame in one bar, and a line at what a run took.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    bars = sum(len(result.seconds) for result in results)
    figure = Figure(figsize=(12, 1.2 + 0.5 * bars + 0.5 * len(results)), layout="constrained")
    panels: list[Axes] = figure.subplots(len(results), 1, squeeze=False).ravel().tolist()
    for panel, result in zip(panels, results, strict=True):
        _draw_frame(panel, result)
    panels[-1].set_xlabel("seconds per frame; black line: in a run, where stages overlap, without the start")
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=len(STAGES), frameon=False)
    _save(figure, path)


def draw_scaling(path: Path, scaling: Sequence[Series]) -> None:
    """Draw the time over each quantity, with the line that fits best.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    figure = Figure(figsize=(12, 3.6), layout="constrained")
    panels: list[Axes] = figure.subplots(1, len(scaling), squeeze=False).ravel().tolist()
    for panel, series in zip(panels, scaling, strict=True):
        slope, intercept = series.line
        ends = [0, series.sizes[-1]]
        panel.plot(ends, [slope * size + intercept for size in ends], color="tab:gray", linestyle="--")
        panel.plot(series.sizes, series.seconds, "o", color="tab:blue")
        panel.set_title(f"{series.fixed}; line explains {100 * series.fit:.2f} %", fontsize=9)
        panel.set_xlabel(series.quantity)
        panel.set_ylim(bottom=0)
        panel.set_xlim(left=0)
    panels[0].set_ylabel("seconds")
    _save(figure, path)


def _draw_frame(panel: Axes, result: DatasetResult) -> None:
    names = list(result.seconds)
    left = [0.0] * len(names)
    for stage in STAGES:
        widths = [result.seconds[name][stage] for name in names]
        panel.barh(names, widths, left=left, color=_COLORS[stage], label=stage)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    for row, name in enumerate(names):
        taken, longest = result.frame_seconds(name), max(left[row], result.frame_seconds(name))
        panel.plot([taken, taken], [row - 0.45, row + 0.45], color="black", linewidth=2)
        panel.annotate(f"{taken:.2f} s", (longest, row), (6, 0), textcoords="offset points", va="center")
    panel.set_xlim(0, 1.1 * max(*left, *(result.frame_seconds(name) for name in names)))
    panel.set_title(f"{result.world.dataset}, {' x '.join(map(str, result.world.shape))}", fontsize=10)
    panel.invert_yaxis()


def _save(figure: Figure, path: Path) -> None:
    with replacing(path) as file:
        figure.savefig(file, format="png", dpi=_DPI)
