"""The cell diameter of a recording, measured for networks that know cells at one size, and how sure it is.

Frames are tried one after the other until one gives a diameter that holds; a dark or empty one does not. Without any,
the networks' own diameter is taken, and its source says so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import ndimage

from ctc_submission.segmentation.diameter import (
    SMALLEST,
    Foreground,
    choose_slices,
    cut_block,
    estimate_diameter,
    measure_diameter,
)

_TRIED = 5
_FIELD = 64
_SHIFT = 2
_LEAST_CORRELATION = 0.1
_ENOUGH = 0.5

Segment = Callable[[np.ndarray, float], np.ndarray]
"""Segments a (Z, Y, X) stack whose cells are assumed to have a diameter: (Z, Y, X) labels."""


@dataclass(frozen=True)
class CellDiameter:
    """A cell diameter and its source."""

    pixels: float
    """Diameter in pixels of y and x."""
    source: str
    """Where it comes from, in words."""
    is_measured: bool = True
    """Whether it holds; it is a guess or a fallback otherwise."""

    def __str__(self) -> str:
        return f"{self.pixels:.3g} pixels ({self.source})"


def measure_cells(
    stacks: Iterable[tuple[str, np.ndarray]], foreground: Foreground, segment: Segment, own: float
) -> CellDiameter:
    """Measure the cell diameter of a recording.

    Parameters
    ----------
    stacks : iterable of (str, (Z, Y, X) ndarray)
        Some of its frames with their names, those that show most first; read until one gives a diameter.
    foreground : callable
        Predicts the foreground of a part of a frame as if cells had the given diameter in pixels.
    segment : callable
        Segments a part of a frame likewise.
    own : float
        The diameter at which the networks know cells: the fallback.

    Returns
    -------
    CellDiameter
        Never below `diameter.SMALLEST` pixels: what is found smaller is noise, or cells too small for these networks.
    """
    names: list[str] = []
    guess: CellDiameter | None = None
    for name, stack in stacks:
        names.append(name)
        roughly = estimate_diameter(stack, foreground)
        if roughly is None:
            continue
        measured = measure_diameter(segment(cut_block(stack, roughly), roughly))
        if measured is not None and measured >= SMALLEST:
            return CellDiameter(measured, f"measured on {name}")
        if measured is None and guess is None:
            guess = CellDiameter(roughly, f"a guess: {name} shows too few cells to measure", is_measured=False)
    where = f"on {', '.join(names)}" if names else "on any frame that was looked at"
    return guess or CellDiameter(own, f"fallback, the network's own: no cells were found {where}", is_measured=False)


def spread_frames(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Choose up to five files spread over a recording, the first among them."""
    chosen = np.unique(np.linspace(0, len(paths) - 1, _TRIED).round().astype(int))
    return tuple(paths[index] for index in chosen)


def frames_with_signal(paths: Sequence[Path], read: Callable[[Path], np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """Read the frames that show something, in time; frames at less than half of the strongest signal come last.

    Parameters
    ----------
    paths : sequence of Path
        Files of a recording, in time.
    read : callable
        Reads one as a (Z, Y, X) stack. Those that it cannot read are left out, unless it can read none.

    Yields
    ------
    (str, (Z, Y, X) ndarray)
        Name and stack. None without signal: black frames, or noise alone.

    Raises
    ------
    ValueError, OSError
        If no frame can be read.
    """
    signals = _measure_signals(paths, read)
    strongest = max(signals.values())
    weak = {path: signal < _ENOUGH * strongest for path, signal in signals.items()}
    for path in sorted(signals, key=lambda path: (weak[path], -signals[path] if weak[path] else 0)):
        if signals[path] > 0:
            yield path.name, read(path)


def _measure_signals(paths: Sequence[Path], read: Callable[[Path], np.ndarray]) -> dict[Path, float]:
    signals: dict[Path, float] = {}
    refused: list[Exception] = []
    for path in paths:
        try:
            signals[path] = measure_signal(read(path))
        except (ValueError, OSError) as error:
            refused.append(error)
    if not signals:
        raise refused[0]
    return signals


def measure_signal(stack: np.ndarray) -> float:
    """Measure how much a (Z, Y, X) stack shows where it shows most: a standard deviation without that of the noise.

    That is the root of the covariance of pixels two apart in a field of 64 x 64, to which noise adds nothing; 0 where
    they are all but uncorrelated.
    """
    return max(_signal_of_slice(stack[z]) for z in choose_slices(stack))


def _signal_of_slice(image: np.ndarray) -> float:
    values = image.astype(np.float32)
    values -= np.median(values[::4, ::4])
    if min(values.shape) <= 2 * _SHIFT:
        return float(values.std())
    here, there = values[:-_SHIFT], values[_SHIFT:]
    mean, other, product, square = (
        ndimage.uniform_filter(each, _FIELD) for each in (here, there, here * there, here * here)
    )
    covariance, variance = product - mean * other, square - mean * mean
    best = np.unravel_index(int(np.argmax(covariance)), covariance.shape)
    if covariance[best] <= _LEAST_CORRELATION * variance[best]:
        return 0.0
    return float(np.sqrt(covariance[best]))
