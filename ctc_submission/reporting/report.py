"""Reports written: a page for each sequence, and one that leads to them where there are several."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ctc_submission.atomic import write_text_atomic
from ctc_submission.challenge.files import read_frame
from ctc_submission.reporting.cells import tabulate_cells
from ctc_submission.reporting.contents import Contents, collect
from ctc_submission.reporting.page import check_libraries, index_row, render, render_index
from ctc_submission.reporting.source import ReportSource
from ctc_submission.reporting.survey import Strip, make_strip, read_mask
from ctc_submission.reporting.table import format_cells

MOST_BYTES = 20_000_000
"""Size of a page that is not exceeded."""
_MOST_TABLE = 12_000_000
_MOST_FLAGGED = 8


def write_reports(sources: Sequence[ReportSource], folder: Path, show_progress: bool = False) -> list[Path]:
    """Write the reports of sequences of one dataset.

    Parameters
    ----------
    sources : sequence of ReportSource
        The sequences, one or more.
    folder : Path
        Where to write ``SEQ_report.html`` for each, and ``report.html`` for several; made if it is not there.
    show_progress : bool
        Show progress bars on a terminal.

    Returns
    -------
    list of Path
        The pages; that of several sequences first.

    Raises
    ------
    OSError
        If jinja2 or plotly are not installed, or a file cannot be written.
    ValueError
        If a frame, or the record of a run, cannot be read.
    """
    check_libraries()
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / "report.html"
    pages, rows = [], []
    for source in sources:
        path = folder / f"{source.sequence}_report.html"
        contents = collect(source, show_progress)
        _write_page(contents, path, index.name if len(sources) > 1 else "")
        rows.append(index_row(contents, path.name))
        pages.append(path)
    if len(sources) == 1:
        return pages
    write_text_atomic(index, render_index(sources[0].dataset, rows))
    return [index, *pages]


def _write_page(contents: Contents, path: Path, index: str) -> None:
    """Write a page; the table of cells goes beside it where the page would be too large."""
    contents = _with_flagged_frames(contents)
    table, name = (
        format_cells(contents.survey.cells, contents.suspicions),
        f"{path.stem.removesuffix('_report')}_cells.csv",
    )
    page = render(contents, table, name, index) if len(table) < _MOST_TABLE else ""
    if not page or len(page.encode()) > MOST_BYTES:
        write_text_atomic(path.with_name(name), table)
        page = render(contents, None, name, index)
    write_text_atomic(path, page)


def _with_flagged_frames(contents: Contents) -> Contents:
    """Add strips of the frames that are empty or at which the count jumps."""
    source, facts = contents.source, contents.survey.frames
    drawn = {strip.frame for strip in contents.survey.strips}
    flagged = [index for index, frame in enumerate(facts) if index in contents.jumps or not frame.cells]
    wanted = [index for index in flagged if facts[index].number not in drawn][:_MOST_FLAGGED]
    strips = [_strip(source, contents, index) for index in wanted]
    return replace(contents, survey=replace(contents.survey, strips=(*contents.survey.strips, *strips)))


def _strip(source: ReportSource, contents: Contents, index: int) -> Strip:
    frame, spacing = source.frames[index], contents.provenance.voxel_size.spacing
    stack = read_frame(frame.path, axes=contents.provenance.configuration.get("axes"))
    labels, _ = read_mask(source.mask(frame), stack.shape)
    return make_strip(source, frame, (stack, labels), tabulate_cells(stack, labels, frame.number, spacing), spacing)
