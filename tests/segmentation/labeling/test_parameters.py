import math

import pytest

from ctc_submission.segmentation.labeling_parameters import LabelingParameters


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (
            {"method": "magic"},
            "method is 'magic', expected 'centers', 'interior', 'distance', 'single' or 'components'",
        ),
        ({"foreground_threshold": 1.0}, "foreground_threshold is 1.0, expected a probability"),
        ({"marker_threshold": -0.1}, "marker_threshold is -0.1"),
        ({"smoothing": -1.0}, "smoothing is -1.0, expected a number, 0 or more"),
        ({"dynamics": math.nan}, "dynamics is nan"),
        ({"minimum_size": -1}, "minimum_size is -1, expected a whole number"),
        ({"minimum_confidence": 1.0}, "minimum_confidence is 1.0, expected a probability"),
        ({"largest_hole": 2.5}, "largest_hole is 2.5"),
        ({"field_margin": -25}, "field_margin is -25"),
        ({"spacing": (1.0, 1.0)}, "spacing is \\(1.0, 1.0\\), expected three positive numbers"),
        ({"spacing": (1.0, 0.0, 1.0)}, "spacing"),
        ({"spacing": (math.inf, 1.0, 1.0)}, "spacing"),
    ],
)
def test_bad_parameters_are_refused(choices, message):
    with pytest.raises(ValueError, match=message):
        LabelingParameters(**choices)


def test_steps_are_in_units_of_the_finest_edge():
    assert LabelingParameters(spacing=(6.0, 1.5, 1.5)).steps == (4.0, 1.0, 1.0)
    assert LabelingParameters(spacing=(0.2, 0.4, 0.4)).steps == (1.0, 2.0, 2.0)
