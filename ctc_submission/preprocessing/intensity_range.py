"""The range of a stack's intensities between background and cells, which bright debris does not stretch.

The range ends at the 99.9th percentile, so a thousandth of the voxels may be brighter than all cells. Where debris
covers more, that percentile is the debris' own, and all cells would come to lie near 0. Debris is told by three things:
it is many times as bright as the rest; it is little; and without it there still is a foreground, by its brightness or,
where debris has sharp rims, by its form. Recordings of nuclei and cells have 0.9 % or more of their voxels above an
eighth of the range (32 real and simulated ones were looked at), so theirs is never changed; and where sparse cells are
all there is, the rest is haze or noise, and they are kept.
"""

from collections.abc import Callable

import numpy as np

_PERCENTILES = (1, 99.9)
_VOXELS = 2_000_000
_OUTSHINES = 8
_LITTLE = 0.0075
_LITTLE_AND_APART = 0.02
_APART = 1.1
_FOREGROUND = 98
_STANDS_OUT = 4
_CORRELATION = 0.1
_LAG = 2
_LEVELS = 256
_ROUNDS = 3


def find_range(stack: np.ndarray) -> tuple[np.float32, np.float32]:
    """Find the intensities that count as background and as bright.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of any real type
        Raw frame, looked at on a grid of at most about two million voxels.

    Returns
    -------
    low, high : float32
        The 1st and the 99.9th percentile; where there is debris, those of the voxels without it.
    """
    step = max(1, round((stack.size / _VOXELS) ** 0.5))
    values = stack[:, ::step, ::step]
    low, high = np.percentile(values, _PERCENTILES).astype(np.float32)
    kept = np.ones(values.shape, dtype=bool)
    for _ in range(_ROUNDS):
        rest = kept & (values <= low + (high - low) / _OUTSHINES)
        if not _leaves_out_debris(values, kept, rest, (low, high), lag=-(-_LAG // step)):
            break
        kept, high = rest, np.float32(np.percentile(values[rest], _PERCENTILES[1]))
    return low, high


def _leaves_out_debris(
    values: np.ndarray, kept: np.ndarray, rest: np.ndarray, limits: tuple[np.float32, np.float32], lag: int
) -> bool:
    """Say whether what a rest of the kept voxels (Z, Y, X) leaves out of their range is debris."""
    low, high = limits
    bright = 1 - np.count_nonzero(rest) / np.count_nonzero(kept)
    if bright >= _LITTLE_AND_APART:
        return False
    brighter = np.mean(values[kept] > low + 2 * (high - low) / _OUTSHINES)
    is_apart = bright < _APART * brighter
    if bright >= _LITTLE and not is_apart:
        return False
    dark, middle, foreground = np.percentile(values[rest], (_PERCENTILES[0], 50, _FOREGROUND))
    if foreground - middle > max(_STANDS_OUT * (middle - dark), (high - low) / _LEVELS):
        return True
    return bool(is_apart and _correlation(values, rest, lag) > _CORRELATION)


def _correlation(values: np.ndarray, chosen: np.ndarray, lag: int) -> float:
    """Correlate chosen voxels (Z, Y, X) with those a lag further in y: 0 for noise alone, more where there is form."""
    both = chosen[:, :-lag] & chosen[:, lag:]
    pairs = np.stack([values[:, :-lag][both], values[:, lag:][both]]).astype(np.float32)
    if pairs.shape[1] == 0 or (pairs == pairs[:, :1]).all(axis=1).any():
        return 0.0
    return float(np.asarray(np.corrcoef(pairs))[0, 1])


def stack_scale(stack: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return what puts slices of a stack on one scale for all of them; integers are looked up in a table.

    0 is the lower end of `find_range` and 1 the upper one; then square roots are taken.

    Parameters
    ----------
    stack : (Z, Y, X) ndarray of any real type
        Raw frame.

    Returns
    -------
    callable
        From slices of the stack, of any shape, to float32 in [0, 1].
    """
    low, high = find_range(stack)
    span = max(high - low, np.finfo(np.float32).tiny)

    def scale(values: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):  # of a stack without a range, whatever is brighter is 1
            return np.sqrt(((values.astype(np.float32) - low) / span).clip(0, 1))

    if stack.dtype not in (np.uint8, np.uint16):
        return scale
    table = scale(np.arange(np.iinfo(stack.dtype).max + 1))
    return table.__getitem__
