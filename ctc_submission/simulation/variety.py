"""Varied frames: each a world of its own, so that what learns from them does not learn a single microscope."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ctc_submission.simulation.frames import SimulatedFrame, simulate_frames
from ctc_submission.simulation.parameters import Cells, Optics, Parameters, find_parameters

_VARIETY = 5


def simulate_varied(
    dataset: str | Parameters, *, frames: int, seed: int, scale: float = 1.0
) -> Iterator[SimulatedFrame]:
    """Simulate unrelated frames: each with cells, microscope and lineage of its own.

    For ``nuclei``, which stands for recordings of nuclei of any kind, everything varies widely: size, form, density,
    anisotropy, contrast, noise and blur, the number of slices too. For the challenge's datasets it varies moderately
    around the one dataset.

    Parameters
    ----------
    dataset : str or Parameters
        Name of a dataset that can be simulated, or parameters of one's own.
    frames : int
        Number of frames, at least 1.
    seed : int
        Not negative; the same seed gives the same bytes.
    scale : float
        Size of the field of view in y and x relative to the dataset's; cells keep their size in pixels.

    Yields
    ------
    SimulatedFrame
        Frames 0, 1, ... in order; frame k is the same whatever the number of frames.

    Raises
    ------
    ValueError
        If the dataset cannot be simulated, or a number is out of range.
    """
    if frames < 1 or seed < 0:
        raise ValueError(
            f"frames is {frames} and seed {seed}: expected at least 1 frame and a seed that is not negative"
        )
    parameters = (find_parameters(dataset) if isinstance(dataset, str) else dataset).scaled(scale)
    for number in range(frames):
        rng = np.random.default_rng([_VARIETY, seed, number])
        varied = vary_nuclei(parameters, rng) if parameters.varies_widely else vary(parameters, rng)
        for frame in simulate_frames(varied, frames=1, seed=int(rng.integers(2**31))):
            yield replace(frame, number=number)


def vary(parameters: Parameters, rng: np.random.Generator) -> Parameters:
    """Vary size, texture, contrast, noise and blur moderately around `parameters`."""
    cells, optics = parameters.cells, parameters.optics
    size = rng.uniform(0.85, 1.15)
    signal, background, blur = rng.uniform(0.5, 3), rng.uniform(0.4, 2.0), rng.uniform(0.75, 1.35)
    return replace(
        parameters,
        cells=replace(
            cells,
            radius=(cells.radius[0] * size, cells.radius[1] * size),
            spacing=cells.spacing * rng.uniform(0.75, 1.3),
            texture=cells.texture * rng.uniform(0.5, 1.6),
            brightness_spread=cells.brightness_spread * rng.uniform(0.6, 1.4),
        ),
        optics=replace(
            optics,
            blur=(optics.blur[0] * blur, optics.blur[1] * rng.uniform(0.7, 1.4)),
            signal=optics.signal * signal,
            background=optics.background * background,
            gain=optics.gain / signal**0.8,
            read_noise=optics.read_noise * rng.uniform(0.5, 2),
            haze=rng.uniform(0.02, 0.3),
            unevenness=rng.uniform(0, 0.4),
            attenuation=rng.uniform(0, 0.5),
        ),
    )


def vary_nuclei(parameters: Parameters, rng: np.random.Generator) -> Parameters:
    """Draw a recording of any kind of nuclei, in a sheet or all over the stack, as wide and high as `parameters`."""
    slices, height, width = parameters.shape
    sheet = rng.random() < 0.5
    anisotropy = float(np.exp(rng.uniform(np.log(3 if sheet else 1), np.log(6))))
    depth = slices if sheet else int(rng.integers(slices, 2 * slices + 6))
    cells = _varied_nuclei(rng, depth * anisotropy, sheet)
    bits = int(rng.choice((8, 12, 14, 16)))
    return replace(
        parameters,
        shape=(depth, height, width),
        anisotropy=anisotropy,
        bits=bits,
        cells=cells,
        optics=_varied_optics(rng, bits, anisotropy, cells.radius[0]),
    )


def _varied_nuclei(rng: np.random.Generator, depth: float, sheet: bool) -> Cells:
    radius = float(np.exp(rng.uniform(np.log(6), np.log(17))))
    flatness = rng.uniform(0.7, 1.1)
    thickness = min(4 * radius, depth) if sheet else depth
    packing = rng.uniform(0.04, 0.25 if sheet else 0.4)
    volume = 4 / 3 * np.pi * radius**3 * flatness
    return Cells(
        "nucleus",
        radius=(0.85 * radius, radius * rng.uniform(1.0, 1.35)),
        spacing=float(np.sqrt(volume / (packing * thickness))),
        flatness=flatness,
        roughness=rng.uniform(0, 0.6),
        texture=rng.uniform(0.05, 0.45),
        hollow=rng.uniform(0, 0.5) * (rng.random() < 0.5),
        brightness_spread=rng.uniform(0.1, 0.6),
        layer=(rng.uniform(0.4, 0.6), 0.13, 0.03) if sheet else (0.5, 0.0, rng.uniform(0.2, 0.5)),
        clustering=rng.uniform(0, 0.7),
        cluster_radius=rng.uniform(3, 15) * radius,
        division_rate=rng.uniform(0, 0.06),
    )


def _varied_optics(rng: np.random.Generator, bits: int, anisotropy: float, radius: float) -> Optics:
    signal = float(np.exp(rng.uniform(np.log(5), np.log(150))))
    brightest = 2**bits * rng.uniform(0.08, 0.4)
    return Optics(
        blur=(rng.uniform(1.5, 4.0) / anisotropy, rng.uniform(0.5, 0.16 * radius)),
        signal=signal,
        background=signal * rng.uniform(0.0, 0.35),
        gain=brightest / signal,
        offset=brightest * rng.uniform(0, 0.3),
        read_noise=brightest * rng.uniform(0, 0.08),
        haze=rng.uniform(0, 0.35),
        unevenness=rng.uniform(0, 0.4),
        attenuation=rng.uniform(0, 0.7),
        smoothing=rng.uniform(0.4, 0.9) * (rng.random() < 0.4),
    )
