"""Traffic lights: what speaks for and against a result, without references."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ctc_submission.reporting.cells import CellTable
from ctc_submission.reporting.statistics import find_jumps
from ctc_submission.reporting.survey import FrameFacts
from ctc_submission.reporting.suspicion import Suspicion
from ctc_submission.submission.findings import Finding, Severity

State = Literal["green", "yellow", "red", "gray"]
"""Nothing found; worth a look; most probably wrong; cannot be told."""
_FRAMES_FOR_JUMPS = 5
_NAMED = 8


@dataclass(frozen=True)
class Light:
    """A traffic light."""

    key: str
    """What it is called in the page."""
    name: str
    """What is judged."""
    state: State
    """The color."""
    finding: str
    """What was found."""
    meaning: str
    """How it is judged, in a sentence."""


def judge(
    frames: Sequence[FrameFacts],
    cells: CellTable,
    suspicions: Sequence[Suspicion],
    findings: Sequence[Finding],
    assumptions: Sequence[str],
    cell_diameter: float | None,
) -> list[Light]:
    """Judge a sequence.

    Parameters
    ----------
    frames : sequence of FrameFacts
        Its frames.
    cells : CellTable
        Its cells.
    suspicions : sequence of Suspicion
        Cells that look wrong.
    findings : sequence of Finding
        What ``validate`` found.
    assumptions : sequence of str
        What was assumed.
    cell_diameter : float or None
        Diameter in pixels that the networks were given.
    """
    return [
        _unread(frames),
        _empty(frames),
        _jumps(frames),
        _pieces(cells),
        _joined(cells, suspicions),
        _cut(cells),
        _width(cells, cell_diameter),
        _validated(findings),
        _assumed(assumptions),
    ]


def _unread(frames: Sequence[FrameFacts]) -> Light:
    wrong = [frame for frame in frames if frame.problem]
    finding = f"{len(wrong)} of {len(frames)}{_numbers(wrong)}: {wrong[0].problem}" if wrong else f"{len(frames)} read"
    meaning = "Every frame needs a mask of its size; frames without one are left out below."
    return Light("masks", "Masks", "red" if wrong else "green", finding, meaning)


def _empty(frames: Sequence[FrameFacts]) -> Light:
    empty = [frame for frame in frames if not frame.cells and not frame.problem]
    finding = f"{len(empty)} of {len(frames)}{_numbers(empty)}" if empty else "none"
    meaning = "A frame in which no cell was found, in a recording of cells, is most often dark or out of focus."
    return Light("empty", "Empty frames", "red" if empty else "green", finding, meaning)


def _jumps(frames: Sequence[FrameFacts]) -> Light:
    meaning = "The number of cells should change slowly: a jump is a count more than 3 MAD from the running median."
    name = "Jumps of the count"
    if len(frames) < _FRAMES_FOR_JUMPS:
        return Light("jumps", name, "gray", f"{len(frames)} frames are too few to tell", meaning)
    jumping = [frames[index] for index in find_jumps(np.array([float(frame.cells) for frame in frames]))]
    state: State = "green" if not jumping else "yellow" if len(jumping) <= 0.05 * len(frames) else "red"
    return Light("jumps", name, state, f"{len(jumping)}{_numbers(jumping)}" if jumping else "none", meaning)


def _pieces(cells: CellTable) -> Light:
    count = int((cells.components > 1).sum())
    meaning = "One cell is one connected component; a label in several was given to several cells, or to debris."
    return _by_share("pieces", "Labels in separate components", count, len(cells), (0.0, 0.02), meaning)


def _joined(cells: CellTable, suspicions: Sequence[Suspicion]) -> Light:
    count = sum(each.is_joined for each in suspicions)
    meaning = "Cells far larger than the others, or shaped as two that touch, may be several with one label."
    return _by_share("joined", "Cells that may be several", count, len(cells), (0.0, 0.1), meaning)


def _cut(cells: CellTable) -> Light:
    count = int((cells.at_edge | cells.at_end).sum())
    meaning = (
        "Cells that reach the image's edge in y or x, or the first or last slice, are seen in part; "
        "their volumes and shapes are not those of whole cells."
    )
    return _by_share("cut", "Cells cut at the border", count, len(cells), (0.1, 0.4), meaning)


def _width(cells: CellTable, given: float | None) -> Light:
    name, meaning = (
        "Cell diameter",
        "Networks that know one size get slices rescaled to it: a wrong diameter costs most.",
    )
    if not len(cells):
        return Light("width", name, "gray", "no cell was found", meaning)
    whole = cells.width[~(cells.at_edge | cells.at_end)] if not (cells.at_edge | cells.at_end).all() else cells.width
    median = float(np.median(whole))
    finding = f"median {median:.3g} pixels in y and x"
    if given is None:
        state: State = "red" if median < 3 else "green"
        return Light("width", name, state, f"{finding}; the run was given none", meaning)
    factor = max(median / given, given / median)
    state = "green" if factor <= 1.4 else "yellow" if factor <= 2 else "red"
    return Light("width", name, state, f"{finding}; the run was given {given:.3g}", meaning)


def _validated(findings: Sequence[Finding]) -> Light:
    numbers = {each: sum(finding.severity is each for finding in findings) for each in Severity}
    state: State = "red" if numbers[Severity.ERROR] else "yellow" if numbers[Severity.WARNING] else "green"
    finding = ", ".join(f"{count} {each.value}{'' if count == 1 else 's'}" for each, count in numbers.items())
    meaning = "What the organizers' software would refuse or misread, as ctc-submission validate finds it."
    return Light("validation", "Validation", state, finding, meaning)


def _assumed(assumptions: Sequence[str]) -> Light:
    finding = "; ".join(each.split(":")[0] for each in assumptions) if assumptions else "nothing"
    meaning = "Whatever was not stated and had to be assumed; the red boxes above say what to do."
    return Light("assumptions", "Assumed", "red" if assumptions else "green", finding, meaning)


def _by_share(key: str, name: str, count: int, total: int, limits: tuple[float, float], meaning: str) -> Light:
    """Judge by the share of cells: yellow above the first limit, red above the second."""
    if not total:
        return Light(key, name, "gray", "no cell was found", meaning)
    share = count / total
    state: State = "green" if share <= limits[0] else "yellow" if share <= limits[1] else "red"
    return Light(key, name, state, f"{count} of {total} cells ({share:.1%})", meaning)


def _numbers(frames: Sequence[FrameFacts]) -> str:
    named = ", ".join(str(frame.number) for frame in frames[:_NAMED])
    return f" (frame {named}{', ...' if len(frames) > _NAMED else ''})"
