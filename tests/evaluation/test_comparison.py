import numpy as np
import pytest
import tifffile

from ctc_submission.evaluation import comparison
from ctc_submission.evaluation.comparison import compare
from ctc_submission.evaluation.references import find_seg_references, find_tra_references


def test_keeps_the_order_of_the_references(world):
    for frame in (11, 2, 7):
        world.seg(frame, "11")
        world.tra(frame, "1.")
        world.mask(frame, "22")
    world.seg(2, "1.", z=0)
    references = [*find_tra_references(world.folder, "01", 3), *find_seg_references(world.folder, "01", 3)]
    found = compare(references, world.results, 3, show_progress=True)
    assert [each.reference for each in found] == references
    assert [each.matching.sizes.tolist() for each in found] == [[1]] * 3 + [[2]] * 3 + [[1]]


def test_a_result_is_decoded_once(world, monkeypatch):
    world.seg(0, "11|11|11")
    world.tra(0, "11|11|11")
    world.seg(0, "11", z=1)
    mask = world.mask(0, "22|22|22")
    read = []

    class Spy(comparison.StrictMask):
        def read_slice(self, z):
            read.append((self.path, z))
            return super().read_slice(z)

    monkeypatch.setattr(comparison, "StrictMask", Spy)
    compare(
        [*find_seg_references(world.folder, "01", 3), *find_tra_references(world.folder, "01", 3)], world.results, 3
    )
    assert [z for path, z in read if path == mask] == [0, 1, 2]


def test_only_annotated_slices_are_decoded(world):
    world.seg(0, "11", z=1)
    path = world.results / "mask000.tif"
    tifffile.imwrite(path, np.ones((3, 1, 2), np.uint16), photometric="minisblack", compression="zlib", metadata=None)
    with tifffile.TiffFile(path) as tiff:
        place = tiff.pages[2].dataoffsets[0]
    content = bytearray(path.read_bytes())
    content[place] ^= 0xFF
    path.write_bytes(content)
    compare(find_seg_references(world.folder, "01", 3), world.results, 3)
    world.seg(0, "11", z=2)
    with pytest.raises(ValueError, match=r"mask000\.tif: slice 2 cannot be decoded"):
        compare(find_seg_references(world.folder, "01", 3), world.results, 3)


def test_parts_are_merged_before_they_grow(world, monkeypatch):
    monkeypatch.setattr(comparison, "_PENDING_ROWS", 1)
    world.seg(0, "12|12|12|12")
    world.mask(0, "12|12|12|12")
    (found,) = compare(find_seg_references(world.folder, "01", 3), world.results, 3)
    assert found.table.voxels.tolist() == [4, 4]
    assert found.table.size == 8


def test_the_first_problem_stops_the_comparison(world):
    for frame in range(3):
        world.seg(frame, "11")
    world.mask(0, "11")
    with pytest.raises(FileNotFoundError, match=r"mask001\.tif: no such mask"):
        compare(find_seg_references(world.folder, "01", 3), world.results, 3)
