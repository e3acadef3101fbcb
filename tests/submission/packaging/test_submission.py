import subprocess

import pytest

from ctc_submission.submission.findings import Severity, has_errors
from ctc_submission.submission.naming import Run
from ctc_submission.submission.packaging.submission import check_submission, plan_submission, write_submission
from ctc_submission.submission.validation.upload import validate_upload

RUNS = [Run("Fluo-N3DL-TRIC", sequence) for sequence in ("01", "02")]


def listing(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_submission_is_laid_out_for_the_upload_and_passes(sources, tric, tmp_path):
    (tric / "01_RES" / "SEG_log.txt").write_text("a log")
    (tric / "02_RES" / "res_track.txt").write_text("1 0 0 0\n")
    submission = plan_submission(sources, RUNS, [tric])
    write_submission(submission, tmp_path / "out")

    assert listing(tmp_path / "out") == [
        "Fluo-N3DL-TRIC/CSB/01_RES/mask000.tif",
        "Fluo-N3DL-TRIC/CSB/02_RES/mask000.tif",
        "Fluo-N3DL-TRIC/CSB/02_RES/res_track.txt",
        "SHA256SUMS",
        "SW.zip",
    ]
    done = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True, check=False
    )
    assert (done.returncode, done.stdout.count(b": OK\n")) == (0, 4)
    findings = validate_upload(tmp_path / "out", tric.parent)
    assert [each.severity for each in findings if each.finding.startswith("pip install:")] == [Severity.NOTE]
    assert not [each for each in findings if each.severity is not Severity.NOTE]


def test_generalizable_results_keep_their_names(sources, tric, tmp_path):
    runs = [Run("Fluo-N3DL-TRIC", "01", "GT+ST")]
    write_submission(plan_submission(sources, runs, [tric]), tmp_path / "out")
    assert listing(tmp_path / "out")[0] == "Fluo-N3DL-TRIC/CSB/01_RES-GT+ST/mask000.tif"


def test_packing_again_gives_the_same_bytes(sources, tric, tmp_path):
    submission = plan_submission(sources, RUNS, [tric])
    contents = []
    for _ in range(2):
        write_submission(submission, tmp_path / "out")
        contents.append([(tmp_path / "out" / name).read_bytes() for name in listing(tmp_path / "out")])
    assert contents[0] == contents[1]


def test_other_files_in_the_folder_are_refused_and_stay(sources, tric, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"notes\.txt: does not belong to this submission"):
        write_submission(plan_submission(sources, RUNS, [tric]), tmp_path / "out")
    assert listing(tmp_path / "out") == ["notes.txt"]


@pytest.mark.parametrize(
    "leftover",
    [".SW.zip.part", ".SHA256SUMS.part", ".SW.zip.0123abcd.part", "Fluo-N3DL-TRIC/CSB/01_RES/.mask000.tif.part"],
)
def test_what_a_killed_run_left_does_not_stop_the_next(sources, tric, tmp_path, leftover):
    submission = plan_submission(sources, RUNS, [tric])
    write_submission(submission, tmp_path / "whole")
    path = tmp_path / "out" / leftover
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half of it")
    write_submission(submission, tmp_path / "out")
    assert listing(tmp_path / "out") == listing(tmp_path / "whole")


def test_temporary_files_of_others_are_refused_and_stay(sources, tric, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".notes.txt.part").write_text("mine")
    with pytest.raises(ValueError, match=r"\.notes\.txt\.part: does not belong to this submission"):
        write_submission(plan_submission(sources, RUNS, [tric]), tmp_path / "out")
    assert listing(tmp_path / "out") == [".notes.txt.part"]


def test_a_flaw_is_found_before_anything_is_written(sources, tric):
    (tric / "01_RES" / "mask000.tif").write_text("no mask")
    findings = check_submission(plan_submission(sources, RUNS, [tric]))
    assert [each.file for each in findings if has_errors([each])] == [str(tric / "01_RES" / "mask000.tif")]


def test_results_that_are_not_there_are_an_error(sources, tric):
    for path in (tric / "02_RES").iterdir():
        path.unlink()
    (tric / "02_RES").rmdir()
    findings = check_submission(plan_submission(sources, RUNS, [tric]))
    assert [each.finding for each in findings if has_errors([each])] == ["there are no results of Fluo-N3DL-TRIC-02.sh"]


def test_results_without_frames_at_hand_can_be_packed(sources, tric, tmp_path):
    for sequence in ("01", "02"):
        (tric / sequence).rename(tmp_path / sequence)
    submission = plan_submission(sources, RUNS, [tric])
    assert not has_errors(check_submission(submission))


@pytest.mark.parametrize(
    ("folder", "kind", "words"),
    [("nowhere", FileNotFoundError, "no such folder"), (".", ValueError, "none of the datasets packed")],
)
def test_folders_of_other_datasets_are_refused(sources, tmp_path, folder, kind, words):
    with pytest.raises(kind, match=words):
        plan_submission(sources, RUNS, [tmp_path / folder])
