"""Tiny sequences with results: one with references and links, markers alone, no references, and one gone wrong."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import find_frames, read_frame, write_frame, write_mask
from ctc_submission.reporting.report import write_reports
from ctc_submission.reporting.source import ReportSource
from ctc_submission.simulation.simulate import simulate_sequence

DATASET = "Fluo-C3DL-MDA231"


@dataclass
class Page(HTMLParser):
    """What a test asks of a page."""

    text: str
    lights: dict[str, str] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    assumptions: int = 0

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if "data-light" in values:
            self.lights[values["data-light"]] = values["data-state"]
        if "data-measure" in values:
            self.measures.append(values["data-measure"])
        self.assumptions += values.get("class") == "assumption"
        self.ids.add(values.get("id", ""))
        self.links += [values["href"]] if "href" in values else []
        self.sources += [values["src"]] if "src" in values else []


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of three frames with whole references, and a result: the references, linked, one cell lost."""
    folder = tmp_path_factory.mktemp("simulated") / DATASET
    simulate_sequence(folder, DATASET, frames=3, seed=3, scale=0.25, annotate="frames")
    (folder / "01_RES").mkdir()
    for reference in find_frames(folder / "01_GT/SEG", "man_seg"):
        labels = read_frame(reference.path, as_labels=True)
        write_mask(folder / "01_RES" / reference.mask_name, labels)
    shutil.copy(folder / "01_GT/TRA/man_track.txt", folder / "01_RES/res_track.txt")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> tuple[Path, Path]:
    """A recording of twelve balls in seven frames with nothing stated of voxels, and right masks."""
    frames, masks = tmp_path / "recording", tmp_path / "masks"
    for folder in (frames, masks):
        folder.mkdir()
    rng = np.random.default_rng(0)
    grid = np.indices((7, 60, 80)).astype(float)
    for number in range(7):
        labels = np.zeros(grid.shape[1:], np.uint16)
        for index in range(12):
            y, x = 10 + 20 * (index // 4), 10 + 20 * (index % 4)
            labels[((grid[0] - 3) / 2.5) ** 2 + ((grid[1] - y) ** 2 + (grid[2] - x) ** 2) / 36 < 1] = index + 1
        image = rng.normal(100, 5, labels.shape) + 200 * (labels > 0)
        write_frame(frames / f"t{number:03d}.tif", image.astype(np.uint16))
        write_mask(masks / f"mask{number:03d}.tif", labels)
    return frames, masks


def spoil(masks: Path) -> None:
    """Empty frame 2, give two neighbors of frame 4 one label, and leave a record of an assumed voxel size."""
    empty = read_frame(masks / "mask002.tif", as_labels=True)
    write_mask(masks / "mask002.tif", np.zeros_like(empty))
    fused = read_frame(masks / "mask004.tif", as_labels=True)
    fused[3, 8:13, 15:26] = 1
    fused[fused == 2] = 1
    write_mask(masks / "mask004.tif", fused)
    record = {"voxel_size": {"text": "1 x 1 x 1", "known": False}, "made_by": {"version": "0", "weights": {"a": "b"}}}
    masks.with_name("masks.json").write_text(json.dumps(record))


@pytest.fixture
def page(tmp_path: Path) -> Callable[[ReportSource], Page]:
    def report(source: ReportSource) -> Page:
        (path,) = write_reports([source], tmp_path / "reports")
        assert path.stat().st_size < 20_000_000
        return Page(path.read_text(encoding="utf-8"))

    return report
