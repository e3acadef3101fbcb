"""Pictures of validation samples: what the network sees, what it should find, what it finds."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from ctc_submission.atomic import replacing
from ctc_submission.training.data.samples import Sample
from ctc_submission.training.data.targets import IGNORED

_SIDE = 256
_MARGIN = 4
_TRUTH = (0, 255, 0)
_FOUND = (255, 0, 255)
_DIM = 0.35
_HEAD = 24
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_BLACK = (0, 0, 0)
_TITLES = (
    (("input, pseudocolored", _BLACK),),
    (("reference", (0, 130, 0)), (" and ", _BLACK), ("prediction > 0.5", (200, 0, 200))),
    (("probability, 0 to 1 (white)", _BLACK),),
)
"""Texts with their colors, for each column."""


def spread_samples(samples: Sequence[Sample], count: int) -> list[Sample]:
    """Choose samples with cells, evenly spread; fewer where there are fewer."""
    shown = [index for index in range(len(samples)) if (samples[index].target == 1).any()]
    places = np.linspace(0, len(shown) - 1, min(count, len(shown))).round().astype(int)
    return [samples[shown[place]] for place in places]


def draw_previews(path: Path, network: nn.Module, samples: Sequence[Sample]) -> None:
    """Draw a row for each sample: image, the same with outlines of truth (green) and prediction (magenta), probability.

    A line above says what each column shows. Samples larger than 256 pixels are shown by their middle.

    Parameters
    ----------
    path : Path
        A PNG file; replaced only when wholly written.
    network : EfficientCellSeg
        In evaluation mode.
    samples : sequence of Sample
        At least one; the first output is drawn. What is ignored in training is darkened beside the outlines.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    rows = [_with_margin(_row(sample, _predict(network, sample.image)), axis=0) for sample in samples]
    picture = np.concatenate([_head(), *rows])
    encoded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1]
    with replacing(path) as file:
        file.write(encoded.tobytes())


@torch.no_grad()
def _predict(network: nn.Module, image: np.ndarray) -> np.ndarray:
    device = next(network.parameters()).device
    batch = torch.from_numpy(image.astype(np.float32) / 255).permute(2, 0, 1)[None].to(device)
    return network(batch).sigmoid()[0, 0].float().cpu().numpy()


def _row(sample: Sample, probability: np.ndarray) -> np.ndarray:
    window = _middle(sample.target.shape[0])
    image = _enlarged(sample.image[window])
    target, found = _enlarged(sample.target[window][..., 0]), _enlarged((probability[window] > 0.5).astype(np.uint8))
    outlined = image.copy()
    outlined[target == IGNORED] = (_DIM * outlined[target == IGNORED]).astype(np.uint8)
    for mask, color in ((target == 1, _TRUTH), (found, _FOUND)):
        contours = cv2.findContours(mask.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)[0]
        cv2.drawContours(outlined, contours, -1, color)
    gray = _enlarged(np.repeat(np.rint(255 * probability[window]).astype(np.uint8)[..., np.newaxis], 3, axis=-1))
    return np.concatenate([_with_margin(part, axis=1) for part in (image, outlined, gray)], axis=1)


def _head() -> np.ndarray:
    """Write above each column what it shows."""
    head = np.full((_HEAD, len(_TITLES) * (_SIDE + _MARGIN), 3), 255, np.uint8)
    for column, parts in enumerate(_TITLES):
        left = column * (_SIDE + _MARGIN) + 4
        for text, color in parts:
            cv2.putText(head, text, (left, _HEAD - 8), _FONT, 0.42, color, 1, cv2.LINE_AA)
            left += cv2.getTextSize(text, _FONT, 0.42, 1)[0][0]
    return head


def _middle(side: int) -> tuple[slice, slice]:
    """Return the middle of a sample, no larger than what is shown."""
    start = max(0, side - _SIDE) // 2
    return slice(start, start + _SIDE), slice(start, start + _SIDE)


def _enlarged(image: np.ndarray) -> np.ndarray:
    """Enlarge small images by a whole number, so that single pixels can be seen."""
    times = max(1, _SIDE // image.shape[0])
    return np.ascontiguousarray(image.repeat(times, axis=0).repeat(times, axis=1))


def _with_margin(image: np.ndarray, axis: int) -> np.ndarray:
    """Add a white line below or to the right."""
    return np.pad(image, [(0, _MARGIN if axis == one else 0) for one in range(3)], constant_values=255)
