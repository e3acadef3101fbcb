"""A whole benchmark on tiny frames with tiny networks: masks agree, and the report says what was measured."""

import json

import cv2
import pytest

from benchmarks.speed import command


def call(models, work, output, *more):
    quick = ["--quick", "--frames", "2", "--runs", "1", "--device", "cpu"]
    return command.main([*quick, "--models", str(models), "--work", str(work), "--output", str(output), *more])


@pytest.fixture(scope="module")
def report(models, work, tmp_path_factory):
    """The folder of a report on one dataset."""
    output = tmp_path_factory.mktemp("report")
    parts = ["--parts", "frames", "--datasets", "Fluo-C3DH-A549-SIM", "--same-masks"]
    assert call(models, work, output, *parts) == 0
    return output


@pytest.fixture
def figures(report):
    return json.loads((report / "benchmark.json").read_text())


def test_a_dataset_is_measured_with_every_version(figures):
    (found,) = figures["datasets"]
    assert found["world"] == {"dataset": "Fluo-C3DH-A549-SIM", "shape": [3, 150, 175], "frames": 2}
    assert list(found["seconds"]) == ["sequential", "B5, float32, per slice", "B5", "Lite0"]
    assert [version["inputs"] for version in found["versions"].values()] == [3, 3, 3, 3]
    assert found["versions"]["Lite0"]["parameters"] == 878_209
    assert found["versions"]["Lite0"]["cells"] == 1
    assert found["times_faster"]["sequential"] == 1
    assert all(memory["peak"] > memory["imported"] > 0 for memory in found["memory"].values())
    assert found["versions"]["B5, float32, per slice"]["ran_on"].endswith(", float32")
    assert figures["networks"] == figures["scaling"] == []


def test_per_slice_masks_are_those_of_the_sequential_version(figures):
    check_agreement(figures["datasets"][0]["agreement"])


def check_agreement(found):
    """Rounding may carry a voxel in ten thousand over the threshold, and with it a few to another cell."""
    assert found["foreground"] <= found["voxels"] / 10_000
    assert found["cells"] <= found["voxels"] / 1000


def test_the_report_shows_what_was_measured(report):
    text = (report / "benchmark.md").read_text()
    assert "Tiny frames: this shows that all works" in text
    assert "Load average when it began: " in text
    assert "| Fluo-C3DH-A549-SIM | Lite0 | 0.88 | " in text
    assert "## Masks" in text
    assert "## GPU" not in text
    assert "## Scaling" not in text
    assert "(benchmark.png)" in text
    assert cv2.imread(str(report / "benchmark.png")) is not None


def test_work_holds_frames_but_no_masks(report, work):
    assert (work / "frames" / "Fluo-C3DH-A549-SIM-2x3x150x175" / "t001.tif").is_file()
    assert not list(work.rglob("mask*.tif"))


@pytest.mark.slow
def test_all_parts_are_measured(models, work, tmp_path):
    parts = ["networks", "frames", "nuclei", "start", "scaling"]
    assert call(models, work, tmp_path, "--parts", *parts) == 0
    figures = json.loads((tmp_path / "benchmark.json").read_text())
    inputs = [[version["inputs"] for version in each["versions"].values()] for each in figures["datasets"]]
    assert inputs == [[4, 8, 4], [6, 18, 18], [1, 3, 3]], "the published program leaves out two slices"
    assert all(each["agreement"] is None for each in figures["datasets"])
    text = (tmp_path / "benchmark.md").read_text()
    titles = [line for line in text.splitlines() if line.startswith("## ")]
    assert titles == [
        f"## {title}"
        for title in ("Networks side by side", "Frames", "Stages", "Memory", "The general model", "Start-up", "Scaling")
    ]
    assert "| slices | one frame, 96 x 96 | 4, 8, 12, 16 | " in text
    assert cv2.imread(str(tmp_path / "scaling.png")) is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--runs", "0"], "runs is 0, expected 1 or more"),
        (["--device", "tpu"], "device 'tpu' is unknown"),
        (["--parts", "frames", "--datasets", "Fluo-N3DL-TRIC", "--frames", "0"], "frames is 0"),
    ],
)
def test_bad_arguments_are_named(models, tmp_path, capsys, arguments, message):
    assert call(models, tmp_path / "work", tmp_path, *arguments) == 2
    assert message in capsys.readouterr().err


def test_nothing_is_left_where_no_folder_is_named(models, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert command.main(["--models", str(models), "--device", "tpu", "--output", str(tmp_path)]) == 2
    assert not list(tmp_path.iterdir())
