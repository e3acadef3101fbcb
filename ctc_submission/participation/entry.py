"""What is taken part in with what: dataset, training data, network, and where everything lies."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.challenge.datasets import Dataset, find_dataset
from ctc_submission.download.archives import BASE_URL, Archive, Part
from ctc_submission.participation.recipes import Recipe, recipe_for
from ctc_submission.submission.naming import Run
from ctc_submission.training.data.truth import Truth

if TYPE_CHECKING:
    from ctc_submission.download.dataset import Destination

SEQUENCES = ("01", "02")
"""Sequences of every dataset of the challenge, in training and in test data."""
VALIDATION_SAMPLES = 128
"""Samples that each epoch is validated on, at most."""
CONFIGURATIONS: tuple[Truth, ...] = ("GT", "ST", "GT+ST")
"""What one dataset can be trained on."""


@dataclass(frozen=True)
class Participation:
    """A participation in the challenge with one dataset."""

    dataset: str
    """The challenge's name."""
    work: Path
    """Folder of trainings, results, executables and the upload."""
    config: Truth | None = None
    """Training data of a generalizable submission; None for a regular one, trained on gold truth."""
    network: str = "lite0"
    """What is trained, one of `NETWORKS`."""
    data: Path = Path("data")
    """Folder of the downloads."""
    base_url: str = BASE_URL
    """Where they come from."""
    epochs: int = 40
    """Epochs of each training."""
    samples: int = 480
    """Samples of an epoch."""
    device: str = "auto"
    """What computes."""
    scores: bool = True
    """Whether it scores itself by leaving out a sequence."""
    any_checksum: bool = False
    """Whether archives with another checksum than the known one are taken."""
    train_options: tuple[str, ...] = field(default=())
    """Further options of ``ctc-submission train``."""

    def __post_init__(self) -> None:
        find_dataset(self.dataset)
        if self.config not in (None, *CONFIGURATIONS):
            raise ValueError(f"training configuration is '{self.config}', expected one of {', '.join(CONFIGURATIONS)}")
        if self.epochs < 1 or self.samples < 1:
            raise ValueError(f"{self.epochs} epochs of {self.samples} samples, expected 1 or more of both")

    @property
    def facts(self) -> Dataset:
        """What the challenge says of the dataset."""
        return find_dataset(self.dataset)

    @property
    def recipe(self) -> Recipe:
        """How it is trained and segmented."""
        return recipe_for(self.facts, self.network)

    @property
    def truth(self) -> Truth:
        """What networks are trained on; silver truth alone is staged as if it were gold, for thresholds too."""
        return "GT" if self.config is None or self.config == "ST" else self.config

    @property
    def training(self) -> Path:
        """Folder of the training data, with the reference annotations that may be learned from."""
        return self.work / "silver" / self.dataset if self.config == "ST" else self.destination("training").folder

    @property
    def test(self) -> Path:
        """Folder of the test data with the results beside them; the frames are links to the downloaded ones."""
        return self.work / "test" / self.dataset

    @property
    def models(self) -> Path:
        """Folder of the weights to be packed."""
        return self.work / "models"

    @property
    def executables(self) -> Path:
        """Folder of the executables to be packed."""
        return self.work / "SW"

    @property
    def upload(self) -> Path:
        """Folder of what is to be uploaded."""
        return self.work / "upload"

    @property
    def runs(self) -> list[Run]:
        """The executables, and what they write."""
        return [Run(self.dataset, sequence, self.config) for sequence in SEQUENCES]

    def destination(self, part: Part) -> "Destination":
        """Tell where a part of the data comes from, and where it goes."""
        from ctc_submission.download.dataset import Destination

        return Destination(Archive(self.dataset, part, self.base_url), self.data)

    def weights(self, index: int) -> str:
        """Name the weights of the first or the second network, as executables do."""
        return f"{self.dataset}-{('segmentation', 'centers')[index]}.safetensors"


def stage_silver(entry: Participation) -> None:
    """Lay out the training data with silver truth where gold truth is looked for, by links."""
    source = entry.destination("training").folder.absolute()
    for sequence in SEQUENCES:
        _link(entry.training / sequence, source / sequence)
        _link(entry.training / f"{sequence}_GT" / "SEG", source / f"{sequence}_ST" / "SEG")


def stage_test(entry: Participation) -> None:
    """Lay out the test data in a folder of their own for the results, by links."""
    for sequence in SEQUENCES:
        _link(entry.test / sequence, entry.destination("test").folder.absolute() / sequence)


def _link(path: Path, target: Path) -> None:
    if not target.is_dir():
        raise FileNotFoundError(f"{target}: no such folder; expected one of the downloaded data")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_symlink():
        path.symlink_to(os.path.relpath(target.resolve(), path.parent.resolve()), target_is_directory=True)
