"""Running networks: devices, batches and memory."""

import copy
import itertools

import numpy as np
import pytest
import torch
from torch import nn

from ctc_submission.network.backends import Predictor, choose_device

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


@pytest.fixture(scope="module")
def images():
    return list(np.random.default_rng(0).random((7, 40, 50, 3), dtype=np.float32))


@pytest.fixture(scope="module")
def expected(model, images):
    """Every image by itself."""
    with torch.inference_mode():
        one = [model.predict(torch.from_numpy(image).permute(2, 0, 1)[None]) for image in images]
    return np.stack([tensor.numpy() for tensor in one])


@pytest.mark.parametrize("batch_size", [1, 2, 3, 7, 20])
def test_batches_do_not_change_results_nor_their_order(model, images, expected, batch_size):
    predicted = np.stack(list(Predictor([model], CPU, batch_size).predict(images)))
    assert predicted.shape == (7, 1, 40, 50)
    assert predicted.dtype == np.float32
    np.testing.assert_allclose(predicted, expected, rtol=0, atol=1e-6)
    assert np.abs(np.diff(expected, axis=0)).max() > 1e-4


def test_two_networks_predict_side_by_side(model, images, expected):
    class Negative(nn.Module):
        def predict(self, batch, *, resize=True):
            return 1 - model.predict(batch, resize=resize)

    predicted = np.stack(list(Predictor([model, Negative()], CPU).predict(images[:3])))
    assert predicted.shape == (3, 2, 40, 50)
    np.testing.assert_allclose(predicted[:, 0], expected[:3, 0], rtol=0, atol=1e-6)
    np.testing.assert_allclose(predicted[:, 1], 1 - expected[:3, 0], rtol=0, atol=1e-6)


@pytest.mark.parametrize(("limit", "tried"), [(3, [6, 3, 3, 1]), (2, [6, 3, 1, 1, 1, 1, 1, 1, 1])])
def test_batch_that_does_not_fit_is_halved(model, images, expected, limit, tried):
    narrow = Narrow(model, limit)
    predicted = np.stack(list(Predictor([narrow], CPU, 6).predict(images)))
    np.testing.assert_allclose(predicted, expected, rtol=0, atol=1e-6)
    assert narrow.tried == tried


def test_single_image_that_does_not_fit_is_an_error(model, images):
    with pytest.raises(torch.cuda.OutOfMemoryError):
        list(Predictor([Narrow(model, 0)], CPU, 4).predict(images))


def test_images_are_read_a_batch_at_a_time(model, images):
    taken = itertools.count()
    stream = (image for image, _ in zip(images, taken, strict=False))
    predicted = Predictor([model], CPU, 2).predict(stream)
    assert next(taken) == 0
    next(predicted)
    assert next(taken) == 3  # this count and the one above are ours: two images were read


def test_networks_are_set_to_predict(model):
    network = nn.Sequential(nn.BatchNorm2d(3)).train()
    Predictor([network], CPU)
    assert not network.training
    assert not model.training


def test_nothing_to_predict(model):
    assert list(Predictor([model], CPU).predict([])) == []


def test_results_need_no_gradient_and_are_the_callers_own(model, images):
    predicted = list(Predictor([model], CPU, 2).predict(images[:2]))
    assert all(isinstance(each, np.ndarray) for each in predicted)
    predicted[0][:] = 5
    assert predicted[1].max() <= 1


@pytest.mark.parametrize("batch_size", [0, -1])
def test_impossible_batch_size_is_refused(model, batch_size):
    with pytest.raises(ValueError, match="expected 1 or more images"):
        Predictor([model], CPU, batch_size)


def test_automatic_device_is_one_that_works():
    torch.zeros(1, device=choose_device())
    assert choose_device("cpu") == CPU


@pytest.mark.parametrize("name", ["", "gpu", "meta", "hpu", "privateuseone", "AUTO", "cuda:x", "cuda:99", "cpu:x"])
def test_unusable_device_is_refused_in_one_line(name):
    with pytest.raises(ValueError, match="expected auto, cpu, cuda, cuda:N or mps") as caught:
        choose_device(name)
    assert f"device '{name}'" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="there is an MPS device")
def test_missing_mps_is_refused_in_one_line():
    with pytest.raises(ValueError, match="device 'mps' cannot be used") as caught:
        choose_device("mps")
    assert len(str(caught.value)) < 300


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_gpu_agrees_and_its_memory_can_be_too_small(model, images, expected):
    network = copy.deepcopy(model)
    torch.cuda.empty_cache()
    total = torch.cuda.mem_get_info()[1]
    torch.cuda.set_per_process_memory_fraction(0.25e9 / total)
    try:
        many = [image for image in images for _ in range(40)]
        predictor = Predictor([network], choose_device("cuda"), len(many))
        predicted = np.stack(list(predictor.predict(many)))[::40]
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert predictor.batch_size < len(many)
    np.testing.assert_allclose(predicted, expected, rtol=0, atol=5e-3)


def test_patches_may_be_shown_as_they_are(model, images):
    patches = [np.ascontiguousarray(image[:32, :48]) for image in images[:2]]
    shown = np.stack(list(Predictor([model], CPU, resize=False).predict(patches)))
    assert shown.shape == (2, 1, 32, 48)
    with torch.inference_mode():
        logits = model(torch.from_numpy(np.stack(patches)).permute(0, 3, 1, 2))
    np.testing.assert_allclose(shown[:, 0], torch.sigmoid(logits)[:, 0].numpy(), atol=1e-5)
    assert np.abs(shown - np.stack(list(Predictor([model], CPU).predict(patches)))).max() > 1e-3
