"""What goes into SW: executables, code, weights, configurations, requirements, records, README, checksums."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ctc_submission.challenge.run_record import without_folders
from ctc_submission.resources import DOCUMENTS, FOLDERS, models_folder, resources_folder
from ctc_submission.submission.checksums import CHECKSUMS, format_checksums, hash_stream
from ctc_submission.submission.naming import Run
from ctc_submission.submission.packaging.packed_executables import read_executable, weights_of
from ctc_submission.submission.packaging.readme import write_readme
from ctc_submission.submission.software import Software, SoftwareFile, file_of_bytes, file_of_text, file_on_disk

_PACKAGE = "ctc_submission"
REPOSITORY = resources_folder()
"""Where ``SW``, ``models`` and the documents lie: the repository, or the installed package."""
_DOCUMENTS = ("LICENSE", "NOTICE", "requirements.txt")
_HELPER = "_setup.sh"
_STARTS_FROM = re.compile(r'^dataset\s*=\s*"([^"]+)"', re.MULTILINE)


@dataclass(frozen=True)
class Sources:
    """Where the files of SW come from."""

    repository: Path = REPOSITORY
    """Folder with ``SW`` and documents, in the package or with the package in it."""
    models: Path = field(default_factory=models_folder)
    """Folder of the weights, under the names that the executables have for them."""
    wheels: tuple[Path, ...] = ()
    """Wheels to put inside."""
    executables: Path | None = None
    """Folder of the executables and the script that they share; ``SW`` of the repository if not given."""

    def __post_init__(self) -> None:
        for path in (self.scripts / _HELPER, *(self.repository / name for name in _DOCUMENTS)):
            if not path.is_file():
                raise FileNotFoundError(
                    f"{path}: not there; call this from the repository or an installed package, which have executables"
                )

    @property
    def scripts(self) -> Path:
        """Folder of the executables."""
        return self.executables or self.repository / "SW"

    @property
    def package(self) -> Path:
        """Folder of the Python package."""
        beside = self.repository / _PACKAGE
        return beside if beside.is_dir() else self.repository


def collect_software(sources: Sources, runs: Sequence[Run], records: Mapping[Run, Path]) -> Software:
    """List the files of SW, none of them written yet.

    Parameters
    ----------
    sources : Sources
        Where they come from.
    runs : sequence of Run
        The executables wanted.
    records : mapping of Run to Path
        Records of runs, as far as there are any.

    Raises
    ------
    FileNotFoundError
        If weights that an executable names are not there.
    """
    files = [
        *_executables(sources, runs),
        *_weights(sources, runs),
        *_configurations(sources, runs),
        *_code(sources.package),
        *(file_on_disk(sources.repository / name, name) for name in _DOCUMENTS),
        *(file_of_text(run.record, _read_record(path)) for run, path in records.items()),
        *(file_on_disk(path, f"wheels/{path.name}") for path in sources.wheels),
        file_of_text("README.md", write_readme(runs, bool(sources.wheels))),
    ]
    sums = {file.name: _hash(file) for file in files}
    files.append(file_of_text(CHECKSUMS, format_checksums(sums)))
    return Software("SW", tuple(sorted(files, key=lambda file: file.name)))


def _executables(sources: Sources, runs: Sequence[Run]) -> Iterator[SoftwareFile]:
    """List the executables and the script that they share."""
    yield file_on_disk(sources.scripts / _HELPER, _HELPER)
    for run in runs:
        yield file_of_text(run.script, read_executable(sources.scripts, run), executable=True)


def _weights(sources: Sources, runs: Sequence[Run]) -> Iterator[SoftwareFile]:
    """List the weights that the executables name, with the cards that describe them."""
    wanted = {name for run in runs for name in weights_of(read_executable(sources.scripts, run))}
    for name in sorted(wanted):
        path = sources.models / Path(name).name
        if not path.is_file():
            raise FileNotFoundError(f"{path}: no such weights; train them, or name their folder with --models")
        yield file_on_disk(path, f"models/{name}")
    folder = f"models/{runs[0].configuration}" if runs[0].configuration else "models"
    for stem in sorted({Path(name).stem for name in wanted} | {run.dataset for run in runs}):
        card = sources.models / f"{stem}.md"
        if card.is_file():
            yield file_on_disk(card, f"{folder}/{card.name}")


def _configurations(sources: Sources, runs: Sequence[Run]) -> Iterator[SoftwareFile]:
    """List the configurations of the datasets, and those that they start from."""
    wanted, done = {run.dataset for run in runs}, set[str]()
    while wanted - done:
        name = min(wanted - done)
        done.add(name)
        candidates = (sources.models / f"{name}.toml", sources.repository / "models" / f"{name}.toml")
        path = next((path for path in candidates if path.is_file()), None)
        if path:
            yield file_on_disk(path, f"models/{path.name}")
            wanted.update(_STARTS_FROM.findall(path.read_text(encoding="utf-8")))


def _code(package: Path) -> Iterator[SoftwareFile]:
    """Read the files of the Python package, all at once: edited meanwhile they would not fit their checksums."""
    for path in package.rglob("*"):
        name = path.relative_to(package)
        taken_along = name.parts[0] in (*FOLDERS, *DOCUMENTS)
        if path.is_file() and path.suffix != ".pyc" and "__pycache__" not in path.parts and not taken_along:
            yield file_of_bytes(f"{_PACKAGE}/{name.as_posix()}", path.read_bytes())


def _read_record(path: Path) -> str:
    """Read the record of a run as others may see it."""
    try:
        return without_folders(path.read_text(encoding="utf-8", errors="replace"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}; move it away, or run the executable again") from error


def _hash(file: SoftwareFile) -> str:
    with file.open() as stream:
        return hash_stream(stream)
