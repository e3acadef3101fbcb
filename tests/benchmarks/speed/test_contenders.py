"""Turns, the best of them, and same masks."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.speed.agreement import compare_masks
from benchmarks.speed.contenders import Product, Sequential, take_turns
from benchmarks.speed.conversion import convert_checkpoints
from benchmarks.speed.sequential import SequentialPipeline
from ctc_submission.challenge.files import write_frame
from ctc_submission.network.card import read_card
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import ShippedConfigurations


class Runner:
    def __init__(self, name, times, log):
        self.name, self.times, self.log = name, iter(times), log

    def segment(self, source, results):
        self.log.append(results.name)
        seconds = next(self.times)
        return {"total": seconds, "read": 10 - seconds}


def test_they_take_turns_and_the_best_of_each_figure_counts(tmp_path):
    log = []
    runners = [Runner("one", [3, 1, 2], log), Runner("two", [4, 5, 6], log)]
    best = take_turns(runners, tmp_path, tmp_path, 3)
    assert log == ["one-0", "two-0", "one-1", "two-1", "one-2", "two-2"]
    assert best == {"one": {"total": 1, "read": 7}, "two": {"total": 4, "read": 4}}


@pytest.mark.parametrize("dataset", ["Fluo-C3DL-MDA231", "Fluo-N3DL-TRIC"])
def test_both_make_the_same_masks(models, work, tmp_path, dataset):
    stack = np.random.default_rng(1).normal(200, 20, (3, 60, 84))
    stack[1, 20:40, 30:50] += 300
    (tmp_path / "01").mkdir()
    write_frame(tmp_path / "01" / "t000.tif", stack.astype(np.uint16))
    configuration = ShippedConfigurations(models)[dataset]
    coloring = read_card(configuration.segmentation_model).pseudocolor
    networks = convert_checkpoints(configuration, work)
    pipeline = SequentialPipeline(networks, coloring, configuration.labeling, configuration.tiles, published=False)
    per_slice = replace(configuration, labeling=replace(configuration.labeling, per_slice=True))
    product = Product("two", per_slice, Execution("cpu", precision="float32"))
    contenders = [Sequential("one", pipeline), product]
    take_turns(contenders, tmp_path / "01", tmp_path, 1)
    found = compare_masks(tmp_path / "one-0", tmp_path / "two-0")
    # Rounding may carry a voxel over the threshold.
    assert found.foreground <= 2
    assert found.cells <= found.voxels / 1000
