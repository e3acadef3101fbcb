"""Plots of a report, as the data and layout that plotly.js draws; every axis says what it is."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ctc_submission.challenge.tracks import Track
from ctc_submission.evaluation.object_rows import ObjectRow
from ctc_submission.reporting.cells import CellTable
from ctc_submission.reporting.links import LinkFacts
from ctc_submission.reporting.survey import FrameFacts

BLUE, ORANGE, GREEN, RED, GRAY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#7A7F87"
"""Of the palette of Okabe and Ito, which color-blind readers distinguish too."""
_HEIGHT = 300
_MOST_TRACKS = 300
_MOST_POINTS = 4000
_SHOWN = 98
"""Percentile at which a histogram with a long tail ends."""

Figure = dict[str, Any]
"""``data`` and ``layout`` of plotly.js."""


def counts_chart(frames: Sequence[FrameFacts], jumps: Sequence[int]) -> Figure:
    """Plot the number of cells over time; jumps and empty frames are marked."""
    numbers, counts = [frame.number for frame in frames], [frame.cells for frame in frames]
    marked = sorted({*jumps, *(index for index, count in enumerate(counts) if not count)})
    data = [
        _line(numbers, counts, "cells", BLUE),
        _points([numbers[index] for index in marked], [counts[index] for index in marked], "jump or empty", RED, 10),
    ]
    return _figure(data if marked else data[:1], "frame", "cells in the frame", from_zero=True)


def volumes_chart(frames: Sequence[FrameFacts], cells: CellTable, voxel: float, unit: str) -> Figure:
    """Plot median and 5 to 95 % range of the volumes over time."""
    numbers = [frame.number for frame in frames if frame.cells]
    volumes = [cells.voxels[cells.frame == number] * voxel for number in numbers]
    low, middle, high = ([float(np.percentile(each, part)) for each in volumes] for part in (5, 50, 95))
    hidden = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    data = [
        {"type": "scatter", "x": numbers, "y": _round(high), **hidden},
        {
            "type": "scatter",
            "x": numbers,
            "y": _round(low),
            **hidden,
            "showlegend": True,
            "fill": "tonexty",
            "fillcolor": "rgba(0,114,178,0.2)",
            "name": "5 to 95 % of the cells",
        },
        _line(numbers, _round(middle), "median", BLUE),
    ]
    return _figure(data, "frame", f"volume of a cell [{unit}]", from_zero=True)


def foreground_chart(frames: Sequence[FrameFacts]) -> Figure:
    """Plot the share of voxels in cells over time."""
    shares = _round([100 * frame.foreground for frame in frames])
    return _figure(
        [_line([frame.number for frame in frames], shares, "foreground", GREEN)], "frame", "voxels in cells [%]", True
    )


def intensity_chart(frames: Sequence[FrameFacts]) -> Figure:
    """Plot mean intensities inside and outside cells over time: both falling is bleaching."""
    numbers = [frame.number for frame in frames]
    data = [
        _line(numbers, _round([frame.inside for frame in frames]), "inside cells", BLUE),
        _line(numbers, _round([frame.outside for frame in frames]), "outside", GRAY),
    ]
    return _figure(data, "frame", "mean intensity, as stored", from_zero=True)


def scores_chart(by_measure: Mapping[str, Mapping[int, float]]) -> Figure:
    """Plot measures by frame, on an axis from 0 to 1."""
    colors = dict(zip(by_measure, (BLUE, ORANGE), strict=False))
    data = [
        _line(list(values), _round(list(values.values())), name, colors[name])
        for name, values in by_measure.items()
        if values
    ]
    figure = _figure(data, "frame", "score")
    figure["layout"]["yaxis"]["range"] = [0, 1.03]
    return figure


def events_chart(links: LinkFacts, frames: Sequence[FrameFacts]) -> Figure:
    """Plot births, divisions and deaths over time."""
    numbers = [frame.number for frame in frames]
    named = (("births", links.births, GREEN), ("divisions", links.divisions, BLUE), ("deaths", links.deaths, RED))
    data = [
        {"type": "bar", "x": numbers, "y": list(counts), "name": name, "marker": {"color": color}}
        for name, counts, color in named
    ]
    figure = _figure(data, "frame", "events", from_zero=True)
    figure["layout"]["barmode"] = "group"
    return figure


def lengths_chart(links: LinkFacts) -> Figure:
    """Plot how many frames tracks last."""
    lengths = [track.end - track.begin + 1 for track in links.tracks]
    return histogram([float(length) for length in lengths], "length of a track [frames]", "tracks", whole=True)


def histogram(values: Sequence[float], title: str, counted: str, whole: bool = False, color: str = BLUE) -> Figure:
    """Plot a histogram, binned here so that the page holds bins and not values."""
    finite = np.asarray(values, float)
    most = float(np.percentile(finite, _SHOWN)) if len(finite) else 1.0
    if not whole and len(finite) and finite.max() > 2 * most:
        finite, title = np.minimum(finite, most), f"{title}; the last bar holds all above"
    if whole:
        edges = np.arange(np.floor(finite.min(initial=1)) - 0.5, finite.max(initial=1) + 1.5)
    else:
        edges = np.histogram_bin_edges(finite, bins=min(40, max(8, int(np.sqrt(max(1, len(finite)))))))
    counts, edges = np.histogram(finite, bins=edges)
    bar = {
        "type": "bar",
        "x": _round((edges[:-1] + edges[1:]) / 2),
        "y": counts.tolist(),
        "width": _round(np.diff(edges)),
        "marker": {"color": color, "line": {"color": "white", "width": 1}},
        "hovertemplate": "%{x:.4g}: %{y}<extra></extra>",
    }
    figure = _figure([bar], title, counted, from_zero=True)
    figure["layout"]["bargap"] = 0
    return figure


def overlap_histogram(rows: Sequence[ObjectRow]) -> Figure:
    """Plot a histogram of the overlap J in steps of 0.05, from 0 (missed) to 1."""
    counts, edges = np.histogram([row.jaccard for row in rows], bins=np.linspace(0, 1, 21))
    bar = {"type": "bar", "x": _round((edges[:-1] + edges[1:]) / 2), "y": counts.tolist(), "width": 0.05}
    bar |= {"marker": {"color": ORANGE, "line": {"color": "white", "width": 1}}}
    figure = _figure([bar], "overlap J of a reference cell (0: missed)", "reference cells", from_zero=True)
    figure["layout"]["xaxis"]["range"] = [0, 1]
    return figure


def overlap_scatter(rows: Sequence[ObjectRow], kind: str) -> Figure:
    """Plot J against depth (``z``) or size (``voxels``); of very many cells, some spread evenly."""
    rows = rows[:: -(-len(rows) // _MOST_POINTS) or 1]
    values = [getattr(row, kind) for row in rows]
    annotated = "pixels" if rows and rows[0].slice is not None else "voxels"
    title = {"z": "slice of the cell", "voxels": f"size of the reference cell [{annotated}]"}[kind]
    point = _points(_round(values), _round([row.jaccard for row in rows]), "reference cell", ORANGE, 7)
    point["text"] = [f"frame {row.frame}, reference label {row.label}, result label {row.match}" for row in rows]
    point["hovertemplate"] = "%{text}<br>J = %{y:.3f}<extra></extra>"
    figure = _figure([point], title, "overlap J")
    figure["layout"]["yaxis"]["range"] = [-0.03, 1.03]
    if kind == "voxels" and len(set(values)) > 1:
        figure["layout"]["xaxis"] |= {"type": "log"}
    return figure


def cells_chart(
    cells: CellTable,
    chosen: NDArray[np.int64],
    suspects: NDArray[np.bool_],
    values: NDArray,
    title: str,
    axis: tuple[float, str],
) -> Figure:
    """Plot volumes of chosen cells against another value; a point carries its number among the chosen."""
    voxel, unit = axis
    data = []
    for is_suspect, name, color in ((False, "cell", BLUE), (True, "among the most suspicious", RED)):
        places = np.flatnonzero(suspects[chosen] == is_suspect)
        rows = chosen[places]
        point = _points(_round(cells.voxels[rows] * voxel), _round(values[rows]), name, color, 9 if is_suspect else 6)
        point["customdata"] = places.tolist()
        point["text"] = [
            f"frame {frame}, label {label}"
            for frame, label in zip(cells.frame[rows].tolist(), cells.label[rows].tolist(), strict=True)
        ]
        point["hovertemplate"] = "%{text}<br>volume %{x:.4g}, %{y:.3g}<extra></extra>"
        data.append(point)
    figure = _figure([each for each in data if each["x"]], f"volume [{unit}], logarithmic", title)
    figure["layout"]["xaxis"]["type"] = "log"
    return figure


def lineage_chart(links: LinkFacts) -> Figure:
    """Plot tracks as lines over time, daughters beside their mothers; the largest families first."""
    families = _families(links.tracks)
    chosen: list[Track] = []
    for family in families:
        if not chosen or len(chosen) + len(family) <= _MOST_TRACKS:
            chosen += family
    rows = {track.label: row for row, track in enumerate(chosen)}
    xs: list[float | None] = []
    ys: list[float | None] = []
    jumps_x: list[float | None] = []
    jumps_y: list[float | None] = []
    tracks = {track.label: track for track in chosen}
    for track in chosen:
        xs += [track.begin, track.end, None]
        ys += [rows[track.label], rows[track.label], None]
        if track.parent in tracks:
            jumps_x += [tracks[track.parent].end, track.begin, None]
            jumps_y += [rows[track.parent], rows[track.label], None]
    ends = [each for track in chosen for each in (track.begin, track.end)]
    labels = [f"track {track.label}, frames {track.begin} to {track.end}" for track in chosen for _ in range(2)]
    markers = _points(ends, [rows[track.label] for track in chosen for _ in range(2)], "begin and end", BLUE, 5)
    data = [
        {"type": "scatter", "x": xs, "y": ys, "mode": "lines", "name": "track", "line": {"color": BLUE, "width": 2}},
        {
            "type": "scatter",
            "x": jumps_x,
            "y": jumps_y,
            "mode": "lines",
            "name": "parent to daughter",
            "line": {"color": ORANGE, "width": 1.5},
        },
        {**markers, "text": labels, "hovertemplate": "%{text}<extra></extra>", "showlegend": False},
    ]
    for each in data[:2]:
        each["hoverinfo"] = "skip"
    figure = _figure(data, "frame", "tracks, families together")
    figure["layout"]["yaxis"] |= {"showticklabels": False, "autorange": "reversed", "zeroline": False}
    figure["layout"]["height"] = int(np.clip(12 * len(chosen) + 120, 260, 1400))
    return figure


def _families(tracks: Sequence[Track]) -> list[list[Track]]:
    """Group tracks by their first ancestor, each family in the order of descent; the largest first."""
    known = {track.label for track in tracks}
    children: dict[int, list[Track]] = {}
    for track in tracks:
        children.setdefault(track.parent if track.parent in known else 0, []).append(track)

    def descend(first: Track) -> list[Track]:
        found, waiting = [], [first]
        while waiting:
            track = waiting.pop()
            found.append(track)
            waiting += reversed(children.get(track.label, []))
        return found

    return sorted(map(descend, children.get(0, [])), key=lambda family: (-len(family), family[0].label))


def _line(x: Sequence[float], y: Sequence[float | None], name: str, color: str) -> Figure:
    mode = "lines+markers" if len(x) < 60 else "lines"
    return {"type": "scatter", "x": list(x), "y": list(y), "mode": mode, "name": name, "line": {"color": color}}


def _points(x: Sequence[float | None], y: Sequence[float | None], name: str, color: str, size: int) -> Figure:
    marker = {"color": color, "size": size, "opacity": 0.75}
    return {"type": "scatter", "x": list(x), "y": list(y), "mode": "markers", "name": name, "marker": marker}


def _figure(data: list[Figure], x_title: str, y_title: str, from_zero: bool = False) -> Figure:
    y_axis: Figure = {"title": {"text": y_title}, "gridcolor": "#E6E8EB", "zerolinecolor": "#C4C8CE"}
    if from_zero:
        y_axis["rangemode"] = "tozero"
    x_axis: Figure = {"title": {"text": x_title}, "gridcolor": "#E6E8EB", "zeroline": False}
    if x_title == "frame":
        x_axis |= {"tickformat": "d", "dtick": 1} if _length(data) <= 12 else {"tickformat": "d"}
    layout = {
        "height": _HEIGHT,
        "margin": {"l": 62, "r": 16, "t": 28, "b": 46},
        "font": {"family": "system-ui, sans-serif", "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "legend": {"orientation": "h", "y": 1.12, "x": 0},
        "hovermode": "closest",
        "modebar": {"bgcolor": "rgba(255,255,255,0.8)", "color": "#9AA0A8", "activecolor": "#1D2025"},
        "showlegend": len(data) > 1,
        "xaxis": x_axis,
        "yaxis": y_axis,
    }
    return {"data": data, "layout": layout}


def _length(data: Sequence[Figure]) -> int:
    return max((len(each["x"]) for each in data), default=0)


def _round(values: Sequence[float] | NDArray) -> list[float | None]:
    """Round to four digits; what is not finite becomes a gap."""
    return [float(f"{value:.4g}") if np.isfinite(value) else None for value in np.asarray(values, float).tolist()]
