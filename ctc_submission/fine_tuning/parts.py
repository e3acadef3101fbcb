"""Which annotated frames a network is adapted to, and which are held out to see whether it helps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ctc_submission.training.data.samples import find_annotated, measure_diameters
from ctc_submission.training.data.source_folders import Source

_FEWEST_SLICES = 3
"""Annotated slices of a single frame of which some can be held out."""


@dataclass(frozen=True)
class Annotated:
    """An annotated frame with a cell."""

    source: Source
    """Its sequence."""
    number: int
    """Its number."""
    diameter: float
    """Median diameter in pixels of its cells' sections."""
    cells: int
    """How many cells are measured: of slices annotated one by one, their sections."""
    slices: tuple[int, ...]
    """Positions z of the slices that are annotated one by one and show a cell; none where the whole frame is."""
    empty: tuple[int, ...] = ()
    """Positions z of those that show none."""


@dataclass(frozen=True)
class Parts:
    """What is trained on, and what is held out."""

    training: list[Source]
    """Sequences, or some of their frames or slices."""
    held_out: list[Source]
    """Likewise; empty where there is too little."""
    text: str
    """What is held out, in words."""


def find_cells(sources: Sequence[Source]) -> list[Annotated]:
    """List the annotated frames that show a cell, sequence by sequence.

    Raises
    ------
    FileNotFoundError
        If frames or references are missing.
    ValueError
        If a reference does not fit its frame, or none shows a cell.
    """
    found = [frame for source in sources for frame in _find_in(source)]
    if not found:
        names = ", ".join(str(source.folder / f"{source.sequence}_GT" / "SEG") for source in sources)
        raise ValueError(f"{names}: no reference shows a cell, expected labels above 0: annotate some cells")
    return found


def split(sources: Sequence[Source], frames: Sequence[Annotated], share: float, *, by_slice: bool = True) -> Parts:
    """Hold out some frames, or some slices where a single frame is annotated slice by slice.

    Parameters
    ----------
    sources : sequence of Source
        All sequences.
    frames : sequence of Annotated
        Their frames with cells.
    share : float
        Share to hold out, at least one frame or slice; 0 for nothing.
    by_slice : bool
        Whether slices can be held out.
    """
    if share and len(frames) > 1:
        chosen = [frames[index] for index in _spread(len(frames), share)]
        held_out = _only(sources, chosen)
        text = ", ".join(f"{_name(one)} frame {number}" for one in held_out for number in sorted(one.frames or ()))
        return Parts(_only(sources, [frame for frame in frames if frame not in chosen]), held_out, text)
    slices = frames[0].slices
    if share and by_slice and len(slices) >= _FEWEST_SLICES:
        wanted = frozenset(slices[index] for index in _spread(len(slices), share))
        source = replace(frames[0].source, frames=frozenset({frames[0].number}))
        text = f"{_name(source)} frame {frames[0].number}, slices {', '.join(map(str, sorted(wanted)))}"
        rest = frozenset(slices + frames[0].empty) - wanted
        return Parts([replace(source, slices=rest)], [replace(source, slices=wanted)], text)
    return Parts(_only(sources, frames), [], "")


def _find_in(source: Source) -> list[Annotated]:
    found = []
    for number, frame in find_annotated(source.folder, source.sequence, "GT", source.frames).items():
        truth = frame.read_truth()
        diameters = measure_diameters(truth.values())
        if diameters.size:
            whole = any(one.z is None for one in frame.annotations)
            slices = () if whole else tuple(z for z, section in truth.items() if section.labels.any())
            empty = () if whole else tuple(z for z in truth if z not in slices)
            found.append(Annotated(source, number, float(np.median(diameters)), diameters.size, slices, empty))
    return found


def _spread(count: int, share: float) -> list[int]:
    """Choose a share of positions, spread evenly: at least one, and never all."""
    chosen = min(max(1, round(share * count)), count - 1)
    return [int((index + 0.5) * count / chosen) for index in range(chosen)]


def _only(sources: Sequence[Source], frames: Sequence[Annotated]) -> list[Source]:
    """Reduce sequences to frames; leave out those that have none of them."""
    numbers = [frozenset(frame.number for frame in frames if frame.source == source) for source in sources]
    return [replace(source, frames=chosen) for source, chosen in zip(sources, numbers, strict=True) if chosen]


def _name(source: Source) -> str:
    return f"{source.folder.resolve().name}/{source.sequence}"
