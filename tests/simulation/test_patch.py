import numpy as np

from ctc_submission.simulation.patch import Patch, darken_contacts, make_box, paint_patches


def ball(origin, depth_inside=1.0, size=3):
    full = np.full((size, size, size), depth_inside, np.float32)
    return Patch(origin, full, 2 * full)


def test_a_box_holds_the_voxels_around_the_center():
    box = make_box(np.array([10.0, 20.5, 30.0]), np.array([5.0, 2.0, 3.0]), anisotropy=5.0)
    assert box.origin == (1, 19, 27)
    assert box.shape == (3, 4, 7)
    z, y, x = box.offsets
    assert z.ravel().tolist() == [-5, 0, 5]
    assert y.ravel().tolist() == [-1.5, -0.5, 0.5, 1.5]
    assert x.ravel().tolist() == [-3, -2, -1, 0, 1, 2, 3]


def test_a_voxel_goes_to_the_cell_that_it_lies_deeper_in():
    for order in ([(7, ball((0, 0, 0))), (9, ball((1, 1, 1), 2.0))], [(9, ball((1, 1, 1), 2.0)), (7, ball((0, 0, 0)))]):
        labels, light = paint_patches(order, (5, 5, 5))
        assert labels[0, 0, 0] == 7
        assert labels[1, 1, 1] == labels[3, 3, 3] == 9
        assert light[1, 1, 1] == 4
        assert labels[4, 4, 4] == light[4, 4, 4] == 0


def test_cells_are_cut_off_at_the_border():
    labels, _ = paint_patches([(1, ball((-2, -1, 3))), (2, ball((9, 0, 0))), (3, ball((-3, 0, 0)))], (4, 4, 4))
    assert np.count_nonzero(labels == 1) == 1 * 2 * 1
    assert set(np.unique(labels)) == {0, 1}
    assert labels.dtype == np.int32


def test_voxels_outside_the_surface_stay_background():
    labels, light = paint_patches([(1, ball((0, 0, 0), -1.0))], (4, 4, 4))
    assert not labels.any()
    assert not light.any()


def test_a_cleft_lies_where_cells_touch_and_nowhere_else():
    labels = np.array([[[1, 1, 1, 2, 2, 2, 0]]], np.int32)
    light = np.ones(labels.shape, np.float32)
    for turned in (labels, labels.transpose(0, 2, 1)):
        darkened = darken_contacts(turned, light.reshape(turned.shape))
        assert (darkened < 1).ravel().tolist() == [False, False, True, True, False, False, False]
    assert np.all(light == 1)
