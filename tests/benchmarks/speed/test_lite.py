"""Lite0 in place of a configuration's networks: one network, and what is bright is found."""

import numpy as np
import torch

from benchmarks.speed.lite import take_lite
from ctc_submission.network.weights import load_checkpoint
from ctc_submission.segmentation.configuration import ShippedConfigurations


def test_what_is_bright_is_found(models, tmp_path):
    configuration = take_lite(ShippedConfigurations(models)["Fluo-C3DL-MDA231"], tmp_path)
    assert configuration.center_model is None
    network, card = load_checkpoint(configuration.segmentation_model)
    assert card.architecture.outputs == ("foreground", "centers")
    assert card.architecture.encoder == "tf_efficientnet_lite0"
    assert card.pseudocolor.coloring == "region"
    image = np.zeros((1, 3, 64, 64), np.float32)
    image[:, 1, 20:40, 20:40] = 0.6
    image[:, 1, 28:34, 28:34] = 1
    with torch.inference_mode():
        foreground, centers = network.predict(torch.from_numpy(image))[0].numpy() > 0.5
    assert foreground[24:36, 24:36].all()
    assert not foreground[:16].any()
    assert centers[30, 30]
    assert centers.sum() < foreground.sum() / 4


def test_a_network_without_centers_predicts_the_foreground_alone(models, tmp_path):
    configuration = take_lite(ShippedConfigurations(models)["nuclei"], tmp_path)
    _, card = load_checkpoint(configuration.segmentation_model)
    assert card.architecture.outputs == ("foreground",)
    assert card.diameter == 24


def test_a_trained_checkpoint_is_taken_as_it_is(models, tmp_path):
    trained = models / "regions.safetensors"
    configuration = take_lite(ShippedConfigurations(models)["Fluo-C3DH-A549-SIM"], tmp_path, trained)
    assert configuration.segmentation_model == trained
    assert not list(tmp_path.iterdir())
