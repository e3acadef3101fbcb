"""Pictures of validation samples: what is drawn where."""

import cv2
import numpy as np
import pytest
import torch

from ctc_submission.training.data.samples import Sample
from ctc_submission.training.data.targets import IGNORED
from ctc_submission.training.previews import draw_previews, spread_samples


class BrightIsCell(torch.nn.Module):
    """Finds what is brighter than half."""

    def __init__(self):
        super().__init__()
        self.gain = torch.nn.Parameter(torch.tensor(50.0))

    def forward(self, image):
        return self.gain * (image[:, 1:2] - 0.5)


HEAD = 24


def draw(path, *samples):
    """Draw, and return the picture below its titles."""
    draw_previews(path, BrightIsCell(), samples)
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)[HEAD:]


def square(side=64, start=16, stop=48, brightness=200):
    target = np.zeros((side, side, 1), np.uint8)
    target[start:stop, start:stop] = 1
    return Sample(np.repeat(brightness * target, 3, axis=-1), target)


def test_a_row_for_each_sample_and_three_pictures_in_it(tmp_path):
    picture = draw(tmp_path / "one.png", square(), square())
    assert picture.shape == (2 * 260, 3 * 260, 3)
    image, outlined, probability = (picture[:256, start : start + 256] for start in (0, 260, 520))
    assert (image[128, 128] == 200).all()
    assert (image[10, 10] == 0).all()
    assert (outlined[64, 128] == (255, 0, 255)).all()  # found, drawn over the truth at the same place
    assert (outlined[128, 128] == 200).all()
    assert (probability[128, 128] == 255).all()
    assert (probability[10, 10] == 0).all()
    assert (picture[:, 256:260] == 255).all()


def test_titles_stand_above_the_columns(tmp_path):
    draw(tmp_path / "one.png", square())
    head = cv2.imread(str(tmp_path / "one.png"))[:HEAD]
    for start in (0, 260, 520):
        assert (head[:, start : start + 256] < 128).any()


def test_what_was_missed_has_the_outline_of_truth_alone(tmp_path):
    outlined = draw(tmp_path / "one.png", square(brightness=50))[:256, 260:516]
    assert (outlined[64, 128] == (0, 255, 0)).all()
    assert not (outlined == (255, 0, 255)).all(axis=-1).any()


def test_unknown_pixels_are_darkened(tmp_path):
    sample = square(brightness=100)
    target = sample.target.copy()
    target[20:30, 20:30] = IGNORED
    picture = draw(tmp_path / "one.png", Sample(sample.image, target))
    assert (picture[100, 100] == 100).all()
    assert (picture[100, 260 + 100] == 35).all()


@pytest.mark.parametrize("side", [32, 256, 384])
def test_large_samples_are_shown_by_their_middle(tmp_path, side):
    picture = draw(tmp_path / "one.png", square(side, side // 2 - 4, side // 2 + 4))
    assert picture.shape == (260, 780, 3)
    assert (picture[128, 128] == 200).all()


def test_shown_are_samples_with_cells_evenly_spread():
    empty = Sample(np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 1), IGNORED, np.uint8))
    cells = [square(8, 2, 6, number) for number in range(5)]
    samples = [empty, *cells, empty]
    assert spread_samples(samples, 3) == [cells[0], cells[2], cells[4]]
    assert spread_samples(samples, 9) == cells
    assert spread_samples(samples, 0) == spread_samples([empty], 4) == []
