"""A stream of images through a runtime."""

import itertools
import threading

import numpy as np
import pytest

from ctc_submission.network.predictor import Predictor


class Doubling:
    """A runtime whose network predicts twice the red of every pixel, and half of it."""

    precision = "float32"
    description = "numpy"

    def __init__(self, batch_size=1, streams=1):
        self.batch_size = batch_size
        self.streams = streams
        self.seen = []

    def predict(self, images):
        self.seen.append(len(images))
        return np.stack([images[..., 0] * 2, images[..., 0] / 2], axis=1)


@pytest.fixture(scope="module")
def images():
    return list(np.random.default_rng(0).random((7, 4, 5, 3), dtype=np.float32))


@pytest.mark.parametrize("streams", [1, 3])
@pytest.mark.parametrize(("batch_size", "seen"), [(1, [1] * 7), (3, [1, 3, 3]), (20, [7])])
def test_batches_do_not_change_results_nor_their_order(images, batch_size, seen, streams):
    runtime = Doubling(batch_size, streams)
    predicted = np.stack(list(Predictor(runtime).predict(images)))
    np.testing.assert_array_equal(predicted[:, 0], np.stack(images)[..., 0] * 2)
    np.testing.assert_array_equal(predicted[:, 1], np.stack(images)[..., 0] / 2)
    assert sorted(runtime.seen) == seen


def test_images_are_read_as_far_ahead_as_keeps_the_runtime_busy(images):
    taken = itertools.count()
    stream = (image for image, _ in zip(itertools.cycle(images), taken, strict=False))
    predicted = Predictor(Doubling(batch_size=2, streams=3)).predict(stream)
    assert next(taken) == 0
    next(predicted)
    assert next(taken) == 13  # this count and the one above are ours: six batches of two were read


def test_streams_compute_side_by_side(images):
    together = threading.Barrier(2, timeout=30)

    class Meeting(Doubling):
        def predict(self, batch):
            together.wait()
            return super().predict(batch)

    assert len(list(Predictor(Meeting(streams=2)).predict(images[:2]))) == 2


def test_nothing_to_predict():
    assert list(Predictor(Doubling()).predict([])) == []
