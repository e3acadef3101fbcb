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
    truth = sequence.parent / "01_GT" / "SEG"
    truth.mkdir(parents=True)
    labels = np.zeros((1, 60, 72), np.uint16)
    labels[0, 10:50, 10:60] = 1
    write_mask(truth / "man_seg_001_002.tif", labels, ndim=2)
    return sequence.parent


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


def test_sequences_without_truth_are_refused(sequence, tmp_path, checkpoints, capsys):
    assert fit(sequence.parent, tmp_path / "own.toml", checkpoints["segmentation"]) == 2
    assert "there is no folder 01_GT" in capsys.readouterr().err
    assert not (tmp_path / "own.toml").exists()


def test_markers_are_needed_for_det(dataset, tmp_path, checkpoints, capsys):
    assert fit(dataset, tmp_path / "own.toml", checkpoints["segmentation"], "--metric", "OP_CSB") == 2
    assert "TRA" in capsys.readouterr().err
