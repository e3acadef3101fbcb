"""A submission, ready for the upload: planned, checked, written."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from ctc_submission.atomic import name_of_temporary, replacing, write_text_atomic
from ctc_submission.submission.checksums import CHECKSUMS, format_checksums, hash_stream
from ctc_submission.submission.findings import Finding
from ctc_submission.submission.naming import Run
from ctc_submission.submission.packaging.archive import write_archive
from ctc_submission.submission.packaging.collection import Sources, collect_software
from ctc_submission.submission.packaging.planned_results import PlannedResults, check_packed_results, plan_results
from ctc_submission.submission.software import Software
from ctc_submission.submission.validation.software_validation import validate_software

ARCHIVE = "SW.zip"
"""Name of the archive with executables, code and weights."""


@dataclass(frozen=True)
class Submission:
    """What will be uploaded."""

    runs: tuple[Run, ...]
    """The executables."""
    software: Software
    """The files of SW."""
    results: tuple[PlannedResults, ...]
    """The result folders."""
    dataset_dirs: tuple[Path, ...]
    """Folders of the datasets whose results were asked for."""

    @property
    def files(self) -> dict[str, Path]:
        """Where each file of the result folders comes from, by its path in the upload."""
        return {str(each.run.upload_folder / path.name): path for each in self.results for path in each.files}


def plan_submission(sources: Sources, runs: Sequence[Run], dataset_dirs: Sequence[Path]) -> Submission:
    """Find everything that belongs to a submission; nothing is written.

    Parameters
    ----------
    sources : Sources
        Where executables, code and weights come from.
    runs : sequence of Run
        The executables wanted, at least one.
    dataset_dirs : sequence of Path
        Folders of datasets whose results are to be uploaded.

    Raises
    ------
    FileNotFoundError, ValueError
        If something is not there or not as it must be.
    """
    results = plan_results(runs, dataset_dirs)
    records = {each.run: each.record for each in results if each.record is not None}
    software = collect_software(sources, runs, records)
    return Submission(tuple(runs), software, tuple(results), tuple(dataset_dirs))


def check_submission(submission: Submission) -> list[Finding]:
    """Check what will be uploaded, before it is written."""
    findings = validate_software(submission.software, submission.runs)
    return [*findings, *check_packed_results(submission.runs, submission.results, submission.dataset_dirs)]


def write_submission(submission: Submission, output: Path) -> None:
    """Write the archive, the result folders and, last, the checksums of all.

    Parameters
    ----------
    submission : Submission
        What to write.
    output : Path
        Folder for it; made if absent. An earlier package of the same files in it is replaced, file by file, and
        what a killed run left of them is removed.

    Raises
    ------
    ValueError
        If the folder holds files that do not belong to this submission.
    OSError
        If a file cannot be written.
    """
    files = submission.files
    names = {ARCHIVE, CHECKSUMS, *files}
    _refuse_others(output, names)
    output.mkdir(parents=True, exist_ok=True)
    sums = {}
    for name, source in tqdm(files.items(), desc="results", unit="file", disable=None):
        sums[name] = _copy(source, output / name)
    write_archive(output / ARCHIVE, submission.software, show_progress=True)
    with (output / ARCHIVE).open("rb") as file:
        sums[ARCHIVE] = hash_stream(file)
    write_text_atomic(output / CHECKSUMS, format_checksums(sums))
    for path in _others(output, names):
        path.unlink(missing_ok=True)


def _refuse_others(output: Path, names: set[str]) -> None:
    """Refuse a folder with files that would be uploaded unawares, but for what a killed run left of these files."""
    for path in _others(output, names):
        wanted = path.with_name(name_of_temporary(path.name) or path.name)
        if wanted.relative_to(output).as_posix() not in names:
            raise ValueError(f"{path}: does not belong to this submission; name an empty or a new folder")


def _others(output: Path, names: set[str]) -> list[Path]:
    """List the files in a folder that have other names."""
    there = sorted(path for path in output.rglob("*") if path.is_file())
    return [path for path in there if path.relative_to(output).as_posix() not in names]


def _copy(source: Path, target: Path) -> str:
    """Copy a file, and return its checksum."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file, replacing(target) as copy:
        shutil.copyfileobj(file, copy, 2**20)
    with target.open("rb") as file:
        return hash_stream(file)
