import re
import subprocess
import sys

import numpy as np
import pytest
import tifffile

from ctc_submission.cli import main
from ctc_submission.cli.info import _duration


def test_a_file_is_described(tmp_path, capsys):
    stack = np.arange(3 * 20 * 30, dtype=np.uint16).reshape(3, 20, 30)
    path = tmp_path / "embryo.tif"
    metadata = {"axes": "ZYX", "spacing": 2.0, "unit": "um"}
    tifffile.imwrite(path, stack, imagej=True, resolution=(4, 4), metadata=metadata)
    assert main(["info", str(path)]) == 0
    text = capsys.readouterr().out
    assert "ZYX as stored, read as a 3D image" in text
    assert "3 x 20 x 30" in text
    assert "2 x 0.25 x 0.25 um" in text
    assert "uint16, none compression" in text
    assert "0 to 1799" in text
    assert "add --dataset NAME or --config FILE.toml" in text


def test_a_sequence_is_described_and_estimated(sequence, checkpoints, capsys):
    model = str(checkpoints["segmentation"])
    assert main(["info", str(sequence), "--dataset", "Fluo-N3DL-TRIC", "--segmentation-model", model]) == 0
    text = capsys.readouterr().out
    assert "3, t000.tif to t002.tif, all of this size and type" in text
    assert re.search(r"time +[\d.]+ s a frame by (OpenVINO|torch) on .*, [\d.]+ s for 3 frames, and labeling", text)
    assert re.search(r"memory +about [\d.]+ GiB", text)


def test_a_sequence_of_different_sizes_is_refused(sequence, capsys):
    tifffile.imwrite(sequence / "t003.tif", np.zeros((4, 60, 71), np.uint16), photometric="minisblack")
    assert main(["info", str(sequence)]) == 2
    assert "t003.tif" in capsys.readouterr().err


def test_a_guess_is_called_one_and_white_as_0_is_told(tmp_path, capsys):
    with tifffile.TiffWriter(tmp_path / "t000.tif") as writer:
        for plane in np.zeros((3, 20, 30), np.uint8):
            writer.write(plane, photometric="miniswhite", metadata=None)
    assert main(["info", str(tmp_path / "t000.tif")]) == 0
    text = capsys.readouterr().out
    assert "ZYX, a guess: nothing says what the pages are; if they are no slices, say so, as by --axes TYX" in text
    assert "0 is white in the file" in text
    assert "255 to 255" in text
    assert main(["info", str(tmp_path / "t000.tif"), "--axes", "ZYX"]) == 0
    assert "a guess" not in capsys.readouterr().out
    assert main(["info", str(tmp_path / "t000.tif"), "--axes", "TYX"]) == 0
    assert "3 time points of t000.tif, all of this size and type" in capsys.readouterr().out


def test_what_looks_like_a_frame_but_is_none_is_named_on_standard_error(sequence):
    (sequence / "t003.TIF").touch()
    command = [sys.executable, "-m", "ctc_submission", "info", str(sequence)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == f"{sequence}: left out, as frames are named t000.tif: t003.TIF\n"


@pytest.mark.parametrize(("seconds", "text"), [(0.21, "0.2 s"), (89, "89.0 s"), (600, "10.0 min"), (7200, "2.0 h")])
def test_durations_read_well(seconds, text):
    assert _duration(seconds) == text
