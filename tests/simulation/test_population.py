from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from ctc_submission.simulation.population import advance, found_population, make_environment
from ctc_submission.simulation.simulation_parameters import A549_SIM, MDA231, TRIC

SMALL = TRIC.scaled(0.2)


def found(parameters, seed=0):
    rng = np.random.default_rng(seed)
    environment = make_environment(rng, parameters)
    return found_population(rng, parameters, environment), environment


def test_there_are_as_many_cells_as_the_field_has_room_for():
    assert len(found(MDA231)[0].label) in range(20, 51)
    assert len(found(TRIC)[0].label) in range(1500, 2501)
    assert len(found(A549_SIM)[0].label) == 1


@pytest.mark.parametrize("parameters", [SMALL, MDA231, A549_SIM])
def test_centers_stay_within_the_frame(parameters):
    population, environment = found(parameters)
    depth, height, width = parameters.shape
    limits = ((depth - 1) * parameters.anisotropy, height - 1, width - 1)
    for frame in range(5):
        assert np.all((population.position >= 0) & (population.position <= limits))
        population = advance(population, np.random.default_rng(frame), parameters, environment)


def test_nuclei_lie_in_a_thin_sheet_and_hardly_overlap():
    population, _ = found(SMALL)
    z = population.position[:, 0] / SMALL.anisotropy
    assert z.min() > 2
    assert z.max() < 10
    nearest = cKDTree(population.position).query(population.position, k=2)[0][:, 1]
    assert np.percentile(nearest, 5) > 1.2 * SMALL.cells.radius[0]


def test_a_cell_whose_time_has_come_is_replaced_by_two_daughters():
    population, environment = found(SMALL)
    remaining = np.full(len(population.label), 100)
    remaining[3] = 1
    population = replace(population, remaining=remaining)
    after = advance(population, np.random.default_rng(0), SMALL, environment)
    daughters = np.flatnonzero(after.parent)
    assert after.parent[daughters].tolist() == [4, 4]
    assert after.label[daughters].tolist() == [population.next_label, population.next_label + 1]
    assert 4 not in after.label
    assert after.next_label == population.next_label + 2
    assert np.all(after.age[daughters] == 0)
    distance = np.linalg.norm(after.position[daughters] - population.position[3], axis=1)
    assert np.all(distance < 2 * SMALL.cells.radius[1])


def test_advancing_leaves_the_population_as_it_was():
    population, environment = found(SMALL)
    before = population.position.copy()
    advance(population, np.random.default_rng(0), SMALL, environment)
    np.testing.assert_array_equal(population.position, before)


def test_a_single_large_cell_never_divides_and_hardly_moves():
    population, environment = found(A549_SIM)
    start = population.position
    for frame in range(20):
        population = advance(population, np.random.default_rng(frame), A549_SIM, environment)
    assert population.label.tolist() == [1]
    assert 0 < np.linalg.norm(population.position - start) < 30
