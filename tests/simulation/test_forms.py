from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from ctc_submission.simulation.branched import draw_branched
from ctc_submission.simulation.cell import Cell
from ctc_submission.simulation.filopodial import draw_filopodial
from ctc_submission.simulation.nucleus import draw_nucleus
from ctc_submission.simulation.simulation_parameters import A549_SIM, MDA231, TRIC
from ctc_submission.simulation.smooth import make_texture

FORMS = [
    pytest.param(draw_branched, MDA231, 9.0, id="branched"),
    pytest.param(draw_nucleus, TRIC, 12.0, id="nucleus"),
    pytest.param(draw_filopodial, A549_SIM, 40.0, id="filopodial"),
]


@pytest.fixture(scope="module")
def texture():
    return make_texture(np.random.default_rng(0), 5.0)


def cell(parameters, radius, age=20, remaining=50):
    return Cell(np.array([50.0, 80.3, 90.8]), radius, age, remaining, parameters.anisotropy)


@pytest.mark.parametrize(("draw", "parameters", "radius"), FORMS)
def test_a_cell_fits_its_box_and_holds_its_center(draw, parameters, radius, texture):
    for seed in range(5):
        patch = draw(np.random.default_rng(seed), cell(parameters, radius), parameters.cells, texture)
        inside = patch.depth > 0
        assert patch.depth.dtype == patch.light.dtype == np.float32
        assert patch.light.min() > 0
        assert not inside[:, [0, -1]].any()
        assert not inside[:, :, [0, -1]].any()
        center = np.round([50 / parameters.anisotropy, 80.3, 90.8]).astype(int) - patch.origin
        assert inside[tuple(center)]


@pytest.mark.parametrize(("draw", "parameters", "radius"), FORMS)
def test_a_cell_changes_slowly_with_age(draw, parameters, radius, texture):
    now, then, late = (
        draw(np.random.default_rng(3), cell(parameters, radius, age=age), parameters.cells, texture).depth > 0
        for age in (20, 21, 45)
    )
    sizes = [np.count_nonzero(inside) for inside in (now, then, late)]
    assert sizes[0] != sizes[2]
    assert abs(sizes[1] / sizes[0] - 1) < 0.2


@pytest.mark.parametrize(("draw", "parameters", "radius"), FORMS[:2])
def test_dividing_cells_are_compact_and_bright(draw, parameters, radius, texture):
    calm, dividing = (
        draw(np.random.default_rng(1), cell(parameters, radius, remaining=left), parameters.cells, texture)
        for left in (50, 1)
    )
    assert np.count_nonzero(dividing.depth > 0) < np.count_nonzero(calm.depth > 0)
    assert dividing.light[dividing.depth > 0].mean() > 1.3 * calm.light[calm.depth > 0].mean()


def test_daughters_are_smaller_and_grow(texture):
    volumes = [
        np.count_nonzero(
            draw_nucleus(np.random.default_rng(0), cell(TRIC, 12.0, age=age), TRIC.cells, texture).depth > 0
        )
        for age in (0, 5, 10)
    ]
    assert volumes == sorted(volumes)
    assert volumes[0] < 0.7 * volumes[-1]


def test_the_middle_of_a_hollow_nucleus_is_dark(texture):
    cells = replace(TRIC.cells, hollow=0.8, texture=0.0)
    patch = draw_nucleus(np.random.default_rng(0), cell(TRIC, 14.0), cells, texture)
    middle = patch.depth > 0.8 * patch.depth.max()
    ring = (patch.depth > 3) & (patch.depth < 6)
    assert patch.light[middle].mean() < 0.6 * patch.light[ring].mean()


def test_a_leaning_nucleus_fits_its_box_and_reaches_through_more_slices(texture):
    parameters = replace(TRIC, anisotropy=1.0)
    leaning = replace(parameters.cells, flatness=0.6, elongation=0.8, tilt=1.5, texture=0.0)
    heights = {}
    for cells in (replace(leaning, tilt=0.0), leaning):
        patches = [
            draw_nucleus(np.random.default_rng(seed), cell(parameters, 12.0), cells, texture) for seed in range(8)
        ]
        for patch in patches:
            for axis in range(3):
                ends = np.take(patch.depth, [0, -1], axis)
                assert not (ends > 0).any()
        heights[cells.tilt] = np.mean([(patch.depth > 0).any(axis=(1, 2)).sum() for patch in patches])
    assert heights[1.5] > 1.2 * heights[0.0]


def test_nucleoli_are_dark_and_chromocenters_bright(texture):
    plain = replace(TRIC.cells, texture=0.0, brightness_spread=0.0)
    even, dark, bright = (
        draw_nucleus(np.random.default_rng(4), cell(TRIC, 14.0), cells, texture)
        for cells in (plain, replace(plain, nucleoli=4.0), replace(plain, spots=12.0))
    )
    inside = even.depth > 4
    assert dark.light[inside].min() < 0.6 * even.light[inside].min()
    assert bright.light[inside].max() > 1.4 * even.light[inside].max()
    np.testing.assert_array_equal(even.depth, dark.depth)


def test_filopodia_are_thin_dim_and_attached(texture):
    patch = draw_filopodial(np.random.default_rng(2), cell(A549_SIM, 60.0), A549_SIM.cells, texture)
    inside = patch.depth > 0
    _, pieces = ndimage.label(inside, np.ones((3, 3, 3)))
    body = ndimage.binary_opening(inside, np.ones((1, 17, 17)))
    filopodia = inside & ~ndimage.binary_dilation(body, np.ones((3, 5, 5)))
    assert pieces == 1
    assert np.count_nonzero(filopodia) > 200
    assert patch.light[filopodia].mean() < 0.85 * patch.light[body].mean()
