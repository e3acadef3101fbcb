"""Whole submissions, as they lie ready for the upload."""

import shutil

import pytest

from ctc_submission.submission.findings import Severity
from ctc_submission.submission.validation.upload import validate_upload


@pytest.fixture
def upload(world, tmp_path):
    """The submission of `world` without its frames, as a folder of its own."""
    folder = tmp_path / "upload"
    shutil.copytree(world.sw, folder / "SW")
    shutil.copytree(world.results, folder / world.dataset_dir.name / "01_RES")
    return folder


def problems(findings):
    return [(each.file, each.finding) for each in findings if each.severity is not Severity.NOTE]


def test_results_are_held_against_frames_elsewhere(world, upload):
    world.write_mask(1, world.cells()[:3])
    shutil.copy(world.mask(1), upload / "Fluo-C3DL-MDA231/01_RES")

    findings = validate_upload(upload, world.root)
    assert ("size (z, y, x) is 3 x 90 x 100, but t001.tif has 4 x 90 x 100") in [each.finding for each in findings]


def test_without_frames_the_rest_is_checked_and_it_is_said(upload):
    findings = validate_upload(upload)

    assert problems(findings) == [(str(upload / "SHA256SUMS"), "there are no checksums")]
    assert any("frames are not at hand" in each.finding for each in findings)


def test_missing_results_and_missing_executables_are_found(upload):
    shutil.move(upload / "Fluo-C3DL-MDA231/01_RES", upload / "Fluo-C3DL-MDA231/02_RES")

    found = dict(problems(validate_upload(upload)))
    assert found[f"{upload}/SW/Fluo-C3DL-MDA231-02.sh"].startswith("there is no executable for the results")
    assert found[f"{upload}/SW/Fluo-C3DL-MDA231-01.sh"].startswith("there are no results")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("Fluo-C3DL-MDA231/CSB/01_RES", "Fluo-C3DL-MDA231/01_RES"),
        ("Fluo-N3DL-TRIC/01_RES", "Fluo-N3DL-TRIC/CSB/01_RES"),
    ],
)
def test_results_in_the_wrong_place_are_found(upload, place, expected):
    (upload / place).parent.mkdir(parents=True, exist_ok=True)
    shutil.move(upload / "Fluo-C3DL-MDA231/01_RES", upload / place)

    found = dict(problems(validate_upload(upload)))
    assert found[str(upload / place)].endswith(f"are looked for in {expected}")


def test_a_submission_without_sw_is_found(upload):
    shutil.rmtree(upload / "SW")
    assert dict(problems(validate_upload(upload)))[str(upload / "SW")] == "there is no SW"


def test_what_is_no_submission_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere: no such folder"):
        validate_upload(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="neither SW nor results"):
        validate_upload(tmp_path / "empty")
