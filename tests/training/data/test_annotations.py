"""The truth of a sequence: which files are found, and which of them is believed for a slice."""

import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.files import write_mask
from ctc_submission.training.data.annotations import Annotation, find_annotations, read_truth

SHAPE = (3, 6, 8)


@pytest.fixture
def folder(tmp_path):
    for kind in ("GT", "ST"):
        (tmp_path / f"01_{kind}" / "SEG").mkdir(parents=True)
    return tmp_path


def write(folder, name, label, slices=1):
    path = folder / name
    write_mask(path, np.full((slices, *SHAPE[1:]), label, np.uint16), ndim=2 if slices == 1 else 3)
    return path


def labels_by_slice(folder, truth, frame=0):
    known = read_truth(find_annotations(folder, "01", truth)[frame], SHAPE, folder / "01" / "t000.tif")
    return {z: (int(section.labels[0, 0]), section.single) for z, section in known.items()}


def test_frames_and_slices_are_found_in_time(folder):
    gold = folder / "01_GT" / "SEG"
    names = ["man_seg_010_002.tif", "man_seg_002_001.tif", "man_seg002.tif", "man_seg0003.tif", "man_seg_002_000.tif"]
    for name in [*names, "man_track000.tif", "man_seg_002_01.tif", "man_seg002.tiff", "xman_seg001.tif"]:
        (gold / name).touch()
    found = find_annotations(folder, "01")
    assert list(found) == [2, 3, 10]
    assert found[2] == [
        Annotation(gold / "man_seg002.tif", 2),
        Annotation(gold / "man_seg_002_000.tif", 2, 0),
        Annotation(gold / "man_seg_002_001.tif", 2, 1),
    ]
    assert found[10] == [Annotation(gold / "man_seg_010_002.tif", 10, 2)]


def test_gold_slices_are_believed_before_the_silver_frame(folder):
    write(folder / "01_GT" / "SEG", "man_seg_000_001.tif", 5)
    write(folder / "01_ST" / "SEG", "man_seg000.tif", 9, slices=3)
    assert labels_by_slice(folder, "GT") == {1: (5, True)}
    assert labels_by_slice(folder, "ST") == {0: (9, False), 1: (9, False), 2: (9, False)}
    assert labels_by_slice(folder, "GT+ST") == {0: (9, False), 1: (5, True), 2: (9, False)}


def test_gold_frame_is_believed_before_its_slices_and_silver(folder):
    write(folder / "01_GT" / "SEG", "man_seg_000_001.tif", 5)
    write(folder / "01_GT" / "SEG", "man_seg000.tif", 6, slices=3)
    write(folder / "01_ST" / "SEG", "man_seg000.tif", 9, slices=3)
    assert labels_by_slice(folder, "GT+ST") == dict.fromkeys(range(3), (6, False))


def test_gold_and_silver_of_different_frames_add_up(folder):
    write(folder / "01_GT" / "SEG", "man_seg_004_001.tif", 5)
    write(folder / "01_ST" / "SEG", "man_seg002.tif", 9, slices=3)
    assert {number: len(files) for number, files in find_annotations(folder, "01", "GT+ST").items()} == {2: 1, 4: 1}


@pytest.mark.parametrize("missing", ["GT", "ST"])
def test_either_of_both_may_be_missing(folder, missing):
    for kind in {"GT", "ST"} - {missing}:
        write(folder / f"01_{kind}" / "SEG", "man_seg000.tif", 1, slices=3)
    (folder / f"01_{missing}" / "SEG").rmdir()
    assert list(find_annotations(folder, "01", "GT+ST")) == [0]
    with pytest.raises(FileNotFoundError, match=rf"01_{missing}.*no such folder.*truth is {missing}"):
        find_annotations(folder, "01", missing)


def test_nothing_found(folder):
    with pytest.raises(FileNotFoundError, match=r"01_GT.*holds no references, expected man_seg000\.tif"):
        find_annotations(folder, "01", "GT+ST")
    with pytest.raises(FileNotFoundError, match=r"02_ST.*no such folder"):
        find_annotations(folder, "02", "ST")


@pytest.mark.parametrize(
    ("name", "slices", "message"),
    [
        ("man_seg_000_003.tif", 1, r"man_seg_000_003\.tif: is of slice 3, expected 0 to 2, the slices of .*t000\.tif"),
        ("man_seg_000_001.tif", 2, r"is \(2, 6, 8\) \(z, y, x\), expected \(1, 6, 8\)"),
        ("man_seg000.tif", 4, r"is \(4, 6, 8\) \(z, y, x\), expected \(3, 6, 8\) as in .*t000\.tif"),
    ],
)
def test_truth_of_another_size(folder, name, slices, message):
    write(folder / "01_GT" / "SEG", name, 1, slices)
    with pytest.raises(ValueError, match=message):
        labels_by_slice(folder, "GT")


def test_probabilities_are_no_truth(folder):
    tifffile.imwrite(folder / "01_GT" / "SEG" / "man_seg000.tif", np.zeros(SHAPE, np.float32), photometric="minisblack")
    with pytest.raises(ValueError, match="holds float32 pixels, expected labels of 16 bit"):
        labels_by_slice(folder, "GT")
