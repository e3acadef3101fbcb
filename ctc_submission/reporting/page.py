"""The page of a report: contents in, one HTML file out that needs no network."""

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

import ctc_submission
from ctc_submission.evaluation.measures import MEASURES
from ctc_submission.reporting import charts
from ctc_submission.reporting.close_ups import view_command
from ctc_submission.reporting.contents import Contents, Mistake
from ctc_submission.reporting.facts import format_number, list_facts, list_tiles, volume_unit
from ctc_submission.reporting.provenance import commands, format_toml
from ctc_submission.reporting.table import COLUMNS

if TYPE_CHECKING:
    from jinja2 import Environment

_OUTCOMES = {
    "matched": "found, by a cell of the result for itself",
    "merged": "found, but by a cell of the result that covers others too",
    "missed": "no cell of the result covers more than half of it",
    "extra": "a cell of the result that covers no marker; cells without a marker may be right",
}
_MISTAKES = (
    ("Missed", "missed", "Reference objects that no cell of the result covers by more than half."),
    (
        "Extra",
        "extra",
        "Cells of the result that cover no reference object; where not every cell is marked, not wrong.",
    ),
    ("Merged", "merged", "Reference objects that share a cell of the result."),
    ("Worst matched", "matched", "Cells that were found, with the least overlap J."),
)


def render(contents: Contents, table: str | None, table_name: str, index: str = "") -> str:
    """Write the page of a report.

    Parameters
    ----------
    contents : Contents
        What to show.
    table : str or None
        The table of cells as CSV, to be part of the page; None if it lies beside the page.
    table_name : str
        Name of the table's file.
    index : str
        Link to the page of all sequences; empty without one.

    Raises
    ------
    OSError
        If jinja2 or plotly are not installed.
    """
    values = {
        **_frame_of_page(contents.source.title),
        "index": index,
        "view_base": view_command(contents.source, 0, ()).split(" --frame ")[0],
        "assumptions": contents.provenance.assumptions,
        "problems": contents.problems,
        "tiles": list_tiles(contents),
        "facts": list_facts(contents),
        "commands": commands(contents.source, bool(contents.provenance.configuration)),
        "size": contents.provenance.voxel_size,
        "toml": format_toml(contents.provenance),
        "record": json.dumps(contents.provenance.record, indent=2) if contents.provenance.record else "",
        "lights": contents.lights,
        "findings": contents.findings,
        "links": contents.links,
        "scores": contents.scores,
        "total": len(contents.survey.cells),
        "frame_count": len(contents.survey.frames),
        "suspicion_count": len(contents.suspicions),
        "unit": volume_unit(contents.provenance.voxel_size)[1],
        "suspects": _suspects(contents),
        "strips": _strips(contents),
        "points": _points(contents),
        "charts": _charts(contents),
        "mistake_kinds": _MISTAKES,
        "mistakes": {kind: [_mistake(contents, each) for each in some] for kind, some in contents.mistakes.items()},
        **_references(contents),
        "columns": COLUMNS,
        "table": None if table is None else _pack(table),
        "table_name": table_name,
        "plotly": _plotly(),
    }
    return _environment().get_template("report.html.jinja").render(values)


