"""From light to gray values: point spread function, haze, illumination, photon noise and camera."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from scipy import ndimage

from ctc_submission.simulation.simulation_parameters import Optics
from ctc_submission.simulation.smooth import make_waves
from ctc_submission.simulation.specimen import Specimen

_HAZE_STEP = 8


@dataclass(frozen=True)
class Illumination:
    """How evenly a sequence is illuminated."""

    foreground: np.ndarray
    """(Y, X) float32 factor on the light of cells, about 1."""
    background: np.ndarray
    """(Y, X) float32 factor on the background, about 1."""
    specimen: Specimen | None = None
    """The autofluorescent specimen around the cells, if there is one."""


def make_illumination(rng: np.random.Generator, optics: Optics, shape: tuple[int, int, int]) -> Illumination:
    """Draw smooth illumination and background for frames of `shape` (Z, Y, X)."""
    _, height, width = shape
    y, x = np.ix_(np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32))
    foreground, background = (
        1 + optics.unevenness * make_waves(rng, 1.2 * max(height, width)).at(y, x) for _ in range(2)
    )
    return Illumination(foreground.astype(np.float32), background.astype(np.float32))


def expose(
    light: np.ndarray, optics: Optics, illumination: Illumination, rng: np.random.Generator, frame: int
) -> np.ndarray:
    """Expose a frame.

    Parameters
    ----------
    light : (Z, Y, X) ndarray of float32
        Brightness of every voxel, 1 inside an average cell, 0 outside.
    optics : Optics
        The microscope.
    illumination : Illumination
        Illumination and background of this sequence.
    rng : Generator
        Source of the noise.
    frame : int
        Number of the frame; brightness bleaches from frame to frame.

    Returns
    -------
    (Z, Y, X) ndarray of float32
        Gray values, not yet rounded or clipped.
    """
    blurred = _blur(light, optics)
    fade = optics.signal * (1 - optics.bleaching) ** frame
    losses = 1 - optics.attenuation * np.linspace(0, 1, len(light))
    for z, (stack_slice, loss) in enumerate(zip(blurred, losses, strict=True)):
        if illumination.specimen:
            stack_slice += np.float32(optics.specimen) * illumination.specimen.slice_light(z, light.shape)
        stack_slice *= np.float32(fade * loss) * illumination.foreground
        stack_slice += np.float32(optics.background) * illumination.background
        stack_slice[:] = _detect(stack_slice, optics, rng)
    if optics.smoothing_along_z:
        return ndimage.gaussian_filter1d(blurred, optics.smoothing_along_z, axis=0, mode="nearest")
    return blurred


def digitize(gray: np.ndarray, bits: int) -> np.ndarray:
    """Round and clip gray values to an unsigned integer of `bits` bits: uint8 for up to 8, else uint16."""
    image = np.empty(gray.shape, np.uint8 if bits <= 8 else np.uint16)
    for levels, stack_slice in zip(image, gray, strict=True):
        levels[:] = np.clip(np.rint(stack_slice), 0, 2**bits - 1)
    return image


def _blur(light: np.ndarray, optics: Optics) -> np.ndarray:
    if optics.halo:
        (along_z, across), (higher, wider) = optics.blur, optics.halo_width
        wide = replace(optics, blur=(higher * along_z, wider * across), halo=0.0)
        near = replace(optics, halo=0.0)
        return (1 - np.float32(optics.halo)) * _blur(light, near) + np.float32(optics.halo) * _blur(light, wide)
    along_z, across = optics.blur
    sharp = ndimage.gaussian_filter1d(light, along_z, axis=0, mode="nearest", truncate=3) if along_z else light.copy()
    mean = sharp.mean(axis=0)
    height, width = mean.shape
    coarse = (max(width // _HAZE_STEP, 1), max(height // _HAZE_STEP, 1))
    small = cv2.GaussianBlur(cv2.resize(mean, coarse, interpolation=cv2.INTER_AREA), (0, 0), 2)
    haze = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    for stack_slice in sharp:
        if across:
            stack_slice[:] = cv2.GaussianBlur(stack_slice, (0, 0), across)
        stack_slice *= np.float32(1 - optics.haze)
        stack_slice += np.float32(optics.haze) * haze
    return sharp


def _detect(photons: np.ndarray, optics: Optics, rng: np.random.Generator) -> np.ndarray:
    """Photon noise by the normal approximation of the square root of a Poisson number, then the camera's noise."""
    root = np.sqrt(np.maximum(photons - 0.25, 0)) + 0.5 * rng.standard_normal(photons.shape, dtype=np.float32)
    noise = rng.standard_normal(photons.shape, dtype=np.float32)
    gray = np.float32(optics.gain) * root**2 + np.float32(optics.offset) + np.float32(optics.read_noise) * noise
    return cv2.GaussianBlur(gray, (0, 0), optics.smoothing) if optics.smoothing else gray
