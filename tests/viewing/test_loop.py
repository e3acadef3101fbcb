"""Correct, fine-tune, segment again: what the plugin writes is what fine-tuning reads, and its result segments."""

import json

import numpy as np

from ctc_submission.challenge.files import read_frame
from ctc_submission.cli import main
from ctc_submission.network.card import read_card
from ctc_submission.viewing.plugin.reader import read_folders
from ctc_submission.viewing.plugin.writer import write_labels
from tests.fine_tuning.conftest import draw_cells, one_thread, start, write

__all__ = ["one_thread", "start"]

MACHINE = ("--device", "cpu", "--runtime", "torch", "--threads", "1")


def test_corrected_masks_are_trained_on_and_the_result_segments(tmp_path, start, capsys):
    mine = write(tmp_path / "mine", 3).folder
    for path in (mine / "01_GT" / "SEG").iterdir():
        path.unlink()
    frames, masks = str(mine / "01"), str(mine / "01_RES")
    assert main(["segment", frames, masks, "--config", str(start), *MACHINE]) == 0

    ((labels, settings, _),) = read_folders(masks)
    labels[1] = draw_cells(1)
    written = write_labels(str(mine / "01_GT" / "SEG" / "man_seg.tif"), labels, settings)
    assert written == [str(mine / "01_GT" / "SEG" / "man_seg001.tif")]
    np.testing.assert_array_equal(read_frame(written[0], as_labels=True), draw_cells(1))

    tuned = tmp_path / "tuned"
    steps = ("--minutes", "0.004", "--batch-size", "2", "--held-out", "0")
    assert main(["fine-tune", str(mine), "--from", str(start), "--output", str(tuned), *steps, *MACHINE]) == 0
    assert "the frames trained on, nothing is held out" in capsys.readouterr().out
    assert read_card(tuned / "last.safetensors").training_data == "none; then fine-tuned on mine"

    again = [frames, f"{masks}-tuned", "--config", str(tuned / "tuned.toml"), *MACHINE]
    assert main(["segment", *again]) == 0
    assert list(json.loads((mine / "01_RES-tuned.json").read_text())["frames"]) == ["t000.tif", "t001.tif", "t002.tif"]
