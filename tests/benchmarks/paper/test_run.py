"""A whole run on a tiny world: rows, results, report, and what happens the second time."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from benchmarks.paper import run
from benchmarks.paper.budget import Budget
from benchmarks.paper.report import describe_budget, judge
from benchmarks.paper.results import Result, load_result, save_result
from benchmarks.paper.rows import list_rows
from benchmarks.paper.tables import judge_colors, table_of_decoders, table_of_methods, table_of_starts
from benchmarks.paper.timing import SampleTime, time_samples
from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.network.weights import load_checkpoint

RESULT = Result(6_697_817, 1_064_193, 0.9, 0.8, 12.5, 1488, 372, "a machine")
TIME = SampleTime(cpu=334.0, gpu=79.5)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Two sequences of two frames of 3 x 40 x 48 with a bright disc."""
    folder = tmp_path_factory.mktemp("data") / "Fluo-C3DH-A549-SIM"
    for sequence in ("01", "02"):
        (folder / sequence).mkdir(parents=True)
        (folder / f"{sequence}_GT" / "SEG").mkdir(parents=True)
        for frame in range(2):
            disc = cv2.circle(np.zeros((40, 48), np.uint16), (20 + frame, 20), 12, 1, -1)
            truth = np.stack([disc] * 3)
            noise = np.random.default_rng(frame).integers(0, 50, truth.shape)
            write_frame(folder / sequence / f"t{frame:03d}.tif", (100 + 500 * truth + noise).astype(np.uint16))
            write_mask(folder / f"{sequence}_GT" / "SEG" / f"man_seg{frame:03d}.tif", truth)
    return folder


def call(data, work, *more):
    small = ["--epochs", "1", "--input-size", "32", "--samples-per-epoch", "2", "--batch-size", "2", "--device", "cpu"]
    return run.main([str(data), "--work", str(work), *small, *more])


@pytest.fixture(scope="module")
def finished(data, tmp_path_factory):
    """The folder of a run of a row that can be run and one that cannot."""
    work = tmp_path_factory.mktemp("work")
    assert call(data, work, "--rows", "random-gray", "imagenet-gray") == 0
    return work


def test_report_tells_what_was_run_and_what_was_not(finished):
    text = (finished / "report.md").read_text()
    assert "A smaller budget than the paper's" in text
    assert "No verdict at this budget." in text
    assert "Fluo-C3DH-A549-SIM, as supplied; 6 slices trained on,\n  6 tested on" in text
    assert "| random | three copies of the slice | 0." in text
    assert "| dual U-Net | not run | - |" in text
    assert "| ImageNet | three copies of the slice | not run: no ImageNet weights | - |" in text
    for kind in ("bars", "examples"):
        assert f"report-{kind}.png" in text
        assert cv2.imread(str(finished / f"report-{kind}.png")) is not None


def test_results_and_masks_are_kept(finished):
    found = json.loads((finished / "random-gray" / "result.json").read_text())
    assert found["result"]["parameters"] == 6_697_817
    assert 0 <= found["result"]["seg"] <= 1
    assert [path.name for path in (finished / "random-gray" / "02_RES").iterdir()] == ["mask001.tif"]


def test_finished_rows_are_not_trained_again(data, finished, monkeypatch):
    monkeypatch.setattr(run, "run_row", None)
    (finished / "report.md").unlink()
    assert call(data, finished, "--rows", "random-gray") == 0
    assert (finished / "report.md").is_file()


@pytest.mark.slow
def test_both_u_nets_are_trained_and_scored(data, tmp_path):
    assert call(data, tmp_path, "--rows", "unet", "dual-unet") == 0
    text = (tmp_path / "report.md").read_text()
    assert "| U-Net | 31.4 M (31,402,497) | 0." in text
    assert "| dual U-Net | 46.4 M (46,397,442) | 0." in text


def test_another_budget_wants_another_folder(data, finished, capsys):
    assert call(data, finished, "--rows", "random-gray", "--seed", "1") == 2
    assert "result.json: is of another budget (seed differ): name another folder in WORK" in capsys.readouterr().err


