import numpy as np
import pytest

from benchmarks.slices import choose_slices, write_slices
from ctc_submission.challenge.files import read_frame, write_frame, write_mask


def stack_of(*counts: int) -> np.ndarray:
    """Labels with so many cells in each slice."""
    labels = np.zeros((len(counts), 4, 8), np.uint16)
    for z, count in enumerate(counts):
        labels[z, 0, :count] = 1 + np.arange(count)
    return labels


def test_the_slices_with_most_nuclei_are_chosen_some_way_apart():
    frames = [stack_of(0, 5, 4, 3, 2, 1, 2), stack_of(1, 1, 6, 1, 1, 1, 1)]
    assert choose_slices(frames, count=3, apart=3) == [(0, 1), (0, 4), (1, 2)]


@pytest.mark.parametrize(("count", "chosen"), [(1, [(0, 0)]), (2, [(0, 0), (0, 2)])])
def test_of_equals_the_first_are_chosen(count, chosen):
    assert choose_slices([stack_of(2, 2, 2)], count=count, apart=2) == chosen


def test_only_the_chosen_slices_are_annotated(tmp_path):
    for number in range(3):
        (tmp_path / "a" / "07_GT" / "SEG").mkdir(parents=True, exist_ok=True)
        (tmp_path / "a" / "07").mkdir(exist_ok=True)
        write_frame(tmp_path / "a" / "07" / f"t{number:03d}.tif", stack_of(*[1] * 12))
        write_mask(tmp_path / "a" / "07_GT" / "SEG" / f"man_seg{number:03d}.tif", stack_of(*[3] * 12), ndim=3)
    assert write_slices(tmp_path / "a" / "07", tmp_path / "b") == [(0, 0), (0, 5), (0, 10), (1, 0)]
    names = [path.name for path in sorted((tmp_path / "b" / "07_GT" / "SEG").iterdir())]
    assert names == ["man_seg_000_000.tif", "man_seg_000_005.tif", "man_seg_000_010.tif", "man_seg_001_000.tif"]
    assert read_frame(tmp_path / "b" / "07_GT" / "SEG" / names[1]).max() == 3
    assert [path.name for path in sorted((tmp_path / "b" / "07").iterdir())] == ["t000.tif", "t001.tif"]
