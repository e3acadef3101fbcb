from ctc_submission.fitting.search import search
from ctc_submission.segmentation.labeling import LabelingParameters

START = LabelingParameters(foreground_threshold=0.5, dynamics=1.0, minimum_size=50)
GRIDS = {
    "foreground_threshold": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    "dynamics": (0.5, 1.0, 2.0),
    "minimum_size": (0, 10, 50, 100),
}


def test_the_best_of_each_is_found_where_they_do_not_depend_on_each_other():
    def score(parameters):
        return 1 - abs(parameters.foreground_threshold - 0.2) - abs(parameters.dynamics - 2) / 10

    found = search(START, GRIDS, score)
    assert (found.parameters.foreground_threshold, found.parameters.dynamics) == (0.2, 2.0)
    assert (found.before, found.after) == (score(START), score(found.parameters))


def test_parameters_that_depend_on_each_other_take_several_passes():
    def score(parameters):
        best_threshold = 0.2 if parameters.dynamics == 2 else 0.4
        return (parameters.dynamics == 2) - abs(parameters.foreground_threshold - best_threshold)

    found = search(START, GRIDS, score)
    assert (found.parameters.foreground_threshold, found.parameters.dynamics) == (0.2, 2.0)


def test_ties_go_to_the_value_nearest_to_the_current_one():
    assert search(START, GRIDS, lambda parameters: 0.5).parameters == START

    def worse_from_fifty(parameters):
        return 1.0 if parameters.minimum_size < 50 else 0.9

    assert search(START, GRIDS, worse_from_fifty).parameters.minimum_size == 10


def test_a_gain_that_no_tool_prints_is_none():
    assert search(START, GRIDS, lambda parameters: 1e-8 * parameters.minimum_size).parameters == START


def test_nothing_is_scored_twice():
    asked = []

    def score(parameters):
        asked.append(parameters)
        return -parameters.foreground_threshold

    found = search(START, GRIDS, score)
    assert len(asked) == len(set(asked)) == found.trials


def test_moves_that_gain_too_little_are_not_made():
    def score(parameters):
        return -abs(parameters.foreground_threshold - 0.2) - abs(parameters.dynamics - 2) / 100

    found = search(START, GRIDS, score, least_gain=0.15)
    assert (round(found.parameters.foreground_threshold, 1), found.parameters.dynamics) == (0.3, 1.0)
