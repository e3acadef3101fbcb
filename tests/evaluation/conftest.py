"""A tiny dataset in the challenge's layout, built mask by mask."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tifffile


@dataclass(frozen=True)
class World:
    """Writes references and results of sequence 01 into a dataset folder."""

    folder: Path
    digits: int = 3

    def seg(self, frame: int, labels, z: int | None = None) -> Path:
        stem = f"{frame:0{self.digits}}" if z is None else f"_{frame:0{self.digits}}_{z:03}"
        return write(self.folder / "01_GT" / "SEG" / f"man_seg{stem}.tif", labels)

    def tra(self, frame: int, labels) -> Path:
        return write(self.folder / "01_GT" / "TRA" / f"man_track{frame:0{self.digits}}.tif", labels)

    def mask(self, frame: int, labels) -> Path:
        return write(self.results / f"mask{frame:0{self.digits}}.tif", labels)

    def tracks(self, reference: str, result: str) -> None:
        (self.folder / "01_GT" / "TRA" / "man_track.txt").write_text(reference)
        (self.results / "res_track.txt").write_text(result)

    @property
    def results(self) -> Path:
        return self.folder / "01_RES"

    @property
    def arguments(self) -> list[str]:
        return [str(self.folder), "01", str(self.digits)]


LARGE_LABELS = {"a": 40000, "z": 65535}


def draw(picture: str) -> np.ndarray:
    """Read a picture of labels: one digit (or a, z for large ones) per voxel, / between rows, | between slices."""
    stack = [
        [[LARGE_LABELS.get(c) or int(c.replace(".", "0")) for c in row] for row in page.split("/")]
        for page in picture.split("|")
    ]
    return np.array(stack, np.uint16)


def write(path: Path, labels) -> Path:
    labels = draw(labels) if isinstance(labels, str) else labels
    path.parent.mkdir(parents=True, exist_ok=True)
    tifffile.imwrite(path, np.asarray(labels, np.uint16), photometric="minisblack", compression="zlib", metadata=None)
    return path


@pytest.fixture
def world(tmp_path) -> World:
    folder = tmp_path / "Fluo-C3DL-MDA231"
    (folder / "01_RES").mkdir(parents=True)
    return World(folder)


@pytest.fixture
def world_of_four_digits(world) -> World:
    return World(world.folder, digits=4)
