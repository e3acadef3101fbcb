import pytest

from ctc_submission.evaluation.references import Reference, find_digits, find_seg_references, find_tra_references

PIXEL = [[1]]


def test_seg_references_come_in_plain_name_order(world):
    late, slice_two = world.seg(12, PIXEL), world.seg(3, PIXEL, z=2)
    early = world.seg(3, PIXEL)
    assert find_seg_references(world.folder, "01", 3) == [
        Reference(early, 3),
        Reference(late, 12),
        Reference(slice_two, 3, z=2),
    ]


@pytest.mark.parametrize(
    "name",
    ["man_seg_003.tif", "man_seg_003_02.tif", "man_seg003.tiff", "man_seg0003.tif", "seg003.tif", "man_seg003.TIF"],
)
def test_other_names_are_ignored(world, name):
    (world.seg(5, PIXEL)).rename(world.folder / "01_GT" / "SEG" / name)
    assert find_seg_references(world.folder, "01", 3) == []


def test_subfolders_are_ignored(world):
    (world.folder / "01_GT" / "SEG" / "man_seg003.tif").mkdir(parents=True)
    assert find_seg_references(world.folder, "01", 3) == []


def test_slices_have_three_digits_even_with_four_for_frames(world_of_four_digits):
    path = world_of_four_digits.seg(3, PIXEL, z=2)
    assert path.name == "man_seg_0003_002.tif"
    assert find_seg_references(world_of_four_digits.folder, "01", 4) == [Reference(path, 3, z=2)]
    assert find_seg_references(world_of_four_digits.folder, "01", 3) == []


def test_tra_references(world):
    path = world.tra(7, PIXEL)
    (path.parent / "man_track.txt").touch()
    assert find_tra_references(world.folder, "01", 3) == [Reference(path, 7)]


def test_a_missing_folder_is_named(world):
    with pytest.raises(FileNotFoundError, match=r"01_GT.SEG: no such folder"):
        find_seg_references(world.folder, "01", 3)


def test_digits_are_read_off_names(world, world_of_four_digits):
    world_of_four_digits.seg(3, PIXEL, z=2)
    assert find_digits(world.folder, "01") == 4
    world.tra(3, PIXEL)
    with pytest.raises(ValueError, match=r"01_GT: frame numbers have \[3, 4\] digits; .*--digits"):
        find_digits(world.folder, "01")


def test_no_reference_at_all_is_said(world):
    with pytest.raises(FileNotFoundError, match="01_GT: no references, expected SEG/man_segT"):
        find_digits(world.folder, "01")
