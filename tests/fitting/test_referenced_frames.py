import numpy as np
import pytest

from ctc_submission.challenge.files import write_mask
from ctc_submission.fitting.referenced_frames import find_referenced_frames, foreground_share
from ctc_submission.training.data.sources import Source


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("SEG", [(0, 1, 0), (1, 1, 0)]),
        ("DET", [(0, 0, 1), (1, 0, 1), (2, 0, 1)]),
        ("OP_CSB", [(0, 1, 1), (1, 1, 1)]),
    ],
)
def test_frames_are_those_with_references(dataset, metric, expected):
    frames = find_referenced_frames(Source(dataset, "02"), metric)
    assert [(frame.file.number, len(frame.seg), len(frame.tra)) for frame in frames] == expected


def test_at_most_so_many_frames_are_taken(dataset):
    frames = find_referenced_frames(Source(dataset, "01"), "DET", most=2)
    assert [frame.file.path.name for frame in frames] == ["t000.tif", "t002.tif"]


@pytest.mark.parametrize(
    ("metric", "most", "expected"),
    [("SEG", None, [1]), ("DET", None, [1, 2]), ("OP_CSB", None, [1]), ("DET", 1, [2])],
)
def test_only_frames_that_the_source_names_are_taken(dataset, metric, most, expected):
    frames = find_referenced_frames(Source(dataset, "01", frozenset({1, 2, 7})), metric, most)
    assert [frame.file.number for frame in frames] == expected


def test_only_slices_that_the_source_names_are_taken(dataset):
    for slices, expected in ((None, 1), ({2, 3}, 1), ({1}, 0)):
        wanted = None if slices is None else frozenset(slices)
        whole, sparse = find_referenced_frames(Source(dataset, "01", slices=wanted), "SEG")
        assert (len(whole.seg), len(sparse.seg)) == (1, expected)


@pytest.mark.parametrize(
    ("frames", "metric", "message"),
    [
        ({2}, "SEG", "SEG: holds no reference of frame 2, expected one to score SEG by"),
        ({2, 5}, "OP_CSB", "SEG: holds no reference of frames 2 to 5, expected one to score OP_CSB by"),
        ({8, 9}, "DET", "TRA: holds no reference of frames 8 to 9, expected one to score DET by"),
    ],
)
def test_frames_without_references_are_refused(dataset, frames, metric, message):
    with pytest.raises(FileNotFoundError, match=f"01_GT/{message}; take other frames"):
        find_referenced_frames(Source(dataset, "01", frozenset(frames)), metric)


def test_a_folder_without_references_is_refused(tmp_path, dataset):
    (tmp_path / "01").symlink_to(dataset / "01")
    (tmp_path / "01_GT" / "SEG").mkdir(parents=True)
    (tmp_path / "01_GT" / "TRA").symlink_to(dataset / "01_GT" / "TRA")
    with pytest.raises(FileNotFoundError, match="SEG: holds no reference of any frame.*or another metric"):
        find_referenced_frames(Source(tmp_path, "01"), "SEG")


def test_a_reference_without_a_frame_is_refused(tmp_path, dataset):
    (tmp_path / "01").mkdir()
    (tmp_path / "01" / "t000.tif").symlink_to(dataset / "01" / "t000.tif")
    (tmp_path / "01_GT").symlink_to(dataset / "01_GT")
    with pytest.raises(FileNotFoundError, match=r"there is no frame t001\.tif"):
        find_referenced_frames(Source(tmp_path, "01"), "SEG")


def test_the_foreground_s_share_is_the_mean_over_annotated_slices(tmp_path, dataset):
    (tmp_path / "01").symlink_to(dataset / "01")
    (tmp_path / "01_GT" / "SEG").mkdir(parents=True)
    labels = np.zeros((3, 10, 10), np.uint16)
    labels[0, :2] = 4
    write_mask(tmp_path / "01_GT" / "SEG" / "man_seg000.tif", labels)
    write_mask(tmp_path / "01_GT" / "SEG" / "man_seg_001_002.tif", labels[:1], ndim=2)
    frames = find_referenced_frames(Source(tmp_path, "01"), "SEG")
    assert foreground_share(frames) == pytest.approx((0.2 + 0 + 0 + 0.2) / 4)


def test_markers_do_not_tell_the_foreground_s_share(dataset):
    with pytest.raises(ValueError, match="no SEG references.*state adjacent_mean"):
        foreground_share(find_referenced_frames(Source(dataset, "01"), "DET"))
