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


def constant(*pixel, shape=(4, 5)):
    return np.broadcast_to(np.float32(pixel), (*shape, 3)).copy()


@pytest.mark.parametrize("streams", [1, 3])
def test_a_constant_image_is_predicted_once_and_taken_again(images, streams):
    runtime = Doubling(streams=streams)
    predictor = Predictor(runtime)
    black, gray = constant(0, 0, 0), constant(0.5, 0.5, 0.5)
    stream = [black, images[0], gray, black, gray, images[0], black]
    for _ in range(2):
        predicted = list(predictor.predict(stream))
        for found, image in zip(predicted, stream, strict=True):
            np.testing.assert_array_equal(found, Doubling().predict(image[np.newaxis])[0])
    assert len(runtime.seen) == 2 + 2 * 2  # black and gray once, the image with something on it each time


def test_one_pixel_one_channel_or_the_shape_makes_another_image():
    almost, red, wide = constant(0, 0, 0), constant(1, 0, 0), constant(0, 0, 0, shape=(4, 6))
    almost[3, 4, 2] = 1e-7
    for other in (almost, red, wide):
        runtime = Doubling()
        predictor = Predictor(runtime)
        for image in (constant(0, 0, 0), other, constant(0, 0, 0)):
            (found,) = predictor.predict([image])
            np.testing.assert_array_equal(found, Doubling().predict(image[np.newaxis])[0])
        assert len(runtime.seen) == 2


def test_batches_are_made_as_without_constant_images(images):
    runtime = Doubling(batch_size=2)
    black = constant(0, 0, 0)
    stream = [black, images[0], black, black, black, black, images[1]]
    predicted = np.stack(list(Predictor(runtime).predict(stream)))
    np.testing.assert_array_equal(predicted[:, 0], np.stack(stream)[..., 0] * 2)
    assert runtime.seen == [2, 2, 1]  # the third batch equals the second


def test_the_constant_images_that_are_kept_are_few():
    runtime = Doubling()
    predictor = Predictor(runtime)
    grays = [constant(level, level, level) for level in np.linspace(0, 1, 40)]
    assert len(list(predictor.predict(grays))) == len(list(predictor.predict(grays))) == len(runtime.seen) / 2
    list(predictor.predict(grays[-3:]))
    assert len(runtime.seen) == 80


def test_nothing_to_predict():
    assert list(Predictor(Doubling()).predict([])) == []
