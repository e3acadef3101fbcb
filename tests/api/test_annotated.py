"""Annotated arrays as a dataset on disk."""

import numpy as np
import pytest

from ctc_submission.api.annotated import write_annotated
from ctc_submission.challenge.files import read_frame, read_frame_info
from ctc_submission.training.data.samples import find_annotated

LABELS = np.zeros((3, 8, 9), np.int32)
LABELS[:, 2:5, 3:6] = 7
IMAGE = np.where(LABELS > 0, 200, 20).astype(np.uint16)


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.tif"))


def test_stacks_are_written_with_their_masks_and_voxel_size(tmp_path):
    source = write_annotated(tmp_path, [IMAGE, IMAGE[:2, :6]], [LABELS, LABELS[:2, :6]], (2.0, 0.5, 0.5), None)
    assert names(tmp_path) == ["01/t000.tif", "01/t001.tif", "01_GT/SEG/man_seg000.tif", "01_GT/SEG/man_seg001.tif"]
    np.testing.assert_array_equal(read_frame(tmp_path / "01" / "t000.tif"), IMAGE)
    assert read_frame_info(tmp_path / "01" / "t001.tif").spacing == pytest.approx((2.0, 0.5, 0.5))
    truth = find_annotated(source.folder, source.sequence, "GT", None)[1].read_truth()
    np.testing.assert_array_equal(truth[1].labels, LABELS[1, :6])


def test_slices_of_minus_one_are_not_annotated(tmp_path):
    masks = np.stack([LABELS, np.full_like(LABELS, -1)])
    masks[0, [0, 2]] = -1
    write_annotated(tmp_path, np.stack([IMAGE, IMAGE]), masks, None, None)
    assert names(tmp_path) == ["01/t000.tif", "01/t001.tif", "01_GT/SEG/man_seg_000_001.tif"]
    write_annotated(tmp_path, IMAGE, LABELS, None, None)  # what was there before is replaced
    assert names(tmp_path) == ["01/t000.tif", "01_GT/SEG/man_seg000.tif"]


def test_images_and_movies_of_images(tmp_path):
    write_annotated(tmp_path / "image", IMAGE[0], LABELS[0], None, None)
    assert names(tmp_path / "image") == ["01/t000.tif", "01_GT/SEG/man_seg000.tif"]
    write_annotated(tmp_path / "movie", IMAGE, LABELS, None, "TYX")
    assert len(names(tmp_path / "movie")) == 6


def test_other_numbers_are_kept_in_16_bit(tmp_path):
    write_annotated(tmp_path, IMAGE / 1000.0 - 3, LABELS, None, None)
    np.testing.assert_array_equal(read_frame(tmp_path / "01" / "t000.tif") // 65535, LABELS > 0)


@pytest.mark.parametrize(
    ("images", "masks", "kind", "message"),
    [
        (IMAGE, LABELS[:2], ValueError, r"masks is \(2, 8, 9\) \(z, y, x\), expected \(3, 8, 9\) as images"),
        ([IMAGE, IMAGE], [LABELS], ValueError, "2 frames in images and 1 in masks"),
        (IMAGE, LABELS.astype(float), TypeError, "masks holds float64, expected integer labels"),
        (IMAGE, np.where(LABELS > 0, 1, -1), ValueError, "masks holds labels below 0 in a part of a slice"),
        (IMAGE, np.full_like(LABELS, -1), ValueError, "masks are -1 throughout"),
        ("embryo", LABELS, TypeError, "images is str, expected an array"),
    ],
)
def test_mistakes_are_named(tmp_path, images, masks, kind, message):
    with pytest.raises(kind, match=message):
        write_annotated(tmp_path, images, masks, None, None)
