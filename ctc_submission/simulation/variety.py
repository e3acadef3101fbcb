"""Varied frames: each with a scene and microscope of its own, so that networks do not learn a single microscope."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ctc_submission.simulation.simulated_frames import SimulatedFrame, check_numbers, simulate_frames
from ctc_submission.simulation.simulation_parameters import (
    NUCLEI,
    TEXTURED,
    TISSUE,
    Cells,
    Optics,
    Parameters,
    find_parameters,
)

_VARIETY = 5


def simulate_varied(
    dataset: str | Parameters, *, frames: int, seed: int, scale: float = 1.0, sequence: str = "01"
) -> Iterator[SimulatedFrame]:
    """Simulate unrelated frames: each with cells, microscope and lineage of its own.

    For ``nuclei``, which stands for recordings of nuclei of any kind, everything varies widely: size, form, density,
    anisotropy, contrast, noise and blur, the number of slices too; so it does for ``tissue``, in which nuclei are
    crowded, and for ``textured``, in which they lean any way and have nucleoli and bright spots. For the challenge's
    datasets it varies moderately around the one dataset.

    Parameters
    ----------
    dataset : str or Parameters
        Name of a dataset that can be simulated, or parameters of your own.
    frames : int
        Number of frames, at least 1.
    seed : int
        Not negative; the same seed and sequence give the same bytes.
    scale : float
        Size of the field of view in y and x relative to the dataset's; cells keep their size in pixels.
    sequence : str
        Digits; sequences differ although their seed is the same.

    Yields
    ------
    SimulatedFrame
        Frames 0, 1, ... in order; frame k is the same whatever the number of frames.

    Raises
    ------
    ValueError
        If the dataset cannot be simulated, or a number is out of range.
    """
    check_numbers(frames, seed)
    parameters = (find_parameters(dataset, sequence) if isinstance(dataset, str) else dataset).scaled(scale)
    for number in range(frames):
        rng = np.random.default_rng([_VARIETY, seed, int(sequence), number])
        varied = _VARY[parameters.variety](parameters, rng)
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
    """Draw a recording of any kind of nuclei: a view some twenty nuclei wide of a sheet, a tissue or an embryo.

    The view cuts nuclei anywhere, not only those whose center it holds; along z some stacks hold the whole specimen.
    """
    radius = float(np.exp(rng.uniform(np.log(5), np.log(16))))
    scale = parameters.shape[2] / NUCLEI.shape[2]
    side = int(scale * np.clip(2 * radius * rng.uniform(13, 20), 128, 480))
    anisotropy = float(np.exp(rng.uniform(0, np.log(min(6, 0.9 * radius)))))
    sheet = rng.random() < 0.25
    depth = int(np.clip((4 if sheet else rng.uniform(5, 9)) * radius / anisotropy, 8, 60))
    around = int(1.5 * radius)
    beyond = 0 if sheet or rng.random() < 0.4 else int(np.ceil(around / anisotropy))
    cells = _varied_nuclei(rng, radius, (depth + 2 * beyond) * anisotropy, sheet)
    bits = int(rng.choice((8, 12, 14, 16)))
    return replace(
        parameters,
        shape=(depth, side, side),
        margin=(beyond, around, around),
        anisotropy=anisotropy,
        bits=bits,
        cells=cells,
        optics=_varied_optics(rng, bits, anisotropy, radius),
    )


def vary_tissue(parameters: Parameters, rng: np.random.Generator) -> Parameters:
    """Draw a small view of a crowded tissue: nuclei that fill up to two thirds of the stack and touch on all sides."""
    radius = float(np.exp(rng.uniform(np.log(4.5), np.log(13))))
    scale = parameters.shape[2] / TISSUE.shape[2]
    side = int(scale * np.clip(2 * radius * rng.uniform(5, 9), 64, 200))
    anisotropy = float(np.exp(rng.uniform(0, np.log(min(4, 0.6 * radius)))))
    depth = int(np.clip(2 * radius * rng.uniform(2.5, 5) / anisotropy, 10, 90))
    around = int(1.5 * radius)
    beyond = int(np.ceil(around / anisotropy))
    flatness = rng.uniform(0.75, 1.15)
    spread = float(np.exp(rng.uniform(0, np.log(1.5))))
    volume = 4 / 3 * np.pi * radius**3 * flatness
    packing = rng.uniform(0.3, 0.9)
    bits = int(rng.choice((8, 12, 14, 16)))
    cells = Cells(
        "nucleus",
        radius=(radius / spread, radius * spread),
        spacing=float(np.sqrt(volume / (packing * (depth + 2 * beyond) * anisotropy))),
        flatness=flatness,
        roughness=rng.uniform(0, 0.8),
        texture=rng.uniform(0.05, 0.45),
        hollow=rng.uniform(0, 0.7) * (rng.random() < 0.5),
        brightness_spread=rng.uniform(0.05, 0.5),
        division_rate=rng.uniform(0, 0.04),
        elongation=rng.uniform(0.05, 0.6),
        cleft=rng.uniform(0.15, 0.8),
        packed=True,
    )
    return replace(
        parameters,
        shape=(depth, side, side),
        margin=(beyond, around, around),
        anisotropy=anisotropy,
        bits=bits,
        cells=cells,
        optics=replace(_varied_optics(rng, bits, anisotropy, radius, dimmest=8), specimen=0.0),
    )


def vary_textured(parameters: Parameters, rng: np.random.Generator) -> Parameters:
    """Draw a good recording of nuclei or of crowded tissue whose nuclei lean any way and have nucleoli or bright spots.

    Photons are not scarce, as in most recordings that somebody annotated. Some are saturated, some interpolated along
    z, as stacks that were resampled or deconvolved.
    """
    scale = parameters.shape[2] / TEXTURED.shape[2]
    drawn = vary_tissue(TISSUE.scaled(scale), rng) if rng.random() < 0.6 else vary_nuclei(NUCLEI.scaled(scale), rng)
    optics = _varied_optics(rng, drawn.bits, drawn.anisotropy, drawn.cells.radius[0], dimmest=20)
    return replace(
        drawn,
        name=parameters.name,
        variety=parameters.variety,
        cells=replace(
            drawn.cells,
            elongation=rng.uniform(0, 0.8),
            tilt=rng.uniform(0.1, np.pi / 2),
            nucleoli=rng.uniform(0.5, 4) * (rng.random() < 0.6),
            spots=rng.uniform(1, 12) * (rng.random() < 0.4),
            texture=rng.uniform(0.05, 0.6),
            cleft=rng.uniform(0.3, 1),
        ),
        optics=replace(
            optics,
            gain=optics.gain * (rng.uniform(1, 6) if rng.random() < 0.4 else 1),
            background=optics.signal * rng.uniform(0, 0.2),
            read_noise=0.2 * optics.read_noise,
            haze=rng.uniform(0, 0.2),
            halo=rng.uniform(0.05, 0.4) * (rng.random() < 0.4),
            specimen=rng.uniform(0.02, 0.2) * (rng.random() < 0.3),
            smoothing=rng.uniform(0.4, 1.2) * (rng.random() < 0.5),
            smoothing_along_z=rng.uniform(0.4, 1.2) * (rng.random() < 0.4),
        ),
    )


def _varied_nuclei(rng: np.random.Generator, radius: float, depth: float, sheet: bool) -> Cells:
    flatness = rng.uniform(0.7, 1.2)
    packing = float(np.exp(rng.uniform(np.log(0.01), np.log(0.25 if sheet else 0.45))))
    volume = 4 / 3 * np.pi * radius**3 * flatness
    spread = float(np.exp(rng.uniform(0, np.log(2))))
    return Cells(
        "nucleus",
        radius=(radius / spread, radius * spread),
        spacing=float(np.sqrt(volume / (packing * depth))),
        flatness=flatness,
        roughness=rng.uniform(0, 0.8),
        texture=rng.uniform(0.05, 0.45),
        hollow=rng.uniform(0, 0.6) * (rng.random() < 0.4),
        brightness_spread=rng.uniform(0.1, 0.9),
        layer=(rng.uniform(0.4, 0.6), 0.13, 0.03) if sheet else (rng.uniform(0.4, 0.6), 0.0, rng.uniform(0.15, 0.5)),
        clustering=rng.uniform(0, 0.7),
        cluster_radius=rng.uniform(3, 15) * radius,
        division_rate=rng.uniform(0, 0.06),
        debris=rng.uniform(0, 0.08) * (rng.random() < 0.5),
    )


def _varied_optics(
    rng: np.random.Generator, bits: int, anisotropy: float, radius: float, dimmest: float = 2.5
) -> Optics:
    signal = float(np.exp(rng.uniform(np.log(dimmest), np.log(150))))
    brightest = 2**bits * float(np.exp(rng.uniform(np.log(0.04), np.log(0.5))))
    return Optics(
        blur=(radius * rng.uniform(0.1, 0.7) / anisotropy, radius * rng.uniform(0.05, 0.18)),
        signal=signal,
        background=signal * rng.uniform(0.0, 0.35),
        gain=brightest / signal,
        offset=brightest * rng.uniform(0, 0.3),
        read_noise=brightest * rng.uniform(0, 0.1),
        haze=rng.uniform(0, 0.3),
        halo=rng.uniform(0.05, 0.5) * (rng.random() < 0.7),
        halo_width=(rng.uniform(2, 6), rng.uniform(1.5, 6)),
        specimen=rng.uniform(0.02, 0.4) * (rng.random() < 0.6),
        unevenness=rng.uniform(0, 0.4),
        attenuation=rng.uniform(0, 0.8),
        smoothing=rng.uniform(0.4, 0.9) * (rng.random() < 0.4),
    )


_VARY = {"slight": vary, "nuclei": vary_nuclei, "tissue": vary_tissue, "textured": vary_textured}
