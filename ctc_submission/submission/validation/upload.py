"""All checks of a whole submission: SW, result folders where they belong, checksums."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ctc_submission.challenge.run_record import Record
from ctc_submission.submission.checksums import check_checksums
from ctc_submission.submission.findings import Finding, error, warning
from ctc_submission.submission.naming import DENSE_RESULTS, Run, parse_results
from ctc_submission.submission.software import Software, read_software
from ctc_submission.submission.validation.result_folder import open_results
from ctc_submission.submission.validation.results_validation import validate_results
from ctc_submission.submission.validation.script_text import read_scripts
from ctc_submission.submission.validation.software_validation import validate_software

_SOFTWARE = ("SW.zip", "SW")


@dataclass(frozen=True)
class UploadedResults:
    """A result folder of a submission."""

    run: Run
    """What it holds the results of."""
    path: Path
    """Where it lies."""


def validate_upload(folder: Path, data: Path | None = None, *, show_progress: bool = False) -> list[Finding]:
    """Check a whole submission, as it lies ready for the upload.

    Parameters
    ----------
    folder : Path
        Folder with ``SW.zip`` or ``SW``, and ``DATASET/0N_RES`` (``DATASET/CSB/0N_RES`` for DRO, TRIC and TRIF).
    data : Path, optional
        Folder of the datasets, with the frames in ``DATASET/0N``; `folder` itself by default.
    show_progress : bool
        Show a progress bar on a terminal.

    Returns
    -------
    list of Finding
        In the order of the checks.

    Raises
    ------
    FileNotFoundError
        If there is no such folder, or neither SW nor results in it.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder; expected a submission with SW and result folders")
    uploaded = list(find_uploaded(folder))
    packed = find_software(folder)
    if packed is None and not uploaded:
        raise FileNotFoundError(
            f"{folder}: neither SW nor results DATASET/0N_RES; name a sequence after a dataset's folder"
        )
    findings = list(check_checksums(folder))
    if packed is None:
        findings.append(error(folder / "SW", "there is no SW", "add executables, code and weights"))
    else:
        findings += validate_software(packed, [each.run for each in uploaded])
        findings += _check_results_there(packed, uploaded)
    for each in uploaded:
        findings += _check_place(folder, each)
        findings += _validate_folder(each, data or folder, _record(packed, each.run), show_progress)
    return findings


def find_software(folder: Path) -> Software | None:
    """Find SW in a submission's folder, packed or unpacked; None if there is neither."""
    place = next((folder / name for name in _SOFTWARE if (folder / name).exists()), None)
    return read_software(place) if place else None


def find_uploaded(folder: Path) -> Iterator[UploadedResults]:
    """Find the result folders of a submission, in the order of their names."""
    for dataset in sorted(path for path in folder.iterdir() if path.is_dir()):
        for parent in (dataset, dataset / "CSB"):
            for path in sorted(parent.glob("*_RES*")):
                run = parse_results(dataset.name, path.name)
                if run and path.is_dir():
                    yield UploadedResults(run, path)


def _record(packed: Software | None, run: Run) -> Record | None:
    """Find the record of a run inside SW."""
    file = packed.find(run.record) if packed else None
    return Record(packed.path(file.name), file.read().decode(errors="replace")) if packed and file else None


def _check_results_there(packed: Software, uploaded: list[UploadedResults]) -> Iterator[Finding]:
    """Find executables without results."""
    runs = {each.run for each in uploaded}
    for script in read_scripts(packed):
        if script.run and script.run not in runs:
            yield warning(
                script.file, f"there are no results {script.run.upload_folder}", "add the masks that it writes"
            )


def _check_place(folder: Path, uploaded: UploadedResults) -> Iterator[Finding]:
    """Find results in another folder than the organizers look in."""
    expected = folder / uploaded.run.upload_folder
    if uploaded.path != expected:
        kind = "dense results" if uploaded.run.dataset in DENSE_RESULTS else "results"
        yield error(
            uploaded.path, f"{kind} of this dataset are looked for in {uploaded.run.upload_folder}", "move them"
        )


def _validate_folder(
    uploaded: UploadedResults, data: Path, record: Record | None, show_progress: bool
) -> list[Finding]:
    """Check the masks, against their frames where these are at hand."""
    frames = data / uploaded.run.dataset / uploaded.run.sequence
    results = open_results(uploaded.path, frames if frames.is_dir() else None, uploaded.run.dataset)
    return validate_results(results, record=record, show_progress=show_progress)
