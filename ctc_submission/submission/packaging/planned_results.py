"""Result folders of a submission: where they come from, which files of them are uploaded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ctc_submission.challenge.record_places import record_path
from ctc_submission.challenge.run_record import find_record
from ctc_submission.submission.findings import Finding, error
from ctc_submission.submission.naming import Run
from ctc_submission.submission.validation.result_folder import ResultFolder, open_results
from ctc_submission.submission.validation.results_validation import validate_results

_TRACKS = "res_track.txt"


@dataclass(frozen=True)
class PlannedResults:
    """One result folder to be uploaded."""

    run: Run
    """What made it."""
    folder: ResultFolder
    """The masks, where they are, and their frames."""

    @property
    def files(self) -> list[Path]:
        """The masks and, where it is there, the track file; nothing else."""
        masks = [path for _, path in self.folder.masks()]
        tracks = self.folder.path / _TRACKS
        return [*masks, tracks] if tracks.is_file() else masks

    @property
    def record(self) -> Path | None:
        """The record of the run, where it is there."""
        path = record_path(self.folder.path)
        return path if path.is_file() else None


def plan_results(runs: Iterable[Run], dataset_dirs: Sequence[Path]) -> list[PlannedResults]:
    """Find the results of runs in the folders of their datasets; a run without results is left out.

    Raises
    ------
    FileNotFoundError
        If a folder does not exist.
    ValueError
        If a folder's name is none of the runs' datasets, or frames are not as they must be.
    """
    runs = list(runs)
    datasets = {run.dataset for run in runs}
    folders = {path.resolve().name: path for path in dataset_dirs}
    for name, path in folders.items():
        if not path.is_dir():
            raise FileNotFoundError(f"{path}: no such folder; expected a dataset's with results in 01_RES, 02_RES")
        if name not in datasets:
            raise ValueError(f"{path}: its name is none of the datasets packed, expected {', '.join(sorted(datasets))}")
    return [
        _plan(run, folders[run.dataset])
        for run in runs
        if run.dataset in folders and (folders[run.dataset] / run.results).is_dir()
    ]


def check_packed_results(
    runs: Iterable[Run], planned: Sequence[PlannedResults], dataset_dirs: Sequence[Path]
) -> Iterator[Finding]:
    """Check the results to be uploaded; a run without results is an error where those of its dataset were named."""
    there = {each.run for each in planned}
    for path in dataset_dirs:
        for run in runs:
            if run.dataset == path.resolve().name and run not in there:
                finding = f"there are no results of {run.script}"
                yield error(path / run.results, finding, "run it, or leave its sequence out with --sequences")
    for each in planned:
        yield from validate_results(each.folder, record=find_record(each.folder.path), show_progress=True)


def _plan(run: Run, dataset_dir: Path) -> PlannedResults:
    """Open the results of one run."""
    frames = dataset_dir / run.sequence
    opened = open_results(dataset_dir / run.results, frames if frames.is_dir() else None, run.dataset)
    return PlannedResults(run, opened)
