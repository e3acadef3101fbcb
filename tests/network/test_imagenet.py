"""The encoder's start: timm's weights from a file or its hub, and errors that name how to fix it."""

import copy
import re
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import huggingface_hub.constants
import huggingface_hub.file_download
import numpy as np
import pytest
import skimage.data
import timm
import torch
from safetensors.torch import load_file, save_file

from ctc_submission.network.architecture import ENCODERS, Architecture
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.imagenet import read_imagenet, start_from_imagenet

B5 = "tf_efficientnet_b5"


@pytest.fixture(scope="module")
def model(published):
    """The published network: its layers and weights are what is tested."""
    return published


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
    start_from_imagenet(encoder, B5, timm_weights)
    assert_encoder_is_from(encoder, timm_weights)


@pytest.fixture
def hub(timm_weights, tmp_path, monkeypatch):
    """A hub of this machine and an empty cache; the requests it got, and its switch for errors."""
    hub = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Hub, timm_weights.read_bytes()))
    hub.asked, hub.status = [], 200
    address = f"http://127.0.0.1:{hub.server_port}"
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", address)
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    for module in (huggingface_hub.constants, huggingface_hub.file_download):
        monkeypatch.setattr(module, "HUGGINGFACE_CO_URL_TEMPLATE", template, raising=False)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield hub
    hub.shutdown()
    hub.server_close()
    thread.join()


class _Hub(BaseHTTPRequestHandler):
    """Answers as timm's hub does, with one file for every address."""

    def __init__(self, content, *arguments):
        self.content = content
        super().__init__(*arguments)

    def do_HEAD(self):
        self.server.asked.append(f"{self.command} {self.path}")
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.content)))
        self.send_header("ETag", '"weights"')
        self.send_header("X-Repo-Commit", "0" * 40)
        self.end_headers()

    def do_GET(self):
        self.do_HEAD()
        self.wfile.write(self.content)

    def log_message(self, *_):
        """Say nothing."""


def test_imagenet_start_over_the_network(model, timm_weights, hub):
    encoder = copy.deepcopy(model.encoder)
    start_from_imagenet(encoder, B5)
    assert_encoder_is_from(encoder, timm_weights)
    path = "/timm/tf_efficientnet_b5.in1k/resolve/main/model.safetensors"
    of_weights = {request for request in hub.asked if "/api/" not in request}
    assert of_weights == {f"HEAD {path}", f"GET {path}"}


def test_imagenet_start_from_the_cache_without_a_network(model, timm_weights, hub, monkeypatch):
    start_from_imagenet(copy.deepcopy(model.encoder), B5)
    hub.status = 404
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    encoder = copy.deepcopy(model.encoder)
    asked = len(hub.asked)
    start_from_imagenet(encoder, B5)
    assert_encoder_is_from(encoder, timm_weights)
    assert len(hub.asked) == asked


def test_imagenet_start_from_a_hub_that_fails_asks_once(model, hub, caplog, assert_one_line):
    hub.status = 503
    with pytest.raises(OSError, match="--encoder-weights FILE") as caught:
        start_from_imagenet(copy.deepcopy(model.encoder), B5)
    assert_one_line(caught, "cannot fetch", "tf_efficientnet_b5")
    assert len(hub.asked) == 1
    assert not caplog.records


def test_imagenet_start_without_a_hub_is_refused_at_once(model, hub, caplog, assert_one_line):
    hub.shutdown()
    hub.server_close()
    start = time.perf_counter()
    with pytest.raises(OSError, match="--encoder-weights FILE") as caught:
        start_from_imagenet(copy.deepcopy(model.encoder), B5)
    assert time.perf_counter() - start < 3
    assert_one_line(caught, "cannot fetch", "tf_efficientnet_b5")
    assert not caplog.records


def test_imagenet_start_offline_names_the_way_out(model, hub, monkeypatch, assert_one_line):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(OSError, match="--encoder-weights FILE") as caught:
        start_from_imagenet(copy.deepcopy(model.encoder), B5)
    assert_one_line(caught, "cannot fetch", "tf_efficientnet_b5")
    assert not hub.asked


def test_missing_encoder_weights(model, tmp_path, assert_one_line):
    with pytest.raises(FileNotFoundError, match="no such encoder weights") as caught:
        start_from_imagenet(model.encoder, B5, tmp_path / "none.safetensors")
    assert_one_line(caught, tmp_path / "none.safetensors")


def test_encoder_weights_that_are_no_safetensors(model, tmp_path, assert_one_line):
    path = tmp_path / "weights.safetensors"
    path.write_text("no tensors")
    with pytest.raises(ValueError, match="not a readable safetensors file") as caught:
        start_from_imagenet(model.encoder, B5, path)
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
        start_from_imagenet(model.encoder, B5, path)
    assert_one_line(caught, path)
    for name, tensor in model.encoder.state_dict().items():
        np.testing.assert_array_equal(tensor, before[name])


LITES = ("tf_efficientnet_lite0", "tf_efficientnet_lite1", "tf_efficientnet_lite2")


def see(name, picture):
    """Class probabilities that a whole EfficientNet with its package's weights gives a picture (Y, X, 3) of uint8."""
    network = timm.create_model(name, pretrained=False).eval()
    network.load_state_dict(read_imagenet(name), strict=False)
    entry = ENCODERS[name]
    side = network.default_cfg["input_size"][-1]
    short = min(picture.shape[:2])
    top, left = (picture.shape[0] - short) // 2, (picture.shape[1] - short) // 2
    square = cv2.resize(picture[top : top + short, left : left + short], (side, side), interpolation=cv2.INTER_CUBIC)
    image = (torch.from_numpy(square).float() / 255 - torch.tensor(entry.mean)) / torch.tensor(entry.std)
    with torch.inference_mode():
        return network(image.permute(2, 0, 1)[None]).softmax(dim=1)[0].numpy()


@pytest.mark.parametrize("name", LITES)
def test_the_packages_weights_see_what_they_should(name):
    pytest.importorskip(ENCODERS[name].package)
    assert see(name, skimage.data.coffee())[[967, 504]].sum() > 0.6  # espresso, coffee mug
    assert see(name, skimage.data.chelsea())[281:286].sum() > 0.7  # domestic cats


def test_an_encoder_starts_from_its_package():
    pytest.importorskip(ENCODERS[LITES[0]].package)
    tensors = read_imagenet(LITES[0])
    encoder = EfficientCellSeg(Architecture(encoder=LITES[0], input_size=32)).encoder
    start_from_imagenet(encoder, LITES[0])
    assert torch.equal(encoder.conv_stem.weight, tensors["conv_stem.weight"])
    assert torch.equal(encoder.bn_expand.running_var, tensors["blocks.5.0.bn1.running_var"])
