"""Coordinate descent over grids: one parameter after the other takes its best value, until none changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tqdm import tqdm

from ctc_submission.segmentation.labeling_parameters import LabelingParameters

PASSES = 3
"""Passes over all parameters at most."""
_EQUAL = 1e-6
"""Scores that differ by no more are equal: the organizers' tools print six decimals."""


@dataclass(frozen=True)
class Fitted:
    """What a search found."""

    parameters: LabelingParameters
    """The best parameters."""
    before: float
    """Score of the start."""
    after: float
    """Score of the best."""
    trials: int
    """Parameters that were scored."""


def search(
    start: LabelingParameters,
    grids: Mapping[str, tuple[Any, ...]],
    score: Callable[[LabelingParameters], float],
    least_gain: float = 0.0,
) -> Fitted:
    """Find the parameters with the best score, as far as changing one at a time leads there.

    Parameters
    ----------
    start : LabelingParameters
        Where to start.
    grids : mapping of str to tuple
        Values to try, by name of the parameter.
    score : callable
        Tells how good parameters are; higher is better. Asked once for the same parameters.
    least_gain : float
        What a move must add to the score to be made.

    Returns
    -------
    Fitted
        Of equal scores the value nearest to the current one is taken.
    """
    scores = {start: score(start)}
    best = start
    for number in range(1, PASSES + 1):
        before = best
        with tqdm(total=sum(map(len, grids.values())), desc=f"pass {number}", unit="trial") as bar:
            for name, values in grids.items():
                for candidate in _nearest_first(best, name, values):
                    if candidate not in scores:
                        scores[candidate] = score(candidate)
                    if scores[candidate] > scores[best] + max(_EQUAL, least_gain):
                        best = candidate
                    bar.set_postfix(best=f"{scores[best]:.4f}", refresh=False)
                    bar.update()
        if best == before:
            break
    return Fitted(best, scores[start], scores[best], len(scores))


def _nearest_first(start: LabelingParameters, name: str, values: tuple[Any, ...]) -> list[LabelingParameters]:
    """List parameters that differ in one value, by the steps on the grid from the current value."""
    here = values.index(getattr(start, name))
    order = sorted(range(len(values)), key=lambda place: abs(place - here))
    return [replace(start, **{name: values[place]}) for place in order]
