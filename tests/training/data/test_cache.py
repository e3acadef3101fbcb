"""Samples on disk: the same as from the frames, computed once, and again when anything changes."""

import os
from dataclasses import replace

import numpy as np
import pytest

from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.training.data import cache as cache_module
from ctc_submission.training.data.cache import load_cached
from ctc_submission.training.data.samples import SampleParameters, load_samples

SMALL = SampleParameters(("foreground",), input_size=32, empty_every=1)


@pytest.fixture
def dataset(tmp_path):
    folder = tmp_path / "cells"
    (folder / "01").mkdir(parents=True)
    (folder / "01_GT" / "SEG").mkdir(parents=True)
    for number in range(2):
        write(folder, number, corner=2 * number)
    return folder


def write(folder, number, corner):
    labels = np.zeros((2, 20, 20), np.uint16)
    labels[:, corner : corner + 9, 5:15] = 1
    write_frame(folder / "01" / f"t{number:03d}.tif", (20 + 100 * labels).astype(np.uint8))
    write_mask(folder / "01_GT" / "SEG" / f"man_seg{number:03d}.tif", labels, ndim=3)


@pytest.fixture
def computed(monkeypatch):
    """Calls that computed samples."""
    calls = []

    def count(*arguments):
        calls.append(arguments)
        return load_samples(*arguments)

    monkeypatch.setattr(cache_module, "load_samples", count)
    return calls


def test_cached_samples_are_the_samples(dataset, tmp_path, computed):
    expected = load_samples(dataset, "01", SMALL)
    for _ in range(2):
        found = load_cached(tmp_path / "cache", dataset, "01", SMALL)
        assert len(found) == len(expected)
        for sample, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(sample.image, other.image)
            np.testing.assert_array_equal(sample.target, other.target)
            assert isinstance(sample.image, np.memmap)
    assert len(computed) == 1


def test_other_parameters_or_frames_are_other_samples(dataset, tmp_path, computed):
    for parameters, frames in ((SMALL, None), (replace(SMALL, gap=True), None), (SMALL, {0}), (SMALL, {1})):
        load_cached(tmp_path, dataset, "01", parameters, frames)
    assert len(computed) == 4
    assert len(load_cached(tmp_path, dataset, "01", SMALL, [1])) == 2
    assert len(computed) == 4


def test_changed_files_are_read_again(dataset, tmp_path, computed):
    before = load_cached(tmp_path, dataset, "01", SMALL)[0].target.copy()
    write(dataset, 0, corner=9)
    os.utime(dataset / "01_GT" / "SEG" / "man_seg000.tif", (1, 1))
    assert not np.array_equal(load_cached(tmp_path, dataset, "01", SMALL)[0].target, before)
    assert len(computed) == 2


def test_interrupted_writing_is_made_good(dataset, tmp_path, computed):
    load_cached(tmp_path, dataset, "01", SMALL)
    next(tmp_path.glob("*-targets.npy")).unlink()
    assert len(load_cached(tmp_path, dataset, "01", SMALL)) == 4
    assert len(computed) == 2
