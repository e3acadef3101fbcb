"""The encoder's start: timm's weights from a file or its hub, and errors that name the way out."""

import copy
import re

import huggingface_hub.constants
import numpy as np
import pytest
import timm
import timm.models._hub
import torch
from safetensors.torch import load_file, save_file

from ctc_submission.network.imagenet import start_from_imagenet


@pytest.fixture(scope="module")
def timm_weights(tmp_path_factory):
    """A file as timm's hub has it, with random weights."""
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("timm") / "model.safetensors"
    source = timm.create_model("tf_efficientnet_b5", pretrained=False)
    for name, tensor in source.named_buffers():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 2)
    save_file({name: _halved(tensor) for name, tensor in source.state_dict().items()}, path)
    yield path
    path.unlink()


def _halved(tensor):
    return tensor.half() if tensor.is_floating_point() else tensor


def assert_encoder_is_from(encoder, path):
    tensors = load_file(path)
    own = encoder.state_dict()
    for name, tensor in own.items():
        timms = re.sub("^conv_expand", "blocks.5.0.conv_pw", re.sub("^bn_expand", "blocks.5.0.bn1", name))
        assert torch.equal(tensor, tensors[timms].to(tensor.dtype)), name


def test_imagenet_start_from_a_file(model, timm_weights):
    encoder = copy.deepcopy(model.encoder)
    with pytest.raises(AssertionError):
        assert_encoder_is_from(encoder, timm_weights)
    start_from_imagenet(encoder, timm_weights)
    assert_encoder_is_from(encoder, timm_weights)


def test_imagenet_start_over_the_network(model, timm_weights, monkeypatch):
    asked = []

    def download(repo_id, filename, **_):
        asked.append((repo_id, filename))
        return str(timm_weights)

    monkeypatch.setattr(timm.models._hub, "hf_hub_download", download)
    encoder = copy.deepcopy(model.encoder)
    start_from_imagenet(encoder)
    assert_encoder_is_from(encoder, timm_weights)
    assert asked[0][0] == "timm/tf_efficientnet_b5.in1k"
    assert all(filename.endswith(".safetensors") for _, filename in asked)


def test_imagenet_start_without_a_network_names_the_way_out(model, tmp_path, monkeypatch, assert_one_line):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(OSError, match="--encoder-weights FILE") as caught:
        start_from_imagenet(copy.deepcopy(model.encoder))
    assert_one_line(caught, "cannot fetch", "tf_efficientnet_b5")


def test_missing_encoder_weights(model, tmp_path, assert_one_line):
    with pytest.raises(FileNotFoundError, match="no such encoder weights") as caught:
        start_from_imagenet(model.encoder, tmp_path / "none.safetensors")
    assert_one_line(caught, tmp_path / "none.safetensors")


def test_encoder_weights_that_are_no_safetensors(model, tmp_path, assert_one_line):
    path = tmp_path / "weights.safetensors"
    path.write_text("no tensors")
    with pytest.raises(ValueError, match="not a readable safetensors file") as caught:
        start_from_imagenet(model.encoder, path)
    assert_one_line(caught, path)


@pytest.mark.parametrize("change", ["other network", "shape"])
def test_encoder_weights_of_another_network(model, timm_weights, tmp_path, change, assert_one_line):
    path = tmp_path / "other.safetensors"
    tensors = {name: tensor for name, tensor in load_file(timm_weights).items() if name.startswith("conv_stem")}
    if change == "shape":
        tensors = load_file(timm_weights) | {"conv_stem.weight": torch.zeros(32, 3, 3, 3)}
        tensors = {name: tensor for name, tensor in tensors.items() if not name.startswith(("blocks.6", "conv_head"))}
    save_file(tensors, path)
    before = copy.deepcopy(model.encoder.state_dict())
    with pytest.raises(ValueError, match="expected timm's tf_efficientnet_b5") as caught:
        start_from_imagenet(model.encoder, path)
    assert_one_line(caught, path)
    for name, tensor in model.encoder.state_dict().items():
        np.testing.assert_array_equal(tensor, before[name])
