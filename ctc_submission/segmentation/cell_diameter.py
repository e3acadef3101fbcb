"""The cell diameter of a recording, measured for networks that know cells at one size, and how sure it is.

It is the median of some frames' diameters, for one frame may show few cells, or dividing ones; dark frames count where
no other gives a diameter that holds. Without any, the networks' own diameter is taken, and its source says so.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from scipy import ndimage

from ctc_submission.segmentation.diameter import SMALLEST, choose_slices, cut_block, measure_diameter, rounded
from ctc_submission.segmentation.diameter_search import Predict, estimate_diameter

_TRIED = 5
_FIELD = 64
_SHIFT = 2
_LEAST_CORRELATION = 0.1
_WEAK = 0.1
"""Share of the strongest signal below which a frame is weak."""
LEAST_PART = 0.4
"""What is smaller than a ball of this part of a rough diameter is no cell when the diameter is measured."""

Segment = Callable[[np.ndarray, float], np.ndarray]
"""Segments a (Z, Y, X) stack whose cells are assumed to have a diameter: (Z, Y, X) labels."""


class Named(Protocol):
    """A frame, or its file."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...


class FrameSample(NamedTuple):
    """A frame to measure cells on."""

    name: str
    """What messages call it."""
    stack: np.ndarray
    """(Z, Y, X) intensities."""
    is_weak: bool = False
    """Whether others show much more."""


_Frame = TypeVar("_Frame", bound=Named)


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


def count_voxels(diameter: float, slices: int, step: float) -> float:
    """Return how many voxels a ball has, at least those of a disk: it lies in one slice where slices are far apart.

    Parameters
    ----------
    diameter : float
        Of the ball or disk, in pixels of y and x.
    slices : int
        Slices of the stack.
    step : float
        Distance of neighboring slices in pixels of y and x.
    """
    disk = math.pi / 4 * diameter**2
    return disk if slices == 1 else disk * max(1.0, 2 / 3 * diameter / step)


def measure_cells(samples: Iterable[FrameSample], predict: Predict, segment: Segment, own: float) -> CellDiameter:
    """Measure the cell diameter of a recording.

    Parameters
    ----------
    samples : iterable of FrameSample
        Some of its frames, weak ones last; these are not read if one of the others gives a diameter.
    predict : callable
        Predicts foreground and centers of a part of a frame as if cells had the given diameter in pixels.
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
    found: dict[str, float] = {}
    guess: CellDiameter | None = None
    for sample in samples:
        if sample.is_weak and found:
            break
        names.append(sample.name)
        roughly = estimate_diameter(sample.stack, predict)
        if roughly is None:
            continue
        measured = measure_diameter(segment(cut_block(sample.stack, roughly), roughly))
        if measured is not None and measured >= SMALLEST:
            found[sample.name] = measured
        if measured is None and guess is None:
            guess = CellDiameter(roughly, f"a guess: {sample.name} shows too few cells to measure", is_measured=False)
    if found:
        return _take_median(found)
    where = f"on {', '.join(names)}" if names else "on any frame that was looked at"
    return guess or CellDiameter(own, f"fallback, the network's own: no cells were found {where}", is_measured=False)


def _take_median(found: dict[str, float]) -> CellDiameter:
    """Take the median of diameters, by the names of their frames; between two it is their geometric mean."""
    diameters = np.array(list(found.values()))
    spread = "" if np.ptp(diameters) == 0 else f": {diameters.min():.3g} to {diameters.max():.3g}"
    middle = rounded(float(np.exp(np.median(np.log(diameters)))))
    return CellDiameter(middle, f"measured on {', '.join(found)}{spread}")


def spread_frames(frames: Sequence[_Frame]) -> tuple[_Frame, ...]:
    """Choose up to five frames spread over a recording, the first among them."""
    chosen = np.unique(np.linspace(0, len(frames) - 1, _TRIED).round().astype(int))
    return tuple(frames[index] for index in chosen)


def frames_with_signal(frames: Sequence[_Frame], read: Callable[[_Frame], np.ndarray]) -> Iterator[FrameSample]:
    """Read the frames that show something, in time; weak ones, at less than a tenth of the strongest signal, come last.

    Parameters
    ----------
    frames : sequence
        Frames of a recording, or their files, in time; each has a ``name``.
    read : callable
        Reads one as a (Z, Y, X) stack. Those that it cannot read are left out, unless it can read none.

    Yields
    ------
    FrameSample
        None without signal: black frames, or noise alone.

    Raises
    ------
    ValueError, OSError
        If no frame can be read.
    """
    signals = _measure_signals(frames, read)
    strongest = max(signals.values())
    weak = {frame: signal < _WEAK * strongest for frame, signal in signals.items()}
    for frame in sorted(signals, key=lambda frame: (weak[frame], -signals[frame] if weak[frame] else 0)):
        if signals[frame] > 0:
            yield FrameSample(frame.name, read(frame), weak[frame])


def _measure_signals(frames: Sequence[_Frame], read: Callable[[_Frame], np.ndarray]) -> dict[_Frame, float]:
    signals: dict[_Frame, float] = {}
    refused: list[Exception] = []
    for frame in frames:
        try:
            signals[frame] = measure_signal(read(frame))
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
