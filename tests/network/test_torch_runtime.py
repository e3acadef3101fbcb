"""Networks run by torch: batches, memory, precision."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from ctc_submission.network.execution import Execution, open_runtime
from ctc_submission.network.predictor import Predictor
from ctc_submission.network.stored import BuiltNetwork
from ctc_submission.network.torch_runtime import TorchRuntime

CPU = torch.device("cpu")


class Narrow(nn.Module):
    """The network on a machine whose memory holds only so many images."""

    def __init__(self, network, limit):
        super().__init__()
        self.network = network
        self.limit = limit
        self.tried = []

    def predict(self, images, *, resize=True):
        self.tried.append(len(images))
        if len(images) > self.limit:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return self.network.predict(images, resize=resize)


class Negative(nn.Module):
    """What the network takes for background."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def predict(self, images, *, resize=True):
        return 1 - self.network.predict(images, resize=resize)


def test_images_are_predicted_as_by_the_network_itself(model, images, expected):
    predicted = TorchRuntime([model], CPU).predict(images)
    assert predicted.shape == (7, 1, 40, 50)
    assert predicted.dtype == np.float32
    np.testing.assert_allclose(predicted, expected, rtol=0, atol=1e-6)
    assert np.abs(np.diff(expected, axis=0)).max() > 1e-4


def test_two_networks_predict_side_by_side(model, images, expected):
    predicted = TorchRuntime([model, Negative(model)], CPU).predict(images[:3])
    assert predicted.shape == (3, 2, 40, 50)
    np.testing.assert_allclose(predicted[:, 0], expected[:3, 0], rtol=0, atol=1e-6)
    np.testing.assert_allclose(predicted[:, 1], 1 - expected[:3, 0], rtol=0, atol=1e-6)


@pytest.mark.parametrize(("limit", "tried"), [(3, [6, 3, 3, 1]), (2, [6, 3, 1, 1, 1, 1, 1, 1, 1])])
def test_batch_that_does_not_fit_is_halved(model, images, expected, limit, tried):
    narrow = Narrow(model, limit)
    runtime = TorchRuntime([narrow], CPU, batch_size=6)
    predicted = runtime.predict(images)
    np.testing.assert_allclose(predicted, expected, rtol=0, atol=1e-6)
    assert narrow.tried == tried
    assert runtime.batch_size == tried[-1 if limit == 2 else 1]


def test_single_image_that_does_not_fit_is_an_error(model, images):
    with pytest.raises(OSError, match=r"one image of 40 x 50 pixels does not fit the memory of cpu .*--device"):
        TorchRuntime([Narrow(model, 0)], CPU).predict(images)


class Large(nn.Module):
    """A network that no device holds."""

    def to(self, *where, **how):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")


def test_networks_that_do_not_fit_are_an_error():
    with pytest.raises(OSError, match=r"the networks do not fit the memory of cpu \(CUDA out of memory\)"):
        TorchRuntime([Large()], CPU)


def test_networks_are_set_to_predict(model):
    network = nn.Sequential(nn.BatchNorm2d(3)).train()
    TorchRuntime([network], CPU)
    assert not network.training


def test_patches_may_be_shown_as_they_are(model, images):
    patches = np.ascontiguousarray(images[:2, :32, :48])
    shown = TorchRuntime([model], CPU, resize=False).predict(patches)
    with torch.inference_mode():
        expected = torch.sigmoid(model(torch.from_numpy(patches).permute(0, 3, 1, 2)))
    np.testing.assert_allclose(shown, expected, rtol=0, atol=1e-6)


def test_half_precision_is_near(model, images, expected):
    predicted = TorchRuntime([model], CPU, "bfloat16").predict(images)
    assert predicted.dtype == np.float32
    assert 0 < np.abs(predicted - expected).max() < 0.05


@pytest.mark.parametrize(
    ("device", "precision", "tolerance"),
    [
        ("cpu", "float32", 1e-6),
        pytest.param("cuda", "float32", 5e-3, marks=pytest.mark.cuda),
        pytest.param("cuda", "float16", 0.05, marks=pytest.mark.cuda),
    ],
)
def test_a_stream_of_batches_is_the_same_on_every_device(model, images, expected, device, precision, tolerance):
    network = BuiltNetwork(copy.deepcopy(model))
    runtime = open_runtime([network], Execution(device, "torch", precision, batch_size=2))
    assert (runtime.batch_size, runtime.precision) == (2, precision)
    predicted = np.stack(list(Predictor(runtime).predict(images)))
    np.testing.assert_allclose(predicted, expected, rtol=0, atol=tolerance)


@pytest.mark.cuda
def test_gpu_agrees_and_its_memory_can_be_too_small(model, images, expected):
    network = copy.deepcopy(model)
    torch.cuda.empty_cache()
    total = torch.cuda.mem_get_info()[1]
    torch.cuda.set_per_process_memory_fraction(0.25e9 / total)
    many = np.repeat(images, 40, axis=0)
    runtime = TorchRuntime([network], torch.device("cuda"), batch_size=len(many))
    try:
        predicted = runtime.predict(many)[::40]
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert runtime.batch_size < len(many)
    np.testing.assert_allclose(predicted, expected, rtol=0, atol=5e-3)
