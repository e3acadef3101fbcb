import numpy as np
import pytest
import tifffile
from scipy import ndimage

from ctc_submission.submission.validation.labels import find_stray_labels
from ctc_submission.submission.validation.mask_content import read_content


@pytest.fixture
def read(tmp_path):
    def write_and_read(labels, field_margin=0):
        path = tmp_path / "mask000.tif"
        tifffile.imwrite(path, np.asarray(labels, np.uint16), photometric="minisblack")
        return read_content(path, 0, field_margin)

    return write_and_read


def pieces_in_3d(labels):
    """Count the components of every label: connected with diagonals in a slice, by overlap from slice to slice."""
    structure = np.ones((3, 3, 3), bool)
    structure[0] = structure[2] = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    return {int(label): ndimage.label(labels == label, structure)[1] for label in np.unique(labels) if label}


@pytest.mark.parametrize("seed", range(5))
def test_pieces_are_the_connected_components_of_each_label(read, seed):
    labels = np.random.default_rng(seed).choice([0, 0, 1, 2, 65535], (6, 11, 13))
    found = read(labels)

    numbers, counts = np.unique(found.components.labels, return_counts=True)
    assert dict(zip(numbers.tolist(), counts.tolist(), strict=True)) == pieces_in_3d(labels)
    assert found.components.voxels.sum() == np.count_nonzero(labels)
    assert found.labels.tolist() == [1, 2, 65535]


def test_a_component_has_its_box_and_voxels(read):
    labels = np.zeros((4, 10, 12))
    labels[1, 2:4, 3:5] = labels[2, 3:7, 4:6] = 7
    components = read(labels).components

    assert components.labels.tolist() == [7]
    assert components.voxels.tolist() == [4 + 8]
    assert (components.low.tolist(), components.high.tolist()) == ([[1, 2, 3]], [[3, 7, 6]])


@pytest.mark.parametrize("labels", [np.zeros((3, 5, 6)), np.zeros((1, 1, 1))])
def test_an_empty_mask_has_no_pieces(read, labels):
    found = read(labels)
    assert not found.labels.size
    assert not found.components.labels.size
    assert not find_stray_labels(found.components).size


@pytest.mark.parametrize(
    ("y", "x", "is_outside"), [(3, 30, True), (4, 30, False), (30, 3, True), (36, 30, True), (35, 35, False)]
)
def test_an_object_is_outside_if_no_voxel_is_inside(read, y, x, is_outside):
    labels = np.zeros((2, 40, 40))
    labels[1, y, x] = 5
    assert read(labels, field_margin=4).outside.tolist() == [5] * is_outside


def test_a_frame_narrower_than_its_border_has_no_inside(read):
    assert read(np.ones((1, 9, 9)), field_margin=5).outside.tolist() == [1]


def strays_beside(read, box, shape=(20, 40, 60)):
    labels = np.zeros(shape)
    labels[2:6, 10:20, 10:20] = 4
    labels[box] = 4
    return find_stray_labels(read(labels).components).tolist()


@pytest.mark.parametrize(
    ("box", "is_stray"),
    [
        (np.s_[2:6, 10:20, 31:41], True),  # 11 columns away, ten are its length
        (np.s_[2:6, 10:20, 30:40], False),
        (np.s_[2:6, 31:40, 10:20], True),
        (np.s_[11:14, 10:20, 10:20], True),  # 5 slices above, four are its length
        (np.s_[10:14, 10:20, 10:20], False),
        (np.s_[2:6, 10:11, 50:59], False),  # too small for a cell of its own
        (np.s_[2:6, 10:11, 50:60], True),
    ],
)
def test_a_stray_is_far_from_its_label_s_largest_component_and_large(read, box, is_stray):
    assert strays_beside(read, box) == [4] * is_stray
