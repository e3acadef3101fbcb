"""What differs between two masks."""

import numpy as np
import pytest
import tifffile

from benchmarks.speed.agreement import compare_masks, compare_stacks


@pytest.fixture
def mask():
    mask = np.zeros((2, 6, 12), np.uint16)
    mask[:, 1:5, 1:4] = 1
    mask[:, 1:5, 5:8] = 2
    return mask


def test_equal_masks_are_identical(mask):
    found = compare_stacks(mask, mask.copy())
    assert found.identical
    assert (found.voxels, found.labels, found.foreground, found.cells) == (144, 0, 0, 0)


def test_other_numbers_of_the_same_cells_are_told_apart_from_other_cells(mask):
    renumbered = np.array([0, 2, 1], np.uint16)[mask]
    found = compare_stacks(mask, renumbered)
    assert not found.identical
    assert (found.labels, found.foreground, found.cells) == (48, 0, 0)


def test_a_voxel_of_foreground_is_counted(mask):
    other = mask.copy()
    other[0, 1, 1] = 0
    assert compare_stacks(mask, other).foreground == 1
    assert compare_stacks(mask, other).cells == 1


def test_a_joined_cell_is_counted_once(mask):
    joined = mask.copy()
    joined[1][joined[1] == 2] = 1
    found = compare_stacks(mask, joined)
    assert (found.foreground, found.labels, found.cells) == (0, 12, 12)


def test_a_wholly_lost_slice_is_counted(mask):
    other = mask.copy()
    other[0] = 0
    assert compare_stacks(mask, other).cells == 24


def test_folders_are_compared_frame_by_frame(mask, tmp_path):
    for folder, second in (("one", mask), ("other", mask + np.uint16(1))):
        (tmp_path / folder).mkdir()
        tifffile.imwrite(tmp_path / folder / "mask000.tif", mask)
        tifffile.imwrite(tmp_path / folder / "mask001.tif", second)
    found = compare_masks(tmp_path / "one", tmp_path / "other")
    assert (found.voxels, found.labels, found.foreground) == (288, 144, 96)


def test_other_names_and_sizes_are_refused(mask, tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    tifffile.imwrite(tmp_path / "one" / "mask000.tif", mask)
    with pytest.raises(ValueError, match="expected the same"):
        compare_masks(tmp_path / "one", tmp_path / "other")
    with pytest.raises(ValueError, match="expected the same size"):
        compare_stacks(mask, mask[:1])
