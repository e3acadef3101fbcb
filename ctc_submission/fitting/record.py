"""A fitted configuration as a file, which says in comments what was fitted on what."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path

import ctc_submission
from ctc_submission.atomic import write_text_atomic
from ctc_submission.fitting.fit import Fit, trained_coloring
from ctc_submission.fitting.referenced_frames import foreground_share
from ctc_submission.preprocessing.colorings import find_scheme
from ctc_submission.segmentation.configuration_writing import format_configuration


def write_fit(path: Path, fit: Fit, remarks: Sequence[str] = ()) -> None:
    """Write a TOML file that ``ctc-submission segment --config`` takes.

    Parameters
    ----------
    path : Path
        The file; it is replaced whole or left alone.
    fit : Fit
        What to write.
    remarks : sequence of str
        Lines to begin the comments with.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    comments = "".join(f"# {line}\n" for line in (*remarks, *_comments(fit)))
    text = format_configuration(fit.configuration, path.parent, {name: _note(fit, name) for name in fit.names})
    write_text_atomic(path, f"{comments}\n{text}")


def _comments(fit: Fit) -> Iterator[str]:
    today = datetime.now(timezone.utc).date().isoformat()
    yield f"Fitted by ctc-submission fit {ctc_submission.__version__}, {today}, on"
    for source, frames in fit.frames.items():
        files = sum(len(frame.seg) + len(frame.tra) for frame in frames)
        part = f", of {source.span} only" if source.frames else ""
        yield f"- {source.folder.resolve().name}/{source.sequence}: {len(frames)} frames, {files} reference files{part}"
    found = fit.found
    yield f"{fit.metric}, mean over the sequences: {found.before:.4f} before, {found.after:.4f} after."
    yield from _colors(fit)


def _colors(fit: Fit) -> Iterator[str]:
    """Say what adjacent_mean would be by the truth, where it plays a part."""
    used = trained_coloring(fit.configuration)
    frames = [frame for of_source in fit.frames.values() for frame in of_source]
    if find_scheme(used.coloring).finds_regions and any(frame.seg for frame in frames):
        twice = 2 * foreground_share(frames)
        yield f"adjacent_mean is {used.adjacent_mean:g}; twice the cells' share of the annotated slices is {twice:.4f}."


def _note(fit: Fit, name: str) -> str:
    before, after = (getattr(each.labeling, name) for each in (fit.start, fit.configuration))
    return "fitted, as it was" if before == after else f"fitted; {before} before"
