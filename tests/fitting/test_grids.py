from dataclasses import replace

import pytest

from ctc_submission.fitting.grids import GRIDS, grids_for
from ctc_submission.segmentation.labeling import LabelingParameters


def test_every_value_that_is_tried_is_a_value():
    for name, values in GRIDS.items():
        assert list(values) == sorted(values)
        for value in values:
            assert getattr(replace(LabelingParameters(), **{name: value}), name) == value


@pytest.mark.parametrize(
    ("method", "names"),
    [
        ("centers", {*GRIDS}),
        ("distance", {"foreground_threshold", "dynamics", "smoothing", "minimum_size"}),
        ("components", {"foreground_threshold", "minimum_size"}),
        ("single", {"foreground_threshold"}),
    ],
)
def test_only_what_a_method_uses_is_fitted(method, names):
    assert set(grids_for(LabelingParameters(method))) == names


def test_the_current_value_is_among_those_tried():
    grid = grids_for(LabelingParameters(foreground_threshold=0.37))["foreground_threshold"]
    assert set(grid) == {*GRIDS["foreground_threshold"], 0.37}
    assert list(grid) == sorted(grid)


@pytest.mark.parametrize(
    ("threshold", "expected"), [(0.5, (0.4, 0.5, 0.6)), (0.8, (0.7, 0.8)), (0.55, (0.5, 0.55, 0.6))]
)
def test_values_lie_within_reach_of_the_start(threshold, expected):
    parameters = LabelingParameters("single", foreground_threshold=threshold)
    assert grids_for(parameters, reach=1) == {"foreground_threshold": expected}


def test_labels_slice_by_slice_are_not_fitted():
    with pytest.raises(ValueError, match="without --per-slice"):
        grids_for(LabelingParameters(per_slice=True))
