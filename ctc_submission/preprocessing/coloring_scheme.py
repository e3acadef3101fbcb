"""What a pseudocoloring scheme is: it colors slices, and says what augmentation may do to them."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import Executor

import numpy as np

from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters

_DARK = np.float32(1 / 64)
"""Added to intensities before their ratio is taken: in the dark, where hues are coarse in 8 bit, all is gray."""


class ColoringScheme(ABC):
    """A pseudocoloring scheme; each is the ``SCHEME`` of a module of `preprocessing.colorings`."""

    finds_regions: bool = False
    """Whether regions of interest are found: `adjacent_mean` and `normalization` play a part."""
    shows_neighbors: bool = False
    """Whether red, green and blue are the slices z - step, z and z + step themselves, on one scale.

    Neighbors may then be taken a share of the cell diameter away, crops drawn from frames, and intensities changed in
    each channel by itself.
    """

    @abstractmethod
    def color(
        self, stack: np.ndarray, parameters: PseudocolorParameters, executor: Executor | None = None, step: int = 1
    ) -> Iterator[np.ndarray]:
        """Color a stack slice by slice.

        Parameters
        ----------
        stack : (Z, Y, X) ndarray of uint8, uint16 or float
            Raw frame; not changed.
        parameters : PseudocolorParameters
            How to color.
        executor : Executor, optional
            Threads to share the work.
        step : int
            How many slices away the neighbors are, for schemes that show them.

        Yields
        ------
        (Y, X, 3) ndarray of float32 in [0, 1]
            Slice after slice.
        """

    def change_intensities(
        self, image: np.ndarray, exponent: np.float32, spread: np.float32, generator: np.random.Generator
    ) -> np.ndarray:
        """Change contrast and noise of a pseudocolored slice, as if they had been changed in the stack.

        Green changes, and red and blue keep their ratio to it, unless the scheme shows its neighbors: then every
        channel changes by itself.

        Parameters
        ----------
        image : (Y, X, 3) ndarray of float32 in [0, 1]
            Pseudocolored slice; not changed.
        exponent : float32
            Exponent of the intensities.
        spread : float32
            Standard deviation of the noise.
        generator : numpy.random.Generator
            Where chance comes from.

        Returns
        -------
        (Y, X, 3) ndarray of float32 in [0, 1]
        """
        if self.shows_neighbors:
            return np.clip(image**exponent + spread * generator.standard_normal(image.shape, dtype=np.float32), 0, 1)
        changed = _in_ratio(image, image[..., 1:2] ** exponent)
        changed /= max(1, changed.max())
        noise = spread * generator.standard_normal((*image.shape[:2], 1), dtype=np.float32)
        return np.clip(_in_ratio(changed, changed[..., 1:2] + noise), 0, 1)


def _in_ratio(image: np.ndarray, green: np.ndarray) -> np.ndarray:
    """Give an image another green, and red and blue their old ratio to it."""
    return (image + _DARK) * ((green + _DARK) / (image[..., 1:2] + _DARK)) - _DARK