def test_missing_encoder_weights_are_named(data, tmp_path, capsys):
    weights = tmp_path / "b5.safetensors"
    assert call(data, tmp_path, "--rows", "imagenet-gray", "--encoder-weights", str(weights)) == 2
    assert f"{weights}: no such encoder weights" in capsys.readouterr().err


def test_missing_data_are_named(tmp_path, capsys):
    assert call(tmp_path, tmp_path / "work") == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_result_of_other_frames_is_refused(data, tmp_path):
    path, world = tmp_path / "result.json", tmp_path / "world"
    shutil.copytree(data, world)
    save_result(path, RESULT, Budget(world))
    for folder, name in (("02", "t002.tif"), ("02_GT/SEG", "man_seg002.tif")):
        shutil.copy(world / folder / name.replace("2.", "1."), world / folder / name)
    with pytest.raises(ValueError, match="is of another budget \\(frames differ\\): name another folder in WORK"):
        load_result(path, Budget(world))


def test_checkpoint_of_a_row_can_be_loaded(finished):
    model, card = load_checkpoint(finished / "random-gray" / "last.safetensors")
    assert card.architecture.input_size == model.architecture.input_size == 32


def test_result_comes_back_and_a_broken_one_is_named(data, tmp_path):
    path, budget = tmp_path / "row" / "result.json", Budget(data, encoder_weights=tmp_path / "b5.safetensors")
    assert load_result(path, budget) is None
    save_result(path, RESULT, budget)
    assert load_result(path, budget) == RESULT
    path.write_text("{}")
    with pytest.raises(ValueError, match="is no result of this benchmark"):
        load_result(path, budget)


def test_tables_hold_the_papers_figures():
    rows = list_rows(imagenet=True)
    results, times = {row.name: RESULT for row in rows}, {row.name: TIME for row in rows}
    assert "| ImageNet | pseudocolors | 0.9000 | 0.800 |" in table_of_starts(rows, results)
    assert "| [112, 80, 48, 16] | 1.06 M | 0.9000 | 12.5 | 79.5 | 334 |" in table_of_decoders(rows, results, times)
    assert "| 6.7 M (6,697,817) | 0.800 | 0.119 | 0.9000 |" in table_of_methods(rows, results)
    assert table_of_decoders(rows, {}, {}).count("not run") == 3


def test_samples_are_timed_side_by_side():
    rows = [row for row in list_rows(imagenet=False) if row.name in ("random-gray", "decoder-112")]
    times = time_samples(rows, 32, torch.device("cpu"))
    assert list(times) == ["random-gray", "decoder-112"]
    assert all(time.cpu > 0 and time.gpu is None for time in times.values())


def test_colors_are_judged():
    better = replace(RESULT, mean_iou=0.95)
    assert "**beat** gray" in judge_colors({"random-gray": RESULT, "random-pseudocolor": better})
    assert "**do not beat** gray" in judge_colors({"random-gray": better, "random-pseudocolor": RESULT})
    assert "not both run" in judge_colors({"random-gray": RESULT})


@pytest.mark.parametrize(
    ("budget", "warning", "verdict"),
    [
        (Budget(Path(), epochs=2), "everything works", "No verdict"),
        (Budget(Path(), epochs=100, samples_per_epoch=9), "everything works", "No verdict"),
        (Budget(Path(), epochs=10), "with little training", "MeanIoU +0.0500. That is within this budget"),
        (Budget(Path()), "The paper's budget.", "MeanIoU +0.0500."),
    ],
)
def test_a_smaller_budget_is_told_and_a_tiny_one_not_judged(budget, warning, verdict):
    results = {"random-gray": RESULT, "random-pseudocolor": replace(RESULT, mean_iou=RESULT.mean_iou + 0.05)}
    assert warning in describe_budget(budget, 120)
    assert verdict in judge(results, budget, 120)


def test_data_say_whether_they_are_simulated(tmp_path):
    assert Budget(tmp_path).describe_data().endswith("as supplied")
    (tmp_path / "01_simulation.json").touch()
    assert Budget(tmp_path).describe_data().endswith("simulated by `ctc-submission simulate`")
    assert not Budget(tmp_path).has_imagenet
