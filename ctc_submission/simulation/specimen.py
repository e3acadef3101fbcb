"""The specimen around the cells: an autofluorescent embryo or tissue that ends inside the frame."""

from dataclasses import dataclass

import cv2
import numpy as np

from ctc_submission.simulation.smooth import Texture


@dataclass(frozen=True)
class Specimen:
    """A mottled ellipsoid, in parts of the frame's size: a center of 0.5 and half axes of 0.5 just fill the frame."""

    center: np.ndarray
    """(3,) float, z, y, x."""
    half_axes: np.ndarray
    """(3,) float, z, y, x."""
    mottle: Texture
    """Noise of the light inside."""
    grain: float
    """Size of the noise's grains in pixels."""

    def distance(self, position: np.ndarray) -> np.ndarray:
        """Return the distance from the center, 1 on the surface, of (..., 3) positions in parts of the frame."""
        return np.sqrt((((position - self.center) / self.half_axes) ** 2).sum(axis=-1))

    def slice_light(self, z: int, shape: tuple[int, int, int]) -> np.ndarray:
        """Return the light of slice `z` of a frame of `shape` (Z, Y, X).

        Returns
        -------
        (Y, X) ndarray of float32
            About 1 inside, 0 outside, with a soft edge.
        """
        depth, height, width = shape
        y, x = np.ix_(np.arange(height) / height, np.arange(width) / width)
        distance = self.distance(np.stack(np.broadcast_arrays(z / depth, y, x), axis=-1))
        size = (int(width / self.grain) + 2, int(height / self.grain) + 2)
        noise = self.mottle.crop(np.array([z, 0, 0]), (1, size[1], size[0]))[0]
        mottle = cv2.resize(noise, (width, height), interpolation=cv2.INTER_LINEAR)
        return (np.clip((1 - distance) * 8, 0, 1) * np.maximum(1 + 0.35 * mottle, 0)).astype(np.float32)


def make_specimen(rng: np.random.Generator, texture: Texture) -> Specimen:
    """Draw a specimen that fills some or all of the frame."""
    return Specimen(
        center=rng.uniform(0.4, 0.6, 3),
        half_axes=np.exp(rng.uniform(np.log(0.35), np.log(1.2), 3)),
        mottle=texture,
        grain=float(rng.uniform(1, 5)),
    )
