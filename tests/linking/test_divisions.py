import numpy as np
import pytest

from ctc_submission.linking.divisions import keep_balanced_divisions

DIVISION = [((0, 1), (1, 1)), ((0, 1), (1, 2))]


def places(mother: float, first: float, second: float) -> dict:
    xs = {(0, 1): mother, (1, 1): first, (1, 2): second}
    return {node: np.array([0.0, 0.0, x]) for node, x in xs.items()}


@pytest.mark.parametrize("mother", [0, 3, -4.4])
def test_a_mother_between_her_daughters_keeps_them(mother):
    assert keep_balanced_divisions(DIVISION, places(mother, -5, 5)) == DIVISION


@pytest.mark.parametrize(("mother", "kept"), [(-4.6, 0), (-9, 0), (5, 1)])
def test_beside_a_cell_that_stays_a_new_one_is_no_daughter(mother, kept):
    assert keep_balanced_divisions(DIVISION, places(mother, -5, 5)) == [DIVISION[kept]]


def test_other_links_stay():
    links = [((0, 1), (1, 1))]
    assert keep_balanced_divisions(links, places(0, 90, 0)) == links
