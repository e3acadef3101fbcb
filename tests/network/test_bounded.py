"""Readers that hang or crash are ended, and said to."""

import os
import time
from pathlib import Path

import pytest

from ctc_submission.network.bounded import read_bounded


def test_what_is_read_comes_back(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"content")
    assert read_bounded(Path.read_bytes, path, 60) == b"content"


def test_a_refusal_is_a_value_error(tmp_path):
    with pytest.raises(ValueError, match="No such file"):
        read_bounded(Path.read_bytes, tmp_path / "none", 60)


def test_a_reader_that_hangs_is_ended():
    with pytest.raises(ValueError, match=r"100: its reader came to no end in 0\.5 s"):
        read_bounded(time.sleep, 100, 0.5)


def test_a_reader_that_crashes_is_said_to():
    with pytest.raises(ValueError, match="3: its reader crashed"):
        read_bounded(os._exit, 3, 60)
