"""A whole run on a tiny world: rows, results, report, and what happens the second time."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import pytest
import torch

from benchmarks.paper import run
from benchmarks.paper.budget import Budget
from benchmarks.paper.curves import Curve
from benchmarks.paper.descriptions import describe_budget, describe_origins
from benchmarks.paper.experiment import train_for
from benchmarks.paper.results import Result, load_result, save_result
from benchmarks.paper.rows import list_rows
from benchmarks.paper.tables import table_of_curves, table_of_decoders, table_of_methods, table_of_starts
from benchmarks.paper.timing import SampleTime, time_samples
from benchmarks.paper.verdicts import judge, judge_colors, judge_starts
from ctc_submission.network.imagenet import read_imagenet
from ctc_submission.network.weights import load_checkpoint
from ctc_submission.training.epoch_results import EpochResult

RESULT = Result(6_697_817, 1_064_193, 0.9, 0.8, 12.5, 1488, 372, "a machine")
CURVE = Curve((0.2, 0.2), (0.85, 0.9), (13.0, 12.0))
ROWS_RUN = ("random-gray", "imagenet-gray")
TIME = SampleTime(cpu=334.0, gpu=79.5)


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
    found = json.loads((finished / "random-gray-0" / "result.json").read_text())
    assert found["result"]["parameters"] == 6_697_817
    assert 0 <= found["result"]["seg"] <= 1
    assert [path.name for path in (finished / "random-gray-0" / "02_RES").iterdir()] == ["mask001.tif"]


@pytest.fixture(scope="module")
def two_seeds(embryos, tmp_path_factory):
    """The folder of a run of two rows with two seeds, on nuclei, with a small encoder."""
    work = tmp_path_factory.mktemp("work")
    small = ["--encoder", "tf_efficientnet_lite0", "--decoder", "separable", "--seeds", "1", "2"]
    small += ["--samples-per-epoch", "4", "--rows", "random-gray", "imagenet-gray"]
    assert call(embryos, work, *small) == 0
    return work, small


def test_small_encoder_starts_from_the_weights_of_its_package(two_seeds):
    work, _ = two_seeds
    _, card = load_checkpoint(work / "imagenet-gray-2" / "last.safetensors")
    assert (card.architecture.encoder, card.architecture.decoder) == ("tf_efficientnet_lite0", "separable")
    random, pretrained = (load_checkpoint(work / f"{row}-1" / "last.safetensors")[0] for row in ROWS_RUN)
    stems = [network.encoder.conv_stem.weight for network in (random, pretrained)]
    expected = read_imagenet("tf_efficientnet_lite0")["conv_stem.weight"]
    differences = [(stem - expected).abs().mean().item() for stem in stems]
    assert differences[1] < 0.01 < differences[0]


def test_report_gives_ranges_over_seeds(two_seeds):
    text = (two_seeds[0] / "report.md").read_text()
    assert re.search(r"\| ImageNet \| three copies of the slice \| 0\.\d{4} \(0\.\d{4} to 0\.\d{4}\) \|", text)
    assert "Seeds 1, 2: means, with the range over the seeds in parentheses." in text
    assert "bbbc050-train, as supplied; 4 slices trained on,\n  8 tested on, sequences 05, 10 (the paper" in text
    assert "Encoder: tf_efficientnet_lite0, **not the paper's**." in text
    assert "a watershed of the foreground's distance map" in text
    assert "None has the 10 epochs" in text
    assert cv2.imread(str(two_seeds[0] / "report-curves.png")) is not None


def test_masks_of_whole_test_sequences_are_written(two_seeds):
    results = two_seeds[0] / "random-gray-1"
    assert [path.name for path in sorted(results.glob("*_RES/*.tif"))] == ["mask000.tif"] * 2
    assert [path.parent.name for path in sorted(results.glob("*_RES/*.tif"))] == ["05_RES", "10_RES"]


def test_rows_go_on_when_epochs_are_raised(embryos, two_seeds, tmp_path):
    work = tmp_path / "work"
    shutil.copytree(two_seeds[0], work)
    options = [*two_seeds[1], "--rows", "random-gray", "--seeds", "1", "--epochs", "2"]
    assert call(embryos, work, *options) == 0
    log = (work / "random-gray-1" / "log.csv").read_text().splitlines()
    before = (two_seeds[0] / "random-gray-1" / "log.csv").read_text().splitlines()
    assert (len(before), len(log)) == (2, 3)
    assert log[:2] == before


def test_only_a_report_trains_nothing(embryos, two_seeds, tmp_path):
    report = tmp_path / "report.md"
    assert (
        call(embryos, two_seeds[0], *two_seeds[1], "--seeds", "1", "3", "--only-report", "--report", str(report)) == 0
    )
    assert "One run, one seed (1)" in report.read_text()
    assert not (two_seeds[0] / "random-gray-3").exists()


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


@pytest.mark.slow
def test_u_net_learns_as_long_as_the_reference(embryos, tmp_path):
    small = ["--encoder", "tf_efficientnet_lite0", "--same-time", "--samples-per-epoch", "4", "--epochs", "3"]
    assert call(embryos, tmp_path, *small, "--rows", "imagenet-pseudocolor", "unet") == 0
    text = (tmp_path / "report.md").read_text()
    assert "trained for as long as `imagenet-pseudocolor` with the same seed" in text
    assert "| U-Net | 31.4 M (31,402,497) | 0." in text


def test_the_same_time_needs_a_finished_reference(embryos, tmp_path, capsys):
    assert call(embryos, tmp_path, "--same-time", "--rows", "unet") == 2
    assert "train random-pseudocolor with seed 0 first" in capsys.readouterr().err


@pytest.mark.parametrize(("seconds", "epochs"), [(1, 1), (14, 1), (16, 2), (34, 3)])
def test_training_ends_within_half_an_epoch_of_its_time(seconds, epochs):
    def train_until(count):
        return [EpochResult(epoch, 0, 0, 0, 0, 10.0) for epoch in range(1, count + 1)]

    assert len(train_for(seconds, train_until)) == epochs


def test_epochs_of_comparators_have_a_sixteenth_of_the_slices():
    short = Budget(Path(), samples_per_epoch=400).shorten(300)
    assert (short.samples_per_epoch, short.validation_samples) == (16, 16)
    assert Budget(Path(), samples_per_epoch=16).shorten(300).samples_per_epoch == Budget.batch_size


def test_another_budget_wants_another_folder(data, finished, capsys):
    assert call(data, finished, "--rows", "random-gray", "--batch-size", "1") == 2
    assert (
        "result.json: is of another budget (batch_size differ): name another folder in WORK" in capsys.readouterr().err
    )


def test_missing_encoder_weights_are_named(data, tmp_path, capsys):
    weights = tmp_path / "b5.safetensors"
    assert call(data, tmp_path, "--rows", "imagenet-gray", "--encoder-weights", str(weights)) == 2
    assert f"{weights}: no such encoder weights" in capsys.readouterr().err


def test_missing_data_are_named(tmp_path, capsys):
    assert call(tmp_path, tmp_path / "work") == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_result_of_other_frames_is_refused(data, tmp_path):
    path, world = tmp_path / "result.json", tmp_path / data.name
    shutil.copytree(data, world)
    save_result(path, RESULT, Budget(world))
    for folder, name in (("02", "t002.tif"), ("02_GT/SEG", "man_seg002.tif")):
        shutil.copy(world / folder / name.replace("2.", "1."), world / folder / name)
    with pytest.raises(ValueError, match="is of another budget \\(frames differ\\): name another folder in WORK"):
        load_result(path, Budget(world))


def test_checkpoint_of_a_row_can_be_loaded(finished):
    model, card = load_checkpoint(finished / "random-gray-0" / "last.safetensors")
    assert card.architecture.input_size == model.architecture.input_size == 32


def test_result_comes_back_and_a_broken_one_is_named(data, tmp_path):
    path, budget = tmp_path / "row" / "result.json", Budget(data, encoder_weights=tmp_path / "b5.safetensors")
    assert load_result(path, budget) is None
    save_result(path, RESULT, budget)
    assert load_result(path, budget) == RESULT
    path.write_text("{}")
    with pytest.raises(ValueError, match="is no result of this benchmark"):
        load_result(path, budget)


def test_result_without_what_later_versions_ask_is_one_of_their_defaults(data, tmp_path):
    path, budget = tmp_path / "result.json", Budget(data)
    save_result(path, RESULT, budget)
    content = json.loads(path.read_text())
    for name in ("encoder", "decoder", "test_sequences", "test_frames", "validation_samples", "same_time"):
        del content["budget"][name]
    path.write_text(json.dumps(content))
    assert load_result(path, budget) == RESULT
    with pytest.raises(ValueError, match="encoder differ"):
        load_result(path, replace(budget, encoder="tf_efficientnet_lite0"))


def test_result_of_fewer_epochs_is_not_finished_and_of_more_is_refused(data, tmp_path):
    path, budget = tmp_path / "result.json", Budget(data, epochs=5)
    save_result(path, RESULT, budget)
    assert load_result(path, replace(budget, epochs=6)) is None
    with pytest.raises(ValueError, match="epochs differ"):
        load_result(path, replace(budget, epochs=4))


def test_tables_hold_the_papers_figures():
    rows = list_rows(imagenet=True)
    results, times = {row.name: {0: RESULT} for row in rows}, {row.name: TIME for row in rows}
    curves = {row.name: {0: CURVE} for row in rows}
    decoders = table_of_decoders(rows, results, times)
    assert "| ImageNet | pseudocolors | 0.9000 | 0.800 |" in table_of_starts(rows, results, has_imagenet=True)
    assert "| [112, 80, 48, 16] | 1.06 M | 0.9000 | 0.800 | 12.5 | 79.5 | 334 |" in decoders
    assert "| 0.800 | 0.119 | 0.9000 | 12.5 | 2 | 25 |" in table_of_methods(rows, results, curves)
    assert table_of_decoders(rows, {}, {}).count("not run") == 3
    assert "no ImageNet weights" not in table_of_starts(rows, {}, has_imagenet=True)


def test_tables_hold_means_and_ranges():
    results = {"random-gray": {1: RESULT, 2: replace(RESULT, mean_iou=0.8, seg=0.6)}}
    assert "| 0.8500 (0.8000 to 0.9000) | 0.700 (0.600 to 0.800) |" in table_of_starts(
        list_rows(False), results, has_imagenet=False
    )
    curves = {"random-gray": {1: CURVE, 2: replace(CURVE, losses=(0.4, 0.2))}}
    table = table_of_curves(list_rows(False), curves)
    assert "| 2 (2 to 2) | 0.2000 (0.2000 to 0.2000) | -25.0 % (-50.0 % to +0.0 %) |" in table
    assert "| too few epochs |" in table


def test_samples_are_timed_side_by_side():
    rows = [row for row in list_rows(imagenet=False) if row.name in ("random-gray", "decoder-112")]
    times = time_samples(rows, Budget(Path(), input_size=32), torch.device("cpu"))
    assert list(times) == ["random-gray", "decoder-112"]
    assert all(time.cpu > 0 and time.gpu is None for time in times.values())


def test_colors_and_starts_are_judged():
    worse, better = {0: RESULT}, {0: replace(RESULT, mean_iou=0.95)}
    assert "**beat** gray copies: MeanIoU +0.0500, SEG" in judge_colors(
        {"random-gray": worse, "random-pseudocolor": better}
    )
    assert "**do not beat** gray" in judge_colors({"random-gray": better, "random-pseudocolor": worse})
    assert "not both run" in judge_colors({"random-gray": worse})
    assert "**beat** random ones" in judge_starts({"random-gray": worse, "imagenet-gray": better})


def test_seeds_are_compared_one_by_one():
    gray = {1: RESULT, 2: RESULT, 3: RESULT}
    colored = {1: replace(RESULT, mean_iou=0.95), 2: replace(RESULT, mean_iou=0.86)}
    text = judge_colors({"random-gray": gray, "random-pseudocolor": colored})
    assert "with 1 of 2 seeds **beat** gray copies: MeanIoU +0.0050 (-0.0400 to +0.0500)" in text


@pytest.mark.parametrize(
    ("budget", "warning", "verdict"),
    [
        (Budget(Path(), epochs=2), "everything works", "No verdict"),
        (Budget(Path(), epochs=100, samples_per_epoch=9), "everything works", "No verdict"),
        (Budget(Path(), epochs=10), "with little training", "That is within this budget, and of one seed."),
        (Budget(Path()), "The paper's budget.", "That is of one seed."),
    ],
)
def test_a_smaller_budget_is_told_and_a_tiny_one_not_judged(budget, warning, verdict):
    better = replace(RESULT, mean_iou=RESULT.mean_iou + 0.05)
    results = {"random-gray": {0: RESULT}, "random-pseudocolor": {0: better}}
    assert warning in describe_budget(budget, 120)
    assert verdict in judge(results, budget, 120)


def test_data_say_whether_they_are_simulated(tmp_path):
    assert Budget(tmp_path).describe_data().endswith("as supplied")
    (tmp_path / "01_simulation.json").touch()
    assert Budget(tmp_path).describe_data().endswith("simulated by `ctc-submission simulate`")
    assert not Budget(tmp_path).has_imagenet


def test_what_is_not_the_papers_is_told(data, embryos):
    assert describe_origins(Budget(data)).count("**not the paper's**") == 0
    text = describe_origins(Budget(embryos, epochs=3, encoder="tf_efficientnet_lite0", decoder="separable"))
    assert text.count("**not the paper's**") == 5
