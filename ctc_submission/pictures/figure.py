"""Draw a scene: frame, reference annotation and result of a slice side by side, below them the stack and its side."""

import io
import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from ctc_submission.atomic import replacing
from ctc_submission.pictures.composition import PLAIN, Panel, compose
from ctc_submission.pictures.panels import BOTH, PERCENTILES, REFERENCE, RESULT
from ctc_submission.pictures.scene import Scene

_DOTS_PER_INCH = 110
_PANEL_WIDTH = 6.2  # inches, as all that follows
_GAP = 0.2
_TITLE = 0.42
_HEAD = 0.75
_FOOT = 0.5
_LEGEND = 1.5
_BACKGROUND = "#17191D"
_SOFT = "#B8BCC4"


def draw_picture(path: Path, scene: Scene, z: int | None = None, *, numbers: bool = False) -> int:
    """Draw a scene as a PNG file.

    Parameters
    ----------
    path : Path
        The file, ``.png``; it is replaced whole or left alone. Its folder is made if absent.
    scene : Scene
        What to show.
    z : int, optional
        Slice to show closely; if not given, the annotated one that agrees least with the result, or the one with the
        most cells where no cell is annotated.
    numbers : bool
        Whether labels are written on the cells.

    Returns
    -------
    int
        The slice shown.

    Raises
    ------
    ValueError
        If the file has another suffix, or the stack no such slice.
    OSError
        If the file cannot be written.
    """
    if path.suffix.lower() != ".png":
        raise ValueError(f"{path}: pictures are PNG files, expected a name ending in .png")
    z = scene.best_slice if z is None else z
    figure = _lay_out(compose(scene, z, numbers=numbers), _title(scene, z), scene.pixel_size)
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=_DOTS_PER_INCH, facecolor=_BACKGROUND, metadata={"Software": None})
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(content.getvalue())
    return z


def _title(scene: Scene, z: int) -> str:
    if len(scene.frame) == 1:
        return scene.name
    annotated = sum(bool(labels.any()) for labels in scene.reference.values())
    is_worst = annotated > 1 and z == scene.best_slice
    worst = f", the worst of {annotated} with annotated cells" if is_worst else ""
    return f"{scene.name}, slice {z} (0 to {len(scene.frame) - 1}){worst}"


def _lay_out(rows: Sequence[Sequence[Panel]], title: str, pixel_size: float | None) -> Figure:
    """Place every panel with as many inches as it needs; rows are as high as their highest panel."""
    columns = max(map(len, rows))
    heights = [max(_PANEL_WIDTH * panel.image.shape[0] / panel.image.shape[1] for panel in row) for row in rows]
    width = columns * (_PANEL_WIDTH + _GAP) + _GAP
    height = _HEAD + sum(heights) + _TITLE * len(rows) + _FOOT
    figure = Figure((width, height))
    FigureCanvasAgg(figure)
    top = height - _HEAD
    for row, row_height in zip(rows, heights, strict=True):
        top -= _TITLE + row_height
        for column, panel in enumerate(row):
            left = _GAP + column * (_PANEL_WIDTH + _GAP)
            box = (left / width, top / height, _PANEL_WIDTH / width, row_height / height)
            _draw_panel(figure.add_axes(box), panel)
    _draw_scale_bar(figure.axes[0], rows[0][0], pixel_size)
    figure.text(_GAP / width, 1 - 0.5 * _HEAD / height, title, color=PLAIN, size=21, weight="bold", va="center")
    _draw_foot(figure, width, height, columns > 2)
    return figure


def _draw_panel(axes: Axes, panel: Panel) -> None:
    axes.imshow(panel.image, interpolation="antialiased", interpolation_stage="rgba")
    axes.set_axis_off()
    axes.set_anchor("NW")
    axes.set_title(panel.title, color=panel.color, size=16, loc="left", pad=6)
    if panel.frame:
        rows, columns = panel.frame
        corner = (columns.start * panel.zoom, rows.start * panel.zoom)
        width, height = ((edge.stop - edge.start) * panel.zoom for edge in (columns, rows))
        axes.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=PLAIN, linewidth=1.5))
    for row, column, label in panel.numbers:
        text = axes.text(column, row, str(label), color=PLAIN, size=11, ha="center", va="center", clip_on=True)
        text.set_path_effects([withStroke(linewidth=2.5, foreground="black")])


def _draw_scale_bar(axes: Axes, panel: Panel, pixel_size: float | None) -> None:
    """Draw a bar of 1, 2 or 5 times a power of ten micrometers, at most a quarter of the panel wide."""
    if pixel_size is None:
        return
    height, width, _ = panel.image.shape
    length = _round_length(width / panel.zoom * pixel_size / 4)
    right, bottom, bar = 0.96 * width, 0.96 * height, length / pixel_size * panel.zoom
    axes.plot([right - bar, right], [bottom, bottom], color=PLAIN, linewidth=4, solid_capstyle="butt")
    axes.text(right - bar / 2, bottom - 0.012 * width, f"{length:g} µm", color=PLAIN, size=14, ha="center", va="bottom")


def _round_length(limit: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not above the limit."""
    power = 10.0 ** math.floor(math.log10(limit))
    return max(step * power for step in (1, 2, 5) if step * power <= limit)


def _draw_foot(figure: Figure, width: float, height: float, has_reference: bool) -> None:
    """Explain colors; those of references and of both only where there are references."""
    low, high = PERCENTILES
    y = 0.45 * _FOOT / height
    figure.text(
        _GAP / width,
        y,
        f"Gray: black and white are percentiles {low:g} and {high:g} of what a panel shows. "
        "Labels: a color for each cell.",
        color=_SOFT,
        size=12,
        va="center",
    )
    named = (("reference", REFERENCE), ("result", RESULT), ("both", BOTH)) if has_reference else (("result", RESULT),)
    for place, (name, color) in enumerate(named, start=-len(named)):
        x = 1 + _LEGEND * place / width
        figure.text(x, y, f"— {name}", color=color, size=14, weight="bold", va="center")
