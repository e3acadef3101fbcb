"""Where standard error is no terminal, as in a log, a run tells of each frame in a line."""

import logging
import sys

from ctc_submission.cli import main


def call(sequence, results, checkpoints):
    weights = ("--segmentation-model", str(checkpoints["segmentation"]), "--runtime", "torch", "--device", "cpu")
    return main(["segment", str(sequence), str(results), "--dataset", "Fluo-N3DL-TRIC", *weights])


def test_a_line_for_each_frame(sequence, tmp_path, checkpoints, caplog, capsys):
    caplog.set_level(logging.INFO)
    (sequence / "t001.tif").write_bytes(b"")
    assert call(sequence, tmp_path / "res", checkpoints) == 2
    told = [message for message in caplog.messages if message.startswith("frame ")]
    assert [message.split(",")[0] for message in told] == ["frame 1 of 2: t000.tif", "frame 2 of 2: t002.tif"]
    assert all(message.endswith(" s") and " cells, " in message for message in told)
    assert "frames       3, t000.tif to t002.tif" in caplog.messages
    assert "size         4 x 60 x 72 (z, y, x), uint16" in caplog.messages
    assert "slice" not in capsys.readouterr().err


def test_a_bar_on_a_terminal(sequence, tmp_path, checkpoints, caplog, capsys, monkeypatch):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert call(sequence, tmp_path / "res", checkpoints) == 0
    assert not [message for message in caplog.messages if message.startswith("frame ")]
    assert "12/12" in capsys.readouterr().err
