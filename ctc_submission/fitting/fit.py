"""A configuration fitted to annotated sequences: networks once, then labeling and scoring many times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from ctc_submission.evaluation.evaluate import penalizes_extra_detections
from ctc_submission.fitting.grids import grids_for
from ctc_submission.fitting.metrics import METRICS, Metric
from ctc_submission.fitting.predictions import predict_frames
from ctc_submission.fitting.referenced_frames import ReferencedFrame, find_referenced_frames, foreground_share
from ctc_submission.fitting.scoring import PredictedFrame, score_frames
from ctc_submission.fitting.search import Fitted, search
from ctc_submission.network.card import read_card
from ctc_submission.network.execution import Execution
from ctc_submission.preprocessing.colorings import find_scheme
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.training.data.sources import Source

AdjacentMean = float | Literal["truth"]
"""A value of adjacent_mean, or twice the cells' mean share of the annotated slices."""


@dataclass(frozen=True)
class FitParameters:
    """What a fit tries, and how it tells what is better."""

    metric: Metric = "SEG"
    """What is maximized, in the mean over the sequences as on the leaderboards."""
    most_frames: int | None = None
    """Frames of each sequence at most, spread evenly; None for all that have references."""
    adjacent_means: tuple[AdjacentMean, ...] = ()
    """Values of adjacent_mean to try beside the one that the networks were trained with; each runs them again."""
    reach: int | None = None
    """Steps on each grid from where the search starts at most, for few or small frames; None for whole grids."""
    least_gain: float = 0.0
    """What a move must add to the score to be made, for few cells."""

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise ValueError(f"metric is '{self.metric}', expected one of {', '.join(METRICS)}")
        if self.most_frames is not None and self.most_frames < 1:
            raise ValueError(f"most_frames is {self.most_frames}, expected 1 or more, or None")
        if self.reach is not None and self.reach < 1:
            raise ValueError(f"reach is {self.reach}, expected 1 or more steps, or None")


@dataclass(frozen=True)
class Fit:
    """A fitted configuration and how it came about."""

    configuration: Configuration
    """The configuration with the fitted values."""
    start: Configuration
    """The configuration before."""
    names: tuple[str, ...]
    """Fitted parameters of the labeling."""
    metric: Metric
    """What was maximized."""
    found: Fitted
    """Scores before and after."""
    frames: Mapping[Source, Sequence[ReferencedFrame]]
    """What was fitted on."""


def fit_configuration(
    sources: Sequence[Source],
    configuration: Configuration,
    parameters: FitParameters,
    folder: Path,
    execution: Execution | None = None,
) -> Fit:
    """Find the labeling parameters that score best on sequences with references.

    Parameters
    ----------
    sources : sequence of Source
        Sequences with references, or some of their frames; the networks were trained on none of these.
    configuration : Configuration
        Networks, and the values to start from.
    parameters : FitParameters
        What to try.
    folder : Path
        Folder that keeps the networks' output; a later fit finds there what it needs again.
    execution : Execution, optional
        How to use the machine.

    Returns
    -------
    Fit

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If frames, references or weights are missing or not as they must be, or the folder cannot be written to.
    """
    grids = grids_for(configuration.labeling, parameters.reach)
    frames = {source: find_referenced_frames(source, parameters.metric, parameters.most_frames) for source in sources}
    fits = []
    for candidate in _colorings(configuration, parameters.adjacent_means, frames):
        predicted = {
            source: predict_frames(source, of_source, candidate, folder, execution)
            for source, of_source in frames.items()
        }
        found = search(
            candidate.labeling, grids, partial(score_predicted, predicted, parameters.metric), parameters.least_gain
        )
        fitted = replace(candidate, labeling=found.parameters)
        fits.append(Fit(fitted, configuration, tuple(grids), parameters.metric, found, frames))
    best = max(fits, key=lambda fit: fit.found.after)
    return replace(best, found=replace(best.found, before=fits[0].found.before))


def score_predicted(
    predicted: Mapping[Source, Sequence[PredictedFrame]], metric: Metric, labeling: LabelingParameters
) -> float:
    """Label the frames of sequences, and return a measure: its mean over the sequences."""
    scores = [
        score_frames(frames, labeling, metric == "SEG" or penalizes_extra_detections(source.folder))
        for source, frames in predicted.items()
    ]
    return sum(score.by(metric) for score in scores) / len(scores)


def trained_coloring(configuration: Configuration) -> PseudocolorParameters:
    """Return how slices are colored: as the configuration says, or else as the networks were trained."""
    return configuration.pseudocolor or read_card(configuration.segmentation_model).pseudocolor


def _colorings(
    configuration: Configuration, means: Sequence[AdjacentMean], frames: Mapping[Source, Sequence[ReferencedFrame]]
) -> list[Configuration]:
    """List the configuration as it is, then with every other adjacent_mean."""
    if not means:
        return [configuration]
    coloring = trained_coloring(configuration)
    if not find_scheme(coloring.coloring).finds_regions:
        raise ValueError(
            f"{configuration.segmentation_model}: was trained on slices colored by {coloring.coloring}, in which "
            "adjacent_mean plays no part; fit without it"
        )
    share = foreground_share([frame for of_source in frames.values() for frame in of_source])
    values = dict.fromkeys(round(min(2 * share, 1), 4) if mean == "truth" else mean for mean in means)
    others = [replace(coloring, adjacent_mean=value) for value in values if value != coloring.adjacent_mean]
    return [configuration, *(replace(configuration, pseudocolor=other) for other in others)]
