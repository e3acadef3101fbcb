"""The networks to compare with: sizes, shapes, and that they learn what they should."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.paper.budget import Budget
from benchmarks.paper.dual_unet import DualUNet
from benchmarks.paper.rows import build_network, label_maps, list_rows, loss_of
from benchmarks.paper.task import TASKS
from benchmarks.paper.unet import UNet
from ctc_submission.network.efficientcellseg import count_parameters
from ctc_submission.training.losses import OutputLoss

ROWS = {row.name: row for row in list_rows(imagenet=False)}


@pytest.fixture(scope="module")
def networks():
    return {"unet": UNet(32).eval(), "dual-unet": DualUNet(32).eval()}


@pytest.mark.parametrize(("name", "count", "stated"), [("unet", 31_402_497, "31.4"), ("dual-unet", 46_397_442, "46.4")])
def test_parameters_are_those_of_the_paper(networks, name, count, stated):
    assert count_parameters(networks[name]) == count
    assert f"{count / 1e6:.1f}" == stated


@pytest.mark.parametrize(("name", "channels"), [("unet", 1), ("dual-unet", 2)])
def test_maps_have_the_size_of_the_image_and_lie_between_0_and_1(networks, name, channels):
    with torch.inference_mode():
        maps = networks[name].predict(torch.rand(2, 3, 20, 41))
        assert networks[name](torch.rand(1, 3, 48, 32)).shape == (1, channels, 48, 32)
    assert maps.shape == (2, channels, 20, 41)
    assert 0 <= maps.min() <= maps.max() <= 1


def test_images_as_they_are_where_asked(networks):
    with torch.inference_mode():
        image = torch.rand(1, 3, 48, 64)
        shown = networks["unet"].predict(image, resize=False)
        torch.testing.assert_close(shown, networks["unet"](image).sigmoid())


@pytest.mark.parametrize("size", [16, 40])
def test_impossible_size_is_refused(size):
    with pytest.raises(ValueError, match=f"input_size is {size}, expected a multiple of 16"):
        UNet(size)


def test_rows_differ_in_one_thing_from_the_first_of_their_table():
    assert len(ROWS) == 8
    assert ROWS["random-gray"].coloring == "gray"
    assert ROWS["random-pseudocolor"].coloring == "region"
    assert not ROWS["decoder-112"].imagenet
    assert {row.name for row in list_rows(imagenet=True) if row.imagenet} == {
        "imagenet-gray",
        "imagenet-pseudocolor",
        "decoder-112",
        "decoder-512",
    }


def test_rows_build_their_networks():
    published, small = Budget(Path(), input_size=64), Budget(Path(), input_size=64, encoder="tf_efficientnet_lite0")
    assert build_network(ROWS["decoder-112"], published).architecture.filters == (112, 80, 48, 16)
    assert build_network(ROWS["decoder-112"], published).architecture.encoder == "tf_efficientnet_b5"
    assert build_network(ROWS["decoder-112"], small).architecture.encoder == "tf_efficientnet_lite0"
    assert build_network(ROWS["unet"], small).input_size == 64
    assert loss_of(ROWS["unet"]) is None
    assert type(loss_of(ROWS["dual-unet"])) is not type(OutputLoss(("foreground",)))


def test_decoder_of_the_budget_is_built():
    budget = Budget(Path(), input_size=64, encoder="tf_efficientnet_lite0", decoder="separable")
    network = build_network(ROWS["random-pseudocolor"], budget)
    full = build_network(ROWS["random-pseudocolor"], replace(budget, decoder="full"))
    assert count_parameters(network.decoder) < count_parameters(full.decoder) / 2


def test_one_cell_is_the_largest_piece_and_distances_keep_two():
    maps = np.zeros((2, 2, 20, 30), np.float32)
    maps[0, :, 4:16, 2:14] = maps[0, :, 6:12, 18:26] = 1
    one_cell, nuclei = (TASKS[name].labeling for name in ("Fluo-C3DH-A549-SIM", "bbbc050-train"))
    assert label_maps(ROWS["unet"], maps[:1], one_cell).max() == 1
    assert label_maps(ROWS["unet"], maps[:1], nuclei).max() == 2
    assert label_maps(ROWS["dual-unet"], maps, one_cell).max() == 2
