import numpy as np
import pytest

import ctc_submission as ctc
from ctc_submission.challenge.files import write_mask

REFERENCE = np.zeros((2, 20, 20), np.uint16)
REFERENCE[:, 2:8, 2:8] = 1
REFERENCE[:, 12:18, 12:18] = 2
HALF = np.where(REFERENCE == 2, 0, REFERENCE)


def test_seg_and_det_of_arrays():
    assert ctc.seg(REFERENCE, REFERENCE * 3) == 1
    assert ctc.seg(REFERENCE, HALF) == 0.5
    assert ctc.det(REFERENCE, HALF) == 0.5
    assert ctc.det(HALF, REFERENCE) == 0.9
    assert ctc.det(HALF, REFERENCE, penalize_extra_detections=False) == 1


def test_time_points_are_counted_together():
    assert ctc.seg(np.stack([REFERENCE, REFERENCE]), np.stack([REFERENCE, HALF])) == 0.75
    swapped = np.stack([REFERENCE[0], 3 - REFERENCE[0]])
    assert ctc.seg(REFERENCE, np.where(REFERENCE, swapped, 0), axes="TYX") == 1
    assert ctc.seg(REFERENCE, np.where(REFERENCE, swapped, 0)) < 1


def test_labels_may_be_large():
    assert ctc.seg(REFERENCE, REFERENCE.astype(np.int64) * 100_000) == 1


@pytest.mark.parametrize(
    ("labels", "kind", "message"),
    [
        (REFERENCE[0], ValueError, r"labels has shape \(20, 20\), but reference \(2, 20, 20\)"),
        (REFERENCE * 0.5, TypeError, "labels holds float64, expected integer labels"),
        (REFERENCE.astype(int) - 1, ValueError, "labels has labels down to -1"),
    ],
)
def test_mistakes_are_named(labels, kind, message):
    with pytest.raises(kind, match=message):
        ctc.seg(REFERENCE, labels)


def test_folders_are_evaluated_as_by_the_command(tmp_path):
    for folder, mask in (("01_GT/SEG/man_seg000.tif", REFERENCE), ("01_RES/mask000.tif", HALF)):
        path = tmp_path / "Fluo-N3DH-CE" / folder
        path.parent.mkdir(parents=True)
        write_mask(path, mask)
    assert ctc.evaluate(tmp_path / "Fluo-N3DH-CE", "01").measures.seg == 0.5
