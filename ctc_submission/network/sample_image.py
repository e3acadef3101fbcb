"""A small image of cells to try networks on, the same on every machine."""

import numpy as np

from ctc_submission.network.card import ModelCard
from ctc_submission.preprocessing.pseudocolor import pseudocolor_slices

_USUAL_DIAMETER = 24.0
_SLICES = 3


def sample_image(card: ModelCard) -> np.ndarray:
    """Draw bright balls on a dim, noisy background, and color them as a network expects them.

    Parameters
    ----------
    card : ModelCard
        That of the network: its input's size, its cells' diameter, its pseudocolors.

    Returns
    -------
    (S, S, 3) ndarray of float32 in [0, 1]
        The middle one of three slices.
    """
    side, diameter = card.architecture.input_size, card.diameter or _USUAL_DIAMETER
    random = np.random.default_rng(0)
    stack = random.normal(200, 10, (_SLICES, side, side))
    z, y, x = np.indices(stack.shape)
    for center_y, center_x in random.uniform(0, side, (max(4, side**2 // 4000), 2)):
        squared = (z - 1) ** 2 + (y - center_y) ** 2 + (x - center_x) ** 2
        stack += random.uniform(600, 1200) / (1 + np.exp(np.sqrt(squared) - diameter / 2))
    images = list(pseudocolor_slices(stack.clip(0, 65535).astype(np.uint16), card.pseudocolor))
    return images[1]
