"""Smooth random functions: waves over the field of view, and a periodic block of texture."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage


@dataclass(frozen=True)
class Waves:
    """A smooth random function of position: a sum of plane waves with values of about -1 to 1."""

    frequency: np.ndarray
    """(N, 2) angular frequencies along y and x, per pixel."""
    phase: np.ndarray
    """(N,) phases in radians."""

    def at(self, y: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Evaluate at positions `y` and `x` in pixels, arrays that broadcast together."""
        waves = [
            np.cos(fy * y + fx * x + p)
            for (fy, fx), p in zip(self.frequency.tolist(), self.phase.tolist(), strict=True)
        ]
        return sum(waves[1:], waves[0]) / len(waves)


def make_waves(rng: np.random.Generator, wavelength: float, count: int = 4) -> Waves:
    """Draw `count` waves with lengths of about `wavelength` pixels and any direction."""
    angle = rng.uniform(0, 2 * np.pi, count)
    frequency = 2 * np.pi / (wavelength * rng.uniform(0.7, 1.5, count))
    directions = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return Waves(frequency[:, None] * directions, rng.uniform(0, 2 * np.pi, count))


@dataclass(frozen=True)
class Texture:
    """A block of smooth noise that repeats in every direction."""

    block: np.ndarray
    """(Z, Y, X) float32 of mean 0 and standard deviation 1."""

    def crop(self, origin: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """Crop a (Z, Y, X) float32 block of any size that starts at the integer `origin`, wrapping around."""
        axes = zip(origin, shape, self.block.shape, strict=True)
        return self.block[np.ix_(*[(np.arange(length) + start) % period for start, length, period in axes])]


def make_texture(rng: np.random.Generator, anisotropy: float, sigmas: tuple[float, ...] = (1.5, 4.0)) -> Texture:
    """Make a block of noise that mixes grains of several sizes.

    Parameters
    ----------
    rng : Generator
        Source of randomness.
    anisotropy : float
        Voxel size in z relative to y and x: grains are round in space, hence flatter in slices.
    sigmas : tuple of float
        Standard deviations in pixels of the Gaussian filters that make the grains.
    """
    block = np.zeros((32, 192, 192), np.float32)
    for sigma in sigmas:
        noise = rng.standard_normal(block.shape, dtype=np.float32)
        grains = ndimage.gaussian_filter(noise, (sigma / anisotropy, sigma, sigma), mode="wrap", truncate=3)
        block += grains / grains.std()
    return Texture(block / block.std())
