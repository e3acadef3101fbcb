"""Frames are simulated once, and are there whole or not at all."""

import numpy as np
import pytest
import tifffile

from benchmarks.speed.scaling import measure_scaling
from benchmarks.speed.worlds import DATASETS, World, plan_worlds, write_stacks, write_world
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import ShippedConfigurations


def test_worlds_have_the_challenges_sizes():
    real = plan_worlds(DATASETS, 2, quick=False)
    assert [world.shape for world in real] == [(30, 512, 512), (13, 1745, 2440), (29, 300, 350)]
    assert {world.frames for world in real} == {2}


def test_frames_are_simulated_once(tmp_path):
    world = World("Fluo-C3DL-MDA231", (2, 40, 50), 2)
    folder = write_world(world, tmp_path)
    frames = sorted(folder.iterdir())
    assert [path.name for path in frames] == ["t000.tif", "t001.tif"]
    assert tifffile.imread(frames[1]).shape == world.shape
    before = frames[0].stat().st_mtime_ns
    assert write_world(world, tmp_path) == folder
    assert frames[0].stat().st_mtime_ns == before


def test_a_folder_without_all_its_frames_has_another_name(tmp_path):
    with pytest.raises(ValueError, match="float64"):
        write_stacks(tmp_path / "some", [np.zeros((2, 9, 9), np.uint8), np.zeros((2, 9, 9))])
    assert not (tmp_path / "some").exists()


@pytest.mark.slow
def test_growth_is_measured_over_four_sizes(models, tmp_path):
    configuration = ShippedConfigurations(models)["nuclei"]
    series = measure_scaling(configuration, Execution("cpu"), tmp_path, tmp_path / "masks", 1, side=32)
    assert [each.quantity for each in series] == ["frames", "slices", "pixels"]
    assert [each.sizes for each in series][:2] == [(1, 2, 3, 4), (4, 8, 12, 16)]
    assert all(len(each.seconds) == 4 and min(each.seconds) > 0 for each in series)
