"""``ctc-submission fine-tune``: from a few annotated frames to a configuration that segments."""

import re

import numpy as np
import pytest

from ctc_submission.challenge.files import read_frame, write_mask
from ctc_submission.cli import main
from ctc_submission.network.card import read_card
from tests.fine_tuning.conftest import start, write

__all__ = ["start"]
SHORT = ("--minutes", "0.002", "--device", "cpu", "--threads", "1", "--runtime", "torch", "--batch-size", "2")


def fine_tune(*arguments: object) -> int:
    return main([str(argument) for argument in ("fine-tune", *SHORT, *arguments)])


def test_fine_tune_and_segment(start, tmp_path, capsys):
    folder, output = write(tmp_path / "mine", 2).folder, tmp_path / "tuned"
    options = ("--license", "CC0-1.0", "--training-data", "my embryo", "--sequences", "01")
    assert fine_tune(folder, "--from", start, "--output", output, *options) == 0
    shown = capsys.readouterr().out
    assert re.match(r"SEG \d\.\d{4} before, \d\.\d{4} after.*; held out \(mine/01 frame 1\)\n", shown)
    assert f"configuration: {output / 'tuned.toml'}\n" in shown
    card = read_card(output / "last.safetensors")
    assert (card.training_data, card.license) == ("none; then fine-tuned on my embryo", "CC0-1.0")
    segment = ("segment", folder / "01", tmp_path / "masks", "--config", output / "tuned.toml")
    assert main([str(argument) for argument in (*segment, "--runtime", "torch")]) == 0
    assert read_frame(tmp_path / "masks" / "mask000.tif").shape == (6, 48, 56)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--minutes", "0"), "minutes is 0.0, expected a number above 0"),
        (("--held-out", "1"), "held_out is 1.0, expected a share"),
        (("--spacing", "1", "0", "1"), "spacing is (1.0, 0.0, 1.0), expected the edges"),
        (("--sequences", "02"), "there is no folder 02_GT"),
    ],
)
def test_mistakes_are_named(start, tmp_path, capsys, options, message):
    folder = write(tmp_path / "mine", 1).folder
    assert fine_tune(folder, "--from", start, "--output", tmp_path / "tuned", *options) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "tuned").exists()


def test_folders_without_annotations_and_outputs_that_are_files_are_refused(start, tmp_path, capsys):
    (tmp_path / "mine" / "01").mkdir(parents=True)
    assert fine_tune(tmp_path / "mine", "--from", start, "--output", tmp_path / "tuned") == 2
    assert "mine: there is no folder 01_GT; expected 01_GT/SEG with man_seg000.tif" in capsys.readouterr().err
    assert fine_tune(tmp_path / "mine", "--from", start, "--output", start) == 2
    assert "general.toml: a file; expected a folder" in capsys.readouterr().err


def test_masks_without_a_cell_and_of_another_size_are_named(start, tmp_path, capsys):
    source = write(tmp_path / "mine", 1)
    truth = source.folder / "01_GT" / "SEG" / "man_seg000.tif"
    for labels, message in (
        (np.zeros((6, 48, 56), np.uint16), "no reference shows a cell"),
        (np.ones((5, 48, 56), np.uint16), "is (5, 48, 56) (z, y, x), expected (6, 48, 56)"),
    ):
        write_mask(truth, labels)
        assert fine_tune(source.folder, "--from", start, "--output", tmp_path / "tuned") == 2
        assert message in capsys.readouterr().err