def render_index(title: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the page that leads to the reports of several sequences."""
    measures = [name for name in ("SEG", "DET", "TRA") if any(row["scores"][name] is not None for row in rows)]
    values = {**_frame_of_page(title), "rows": rows, "measures": measures}
    return _environment().get_template("index.html.jinja").render(values)


def index_row(contents: Contents, href: str) -> dict[str, Any]:
    """Return what the page of all sequences says of one."""
    measures = contents.scores.evaluation.measures if contents.scores else None
    return {
        "sequence": contents.source.sequence,
        "href": href,
        "frames": len(contents.survey.frames),
        "cells": len(contents.survey.cells) / len(contents.survey.frames),
        "scores": {name: getattr(measures, name.lower(), None) for name in ("SEG", "DET", "TRA")},
        "lights": contents.lights,
    }


def check_libraries() -> None:
    """Check that what the page is made with is installed.

    Raises
    ------
    OSError
        If it is not.
    """
    _environment()
    _plotly()


def _environment() -> "Environment":
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ModuleNotFoundError as error:
        raise OSError("a report needs jinja2: pip install 'ctc-submission[report]'") from error
    environment = Environment(
        loader=PackageLoader("ctc_submission.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["webp"] = lambda content: f"data:image/webp;base64,{base64.b64encode(content).decode()}"
    return environment


def _pack(text: str) -> str:
    """Compress a text by gzip, for the page's script to unpack."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _plotly() -> str:
    """Return the library that draws, packed."""
    try:
        from plotly.offline import get_plotlyjs
    except ModuleNotFoundError as error:
        raise OSError("a report needs plotly: pip install 'ctc-submission[report]'") from error
    return _pack(get_plotlyjs())


def _frame_of_page(title: str) -> dict[str, Any]:
    from markupsafe import Markup

    folder = resources.files("ctc_submission.reporting") / "templates"
    return {
        "title": title,
        "made": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "version": ctc_submission.__version__,
        "style": Markup((folder / "style.css").read_text(encoding="utf-8")),
        "script": Markup((folder / "script.js").read_text(encoding="utf-8")),
    }


def _suspects(contents: Contents) -> list[dict[str, Any]]:
    cells, (voxel, _) = contents.survey.cells, volume_unit(contents.provenance.voxel_size)
    rows = []
    for suspicion, close_up in zip(contents.suspicions, contents.suspects, strict=False):
        frame, label = int(cells.frame[suspicion.index]), int(cells.label[suspicion.index])
        rows.append(
            {
                "frame": frame,
                "label": label,
                "score": suspicion.score,
                "reasons": suspicion.reasons,
                "voxels": int(cells.voxels[suspicion.index]),
                "volume": format_number(cells.voxels[suspicion.index] * voxel),
                "close_up": close_up,
                "command": view_command(contents.source, frame, close_up.position),
            }
        )
    return rows


def _strips(contents: Contents) -> list[dict[str, Any]]:
    counts = {frame.number: frame.cells for frame in contents.survey.frames}
    strips = sorted(contents.survey.strips, key=lambda strip: strip.frame)
    return [{"frame": each.frame, "cells": counts[each.frame], "pictures": each.pictures} for each in strips]


def _drawn(contents: Contents) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of the cells in plots, and for all cells whether they are among the most suspicious."""
    cells = contents.survey.cells
    suspects = np.zeros(len(cells), bool)
    suspects[[each.index for each in contents.suspicions[: len(contents.suspects)]]] = True
    names = zip(cells.frame.tolist(), cells.label.tolist(), strict=True)
    has_picture = np.array([name in contents.survey.thumbnails for name in names], bool)
    return np.flatnonzero(has_picture | suspects), suspects


def _points(contents: Contents) -> list[dict[str, Any]]:
    """Describe the cells in plots: what a click shows."""
    cells, (voxel, unit) = contents.survey.cells, volume_unit(contents.provenance.voxel_size)
    chosen, _ = _drawn(contents)
    ranks = {each.index: each for each in contents.suspicions}
    pictures = {each.index: picture.xy for each, picture in zip(contents.suspicions, contents.suspects, strict=False)}
    points = []
    for index in chosen.tolist():
        frame, label = int(cells.frame[index]), int(cells.label[index])
        picture = contents.survey.thumbnails.get((frame, label)) or pictures[index]
        reasons = "; ".join(ranks[index].reasons) if index in ranks else "not suspicious"
        points.append(
            {
                "title": f"Frame {frame}, label {label}",
                "text": f"volume {format_number(cells.voxels[index] * voxel)} {unit}, "
                f"elongation {cells.elongation[index]:.2f}, fill {cells.fill[index]:.2f}, "
                f"mean intensity {cells.intensity[index]:.4g}; {reasons}",
                "image": base64.b64encode(picture).decode(),
                "frame": frame,
                "at": [round(value) for value in cells.center[index].tolist()],
                "anchor": f"#suspect-{frame}-{label}" if index in pictures else "",
            }
        )
    return points


def _charts(contents: Contents) -> dict[str, Any]:
    frames, cells = contents.survey.frames, contents.survey.cells
    axis = volume_unit(contents.provenance.voxel_size)
    chosen, suspects = _drawn(contents)
    made: dict[str, Any] = {
        "counts": charts.counts_chart(frames, contents.jumps),
        "volumes": charts.volumes_chart(frames, cells, *axis),
        "foreground": charts.foreground_chart(frames),
        "intensity": charts.intensity_chart(frames),
        "scores": None,
        "histogram": None,
        "overlaps": None,
    }
    if len(cells):
        made["histogram"] = charts.histogram(
            (cells.voxels * axis[0]).tolist(), f"volume of a cell [{axis[1]}]", "cells"
        )
        for name, values, title in (
            ("elongation", cells.elongation, "elongation"),
            ("fill", cells.fill, "fill"),
            ("brightness", cells.intensity, "mean intensity"),
        ):
            made[name] = charts.cells_chart(cells, chosen, suspects, values, title, axis)
    if contents.links:
        made["events"] = charts.events_chart(contents.links, frames)
        made["lengths"] = charts.lengths_chart(contents.links)
        made["lineage"] = charts.lineage_chart(contents.links)
    if scores := contents.scores:
        made["scores"] = charts.scores_chart({"SEG": scores.seg_by_frame, "DET": scores.det_by_frame})
        if scores.overlaps:
            made["overlaps"] = charts.overlap_histogram(scores.overlaps)
            made["depth"] = charts.overlap_scatter(scores.overlaps, "z")
            made["sizes"] = charts.overlap_scatter(scores.overlaps, "voxels")
    return made


def _mistake(contents: Contents, mistake: Mistake) -> dict[str, Any]:
    command = view_command(contents.source, mistake.row.frame, mistake.close_up.position)
    return {"row": mistake.row, "close_up": mistake.close_up, "command": command}


def _references(contents: Contents) -> dict[str, Any]:
    """Return what the section of references says."""
    scores = contents.scores
    if scores is None:
        return {"reference_sentence": "", "score_rows": [], "outcome_rows": []}
    evaluation = scores.evaluation
    values = [(each, getattr(evaluation.measures, each.name)) for each in MEASURES]
    kind = {"GT": "gold truth (GT), by annotators", "ST": "silver truth (ST), computed"}[evaluation.truth]
    annotated = len({each.reference.frame for each in evaluation.seg_comparisons})
    marked = len(evaluation.tra_comparisons)
    missing = "" if evaluation.seg_comparisons else " No cell is outlined, so there is no SEG."
    return {
        "reference_sentence": f"Scored as by the organizers' software against {kind}: {len(scores.overlaps)} cells are "
        f"outlined in {annotated} frames (SEG), and {marked} frames have markers (TRA).{missing}",
        "score_rows": [
            (each.title, value, f"{each.meaning[0].upper()}{each.meaning[1:]}.")
            for each, value in values
            if value is not None
        ],
        "outcome_rows": [
            (name, scores.count(name), meaning)
            for name, meaning in _OUTCOMES.items()
            if name != "extra" or evaluation.tra_comparisons
        ],
    }
