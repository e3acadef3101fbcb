"""Measures averaged over sequences and datasets, as the leaderboard gives them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import groupby

from ctc_submission.evaluation.evaluate import SequenceEvaluation
from ctc_submission.evaluation.measures import Measures
from ctc_submission.evaluation.measures.overall import mean_of


@dataclass(frozen=True)
class Mean:
    """Measures averaged over several sequences, or over several datasets."""

    dataset: str
    """Name of the dataset; ``all`` for the mean over datasets."""
    measures: Measures
    """The averages."""


def mean_measures(sequences: Sequence[Measures]) -> Measures:
    """Mean of every measure; None where one of the sequences lacks it."""
    names = [field.name for field in fields(Measures)]
    return Measures(*(mean_of([getattr(measures, name) for measures in sequences]) for name in names))


def find_means(evaluations: Sequence[SequenceEvaluation]) -> list[Mean]:
    """Average over the sequences of each dataset with several, then over the datasets where there are several."""
    by_dataset = sorted(evaluations, key=lambda evaluation: evaluation.dataset)
    groups = {name: list(group) for name, group in groupby(by_dataset, key=lambda evaluation: evaluation.dataset)}
    means = {name: mean_measures([each.measures for each in group]) for name, group in groups.items()}
    listed = [Mean(name, mean) for name, mean in means.items() if len(groups[name]) > 1]
    return [*listed, Mean("all", mean_measures(list(means.values())))] if len(means) > 1 else listed
