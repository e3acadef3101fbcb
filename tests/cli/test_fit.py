"""``ctc-submission fit``: from annotated sequences to a configuration."""

import re

import numpy as np
import pytest

from ctc_submission.challenge.files import write_mask
from ctc_submission.cli import main
from ctc_submission.segmentation.configuration import read_configuration


@pytest.fixture
def dataset(sequence):
    """The tiny sequence with a reference of one slice."""
    annotate(sequence.parent / "01_GT", 1)
    return sequence.parent


def annotate(folder, *numbers):
    """Write a reference of slice 2 of frames."""
    (folder / "SEG").mkdir(parents=True, exist_ok=True)
    labels = np.zeros((1, 60, 72), np.uint16)
    labels[0, 10:50, 10:60] = 1
    for number in numbers:
        write_mask(folder / "SEG" / f"man_seg_{number:03d}_002.tif", labels, ndim=2)


def fit(dataset, output, checkpoint, *options):
    files = (str(dataset), "--segmentation-model", str(checkpoint), "--output", str(output))
    start = ("--dataset", "Fluo-N3DL-TRIC", "--tiles", "1", "--method", "components", "--device", "cpu")
    return main(["fit", *files, "--sequences", "01", *start, *options])


def test_a_configuration_is_fitted_and_written(dataset, tmp_path, checkpoints, capsys):
    own = tmp_path / "own.toml"
    assert fit(dataset, own, checkpoints["segmentation"], "--cache", str(tmp_path / "cache")) == 0
    said = capsys.readouterr().out
    before, after = map(float, re.match(r"SEG ([\d.]+) before, ([\d.]+) after \d+ trials\n", said).groups())
    assert before <= after
    assert said.endswith(f"configuration: {own}\n")
    assert read_configuration(own).labeling.method == "components"
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_without_a_cache_nothing_is_left(dataset, tmp_path, checkpoints, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    options = ("--adjacent-means", "truth", "0.05", "--most-frames", "1")
    assert fit(dataset, tmp_path / "own.toml", checkpoints["segmentation"], *options) == 0
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (("--validation-fraction", "0.3"), "1 frames, 1 reference files, of frame 2 only"),
        (("--validation-fraction", "0.7"), "2 frames, 2 reference files, of frames 1 to 2 only"),
        (("--validation-fraction", "0.9", "--truth", "ST"), "1 frames, 1 reference files, of frames 1 to 2 only"),
        ((), "3 frames, 3 reference files"),
    ],
)
def test_frames_that_a_training_held_out_are_fitted_on(dataset, tmp_path, checkpoints, options, kept):
    annotate(dataset / "01_GT", *((1,) if "ST" in options else (0, 1, 2)))
    annotate(dataset / "01_ST", 0, 1, 2)
    own, cache = tmp_path / "own.toml", tmp_path / "cache"
    assert fit(dataset, own, checkpoints["segmentation"], "--cache", str(cache), *options) == 0
    assert f"/01: {kept}\n" in own.read_text()
    assert len(list(cache.iterdir())) == int(kept[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--validation-fraction", "0.5"), "every sequence has one annotated frame only"),
        (("--validation-fraction", "2"), "the validation fraction is 2"),
        (("--validation-fraction", "0.3", "--truth", "GT+ST"), "SEG: holds no reference of frame 2"),
        (("--truth", "ST"), "--truth is ST, but all frames are fitted on"),
    ],
)
def test_what_no_training_held_out_is_refused(dataset, tmp_path, checkpoints, capsys, options, message):
    annotate(dataset / "01_ST", 0, 1, 2)
    assert fit(dataset, tmp_path / "own.toml", checkpoints["segmentation"], *options) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "own.toml").exists()


def test_sequences_without_truth_are_refused(sequence, tmp_path, checkpoints, capsys):
    assert fit(sequence.parent, tmp_path / "own.toml", checkpoints["segmentation"]) == 2
    assert "there is no folder 01_GT" in capsys.readouterr().err
    assert not (tmp_path / "own.toml").exists()


def test_markers_are_needed_for_det(dataset, tmp_path, checkpoints, capsys):
    assert fit(dataset, tmp_path / "own.toml", checkpoints["segmentation"], "--metric", "OP_CSB") == 2
    assert "TRA" in capsys.readouterr().err
