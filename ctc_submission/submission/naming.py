"""Names of a submission: executables, result folders, where they lie; regular and generalizable."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

TRAINING_CONFIGURATIONS = ("GT", "ST", "GT+ST", "allGT", "allST", "allGT+allST")
"""What a generalizable submission may have been trained on."""
DENSE_RESULTS = frozenset({"Fluo-N3DL-DRO", "Fluo-N3DL-TRIC", "Fluo-N3DL-TRIF"})
"""Datasets whose dense segmentation results lie in a folder ``CSB`` of their own."""

_CONFIGURATION = "|".join(re.escape(name) for name in TRAINING_CONFIGURATIONS)
_SCRIPT = re.compile(rf"(?P<dataset>[A-Z].+)-(?P<sequence>\d\d)(-(?P<configuration>{_CONFIGURATION}))?\.(sh|bat)")
_RESULTS = re.compile(rf"(?P<sequence>\d\d)_RES(-(?P<configuration>{_CONFIGURATION}))?")


@dataclass(frozen=True)
class Run:
    """One executable and what it writes."""

    dataset: str
    """Name of the dataset."""
    sequence: str
    """Name of the sequence: two digits."""
    configuration: str | None = None
    """What it was trained on, one of `TRAINING_CONFIGURATIONS`; None in a regular submission."""

    def __post_init__(self) -> None:
        if self.configuration not in (None, *TRAINING_CONFIGURATIONS):
            expected = ", ".join(TRAINING_CONFIGURATIONS)
            raise ValueError(f"training configuration is '{self.configuration}', expected one of {expected}")
        if not re.fullmatch(r"\d\d", self.sequence):
            raise ValueError(f"sequence is '{self.sequence}', expected two digits, such as 01")

    @property
    def suffix(self) -> str:
        """What a generalizable submission adds to names, such as ``-GT``; empty in a regular one."""
        return f"-{self.configuration}" if self.configuration else ""

    @property
    def script(self) -> str:
        """Name of the executable."""
        return f"{self.dataset}-{self.sequence}{self.suffix}.sh"

    @property
    def results(self) -> str:
        """Name of the result folder."""
        return f"{self.sequence}_RES{self.suffix}"

    @property
    def record(self) -> str:
        """Where the record of the run lies within SW."""
        return f"records/{self.dataset}-{self.results}.json"

    @property
    def upload_folder(self) -> PurePosixPath:
        """Where the masks lie in the upload."""
        dataset = PurePosixPath(self.dataset)
        return (dataset / "CSB" if self.dataset in DENSE_RESULTS else dataset) / self.results


def parse_script(name: str) -> Run | None:
    """Read the name of an executable, ``DATASET-SEQ.sh`` or ``DATASET-SEQ-CONFIG.sh`` (or ``.bat``); None otherwise."""
    found = _SCRIPT.fullmatch(name)
    return Run(found["dataset"], found["sequence"], found["configuration"]) if found else None


def parse_results(dataset: str, name: str) -> Run | None:
    """Read the name of a result folder, ``SEQ_RES`` or ``SEQ_RES-CONFIG``; None otherwise."""
    found = _RESULTS.fullmatch(name)
    return Run(dataset, found["sequence"], found["configuration"]) if found else None
