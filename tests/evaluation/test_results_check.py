import pytest
import tifffile

from ctc_submission.evaluation.evaluate import evaluate_sequence
from ctc_submission.evaluation.references import find_seg_references
from ctc_submission.evaluation.results_check import check_results


@pytest.fixture
def six_frames(world):
    for frame in range(6):
        world.seg(frame, "1" * 20)
        world.mask(frame, "1" * 20)
    return world


def spoil(path):
    tifffile.imwrite(path, tifffile.imread(path), photometric="minisblack", compression="zstd")


def check(world):
    check_results(find_seg_references(world.folder, "01", 3), world.results, 3)


def test_fine_results_pass(six_frames):
    check(six_frames)


def test_a_silent_zero_is_named_before_scoring(six_frames):
    spoil(six_frames.results / "mask004.tif")
    with pytest.raises(ValueError, match=r"mask004\.tif: page 0 has compression ZSTD, so .* silently reads zeros"):
        evaluate_sequence(six_frames.folder, "01")


def test_other_problems_are_named_too(six_frames):
    for frame in (1, 2, 3, 5):
        spoil(six_frames.results / f"mask{frame:03}.tif")
    (six_frames.results / "mask000.tif").unlink()
    expected = (
        r"mask000\.tif: no such mask.* \(4 more with a problem: mask001\.tif, mask002\.tif, mask003\.tif, \.\.\.\)"
    )
    with pytest.raises(FileNotFoundError, match=expected):
        check(six_frames)


def test_a_missing_folder_is_named(six_frames):
    with pytest.raises(FileNotFoundError, match="02_RES: no such folder"):
        check_results([], six_frames.folder / "02_RES", 3)
