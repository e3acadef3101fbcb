"""What the comparisons say, in words: which of two rows is better, seed by seed, and whether curves were flat."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.paper.budget import Budget
from benchmarks.paper.curves import FLAT_LOSS, FLAT_MEAN_IOU, LEAST_EPOCHS, Curves
from benchmarks.paper.descriptions import is_full, is_tiny
from benchmarks.paper.results import Result, Results
from benchmarks.paper.tables import spread

_LEAST_DIFFERENCE = 0.0005


@dataclass(frozen=True)
class _Pair:
    """Two rows that differ in one thing."""

    subject: str
    rival: str
    first: str
    second: str


_COLORS = (
    _Pair("From the random start pseudocolors", "gray copies", "random-pseudocolor", "random-gray"),
    _Pair("From the ImageNet start pseudocolors", "gray copies", "imagenet-pseudocolor", "imagenet-gray"),
)
_STARTS = (
    _Pair("On gray copies ImageNet weights", "random ones", "imagenet-gray", "random-gray"),
    _Pair("On pseudocolors ImageNet weights", "random ones", "imagenet-pseudocolor", "random-pseudocolor"),
)


def judge(results: Results, budget: Budget, training_slices: int) -> str:
    """Say whether pseudocolors beat gray copies, and ImageNet weights random ones, as far as the budget allows."""
    if is_tiny(budget, training_slices):
        return "No verdict at this budget."
    seeds = len({seed for found in results.values() for seed in found})
    limits = ([] if is_full(budget) else ["within this budget"]) + [
        "of one seed" if seeds == 1 else f"of {seeds} seeds"
    ]
    return f"{judge_colors(results)}\n{judge_starts(results)}\nThat is {', and '.join(limits)}."


def judge_colors(results: Results) -> str:
    """Say in a sentence for each start whether pseudocolors beat gray copies."""
    return _judge_all(_COLORS, results) or "Pseudocolors and gray copies were not both run."


def judge_starts(results: Results) -> str:
    """Say in a sentence for each kind of colors whether ImageNet weights beat random ones."""
    return _judge_all(_STARTS, results) or "ImageNet weights and random ones were not both run."


def judge_curves(curves: Curves) -> str:
    """Say how many trainings were flat at their end, and what that means."""
    every = [curve for found in curves.values() for curve in found.values()]
    judged = [curve for curve in every if curve.is_flat is not None]
    rule = (
        f"A training counts as flat if, from the fifth of its epochs before the last fifth to the last, its validation "
        f"loss\nfell by less than {100 * FLAT_LOSS:.0f} % and its MeanIoU rose by less than {FLAT_MEAN_IOU}."
    )
    if not judged:
        return f"{rule} None has the {LEAST_EPOCHS} epochs\nthat this takes."
    flat = sum(bool(curve.is_flat) for curve in judged)
    verdict = f"**{flat} of {len(judged)} trainings were flat at their end"
    verdict += "**." if flat == len(judged) else ", the others were still getting better**."
    short = len(every) - len(judged)
    return f"{rule}\n{verdict}" + (f" {short} more had fewer than {LEAST_EPOCHS} epochs." if short else "")


def _judge_all(pairs: tuple[_Pair, ...], results: Results) -> str:
    return "\n".join(filter(None, (_judge(pair, results) for pair in pairs)))


def _judge(pair: _Pair, results: Results) -> str:
    gains = _gains(pair, results, lambda result: result.mean_iou)
    if not gains:
        return ""
    better = sum(gain > _LEAST_DIFFERENCE for gain in gains)
    verdict = "**beat**" if better == len(gains) else "**do not beat**"
    if 0 < better < len(gains):
        verdict = f"with {better} of {len(gains)} seeds **beat**"
    segs = _gains(pair, results, lambda result: result.seg)
    return f"{pair.subject} {verdict} {pair.rival}: MeanIoU {spread(gains, '{:+.4f}')}, SEG {spread(segs, '{:+.3f}')}."


def _gains(pair: _Pair, results: Results, measure: Callable[[Result], float]) -> list[float]:
    """Return what the first row has more than the second, for each seed that both have."""
    first, second = results.get(pair.first, {}), results.get(pair.second, {})
    return [measure(first[seed]) - measure(second[seed]) for seed in first if seed in second]
