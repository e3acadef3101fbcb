"""What a simulated dataset looks like: one frozen set of parameters for each dataset that can be simulated."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

Form = Literal["branched", "nucleus", "filopodial"]
Variety = Literal["slight", "nuclei", "tissue", "textured"]


@dataclass(frozen=True)
class Cells:
    """How cells look, where they lie and how they move. Lengths in pixels of y and x, rates per frame."""

    form: Form
    """Branched cells in a gel, ellipsoidal nuclei, or one large cell with filopodia."""
    radius: tuple[float, float]
    """Smallest and largest radius of a cell without its arms."""
    spacing: float = 0.0
    """Side of the square that one cell has to itself when seen along z; 0 makes a single cell."""
    flatness: float = 1.0
    """Extent in z relative to the extent in y and x."""
    roughness: float = 0.0
    """How far the texture moves the surface of a cell in or out."""
    texture: float = 0.2
    """Relative standard deviation of the intensity inside a cell."""
    hollow: float = 0.0
    """How much darker than its rim the middle of a nucleus is: 0 not at all, 1 black."""
    brightness_spread: float = 0.3
    """Standard deviation of the logarithm of the cells' mean intensities."""
    layer: tuple[float, float, float] = (0.5, 0.0, 0.2)
    """Mean depth, waviness and standard deviation of the cells' positions in z, each as a part of the stack."""
    clustering: float = 0.0
    """Share of the cells that lie in clusters."""
    cluster_radius: float = 40.0
    """Standard deviation of the positions in a cluster."""
    speed: float = 1.0
    """Standard deviation of the displacement from frame to frame."""
    division_rate: float = 0.0
    """Share of the cells that divide per frame."""
    debris: float = 0.0
    """Share of the nuclei that are dead: shrunken and bright."""
    elongation: float = 0.28
    """How much longer than wide a nucleus may be when seen along z, relative to a round one, each way."""
    cleft: float = 0.35
    """Brightness, relative to the cells, of the cleft of two pixels between cells that touch."""
    packed: bool = False
    """Whether cells fill the whole stack, pushed apart in all directions, instead of lying in a layer."""
    tilt: float = 0.0
    """Largest angle in radians by which a nucleus leans out of the plane of the slices."""
    nucleoli: float = 0.0
    """Mean number of nucleoli, dark balls in a nucleus."""
    spots: float = 0.0
    """Mean number of chromocenters, bright spots in a nucleus."""

    def __post_init__(self) -> None:
        low, high = self.radius
        if not 1 <= low <= high:
            raise ValueError(f"radius is {self.radius}, expected smallest and largest in pixels, at least 1")
        if self.spacing < 0 or self.speed < 0 or self.flatness <= 0:
            raise ValueError("spacing and speed must not be negative, flatness must be positive")
        if not 0 <= self.division_rate < 0.5:
            raise ValueError(f"division_rate is {self.division_rate}, expected 0 to 0.5 per frame")


@dataclass(frozen=True)
class Optics:
    """How light becomes gray values. Intensities are photons unless said otherwise."""

    blur: tuple[float, float]
    """Standard deviation of the point spread function: slices in z, pixels in y and x."""
    signal: float
    """Photons from a voxel inside a cell of mean brightness."""
    background: float
    """Photons from a voxel without a cell."""
    gain: float
    """Gray values per photon."""
    offset: float
    """Gray value of the dark camera."""
    read_noise: float
    """Standard deviation of the camera's own noise, in gray values."""
    haze: float = 0.1
    """Share of the light that arrives as a wide blur from cells out of focus."""
    halo: float = 0.0
    """Share of the light that arrives as a wider blur than the point spread function's."""
    halo_width: tuple[float, float] = (5.0, 5.0)
    """How many times wider, along z and across."""
    specimen: float = 0.0
    """Light of the autofluorescent specimen around the cells, relative to an average cell; 0 for no specimen."""
    unevenness: float = 0.2
    """Relative change of illumination and background over the field."""
    attenuation: float = 0.3
    """Share of the light lost from the first slice to the last."""
    bleaching: float = 0.01
    """Share of the light lost per frame."""
    smoothing: float = 0.0
    """Standard deviation in pixels of the interpolation that the noise went through; 0 for raw data."""
    smoothing_along_z: float = 0.0
    """The same along z, in slices, as of stacks that were interpolated to cubic voxels."""

    def __post_init__(self) -> None:
        if self.signal <= 0 or self.gain <= 0:
            raise ValueError(f"signal is {self.signal} and gain {self.gain}, expected positive numbers")
        if min(*self.blur, self.background, self.read_noise, self.haze, self.smoothing, self.smoothing_along_z) < 0:
            raise ValueError("blur, background, read_noise, haze and smoothing (along z too) must not be negative")


@dataclass(frozen=True)
class Parameters:
    """A dataset to simulate."""

    name: str
    """The challenge's name of the dataset."""
    shape: tuple[int, int, int]
    """Size (Z, Y, X) of a frame."""
    anisotropy: float
    """Size of a voxel in z relative to y and x."""
    bits: int
    """Significant bits of a gray value; 8 or fewer are stored as uint8, others as uint16."""
    cells: Cells
    """How cells look and move."""
    optics: Optics
    """How they are imaged."""
    annotated_slices: tuple[int, int] | None = None
    """First and last slice that may carry a sparse annotation; None where frames are annotated whole."""
    annotated_share: float = 0.0
    """Sparse annotations are made of slices that show at least this share of the cells of the fullest slice."""
    margin: tuple[int, int, int] = (0, 0, 0)
    """Slices and pixels (Z, Y, X) that are simulated beyond each face of the frame, so that it cuts cells anywhere."""
    outlined_as_seen: bool = False
    """Whether cells are annotated as they look, blurred, as a person would, instead of as they are."""
    variety: Variety = "slight"
    """What varied frames are: slight changes of this dataset, or recordings of any nuclei, any crowded tissue, or any
    nuclei with a texture."""

    def __post_init__(self) -> None:
        if min(self.shape) < 1:
            raise ValueError(f"{self.name}: shape is {self.shape}, expected (Z, Y, X) of at least 1 each")
        if min(self.margin) < 0:
            raise ValueError(f"{self.name}: margin is {self.margin}, expected (Z, Y, X) of at least 0 each")
        if not 1 <= self.bits <= 16:
            raise ValueError(f"{self.name}: bits is {self.bits}, expected 1 to 16")
        if self.anisotropy <= 0:
            raise ValueError(f"{self.name}: anisotropy is {self.anisotropy}, expected a positive ratio")

    def scaled(self, scale: float) -> "Parameters":
        """Shrink (or widen) the field of view in y and x; cells keep their size in pixels.

        Raises
        ------
        ValueError
            If `scale` is not positive.
        """
        if not scale > 0:
            raise ValueError(f"scale is {scale}, expected a positive number, 1 for the dataset's own size")
        z, y, x = self.shape
        return replace(self, shape=(z, max(round(y * scale), 1), max(round(x * scale), 1)))


MDA231 = Parameters(
    "Fluo-C3DL-MDA231",
    shape=(30, 512, 512),
    anisotropy=6.0 / 1.242,
    bits=12,
    cells=Cells(
        "branched",
        radius=(5.0, 10.4),
        spacing=80.0,
        roughness=0.6,
        texture=0.25,
        brightness_spread=0.38,
        layer=(0.5, 0.05, 0.22),
        clustering=0.6,
        cluster_radius=32.0,
        speed=4.0,
        division_rate=0.015,
    ),
    optics=Optics(blur=(0.65, 1.1), signal=18.0, background=3.0, gain=28.0, offset=40.0, read_noise=12.0, haze=0.15),
    annotated_slices=(7, 23),
)
TRIC = Parameters(
    "Fluo-N3DL-TRIC",
    shape=(13, 1745, 2440),
    anisotropy=5.0,
    bits=14,
    cells=Cells(
        "nucleus",
        radius=(10.0, 15.5),
        spacing=46.0,
        flatness=0.9,
        roughness=0.4,
        texture=0.22,
        hollow=0.15,
        brightness_spread=0.35,
        layer=(0.48, 0.13, 0.03),
        clustering=0.55,
        cluster_radius=260.0,
        speed=1.5,
        division_rate=0.004,
    ),
    optics=Optics(
        blur=(0.8, 1.3), signal=60.0, background=9.0, gain=25.0, offset=200.0, read_noise=30.0, haze=0.2, smoothing=0.6
    ),
    annotated_slices=(2, 10),
    annotated_share=0.5,
)
A549_SIM = Parameters(
    "Fluo-C3DH-A549-SIM",
    shape=(29, 300, 350),
    anisotropy=1.0 / 0.126,
    bits=12,
    cells=Cells(
        "filopodial", radius=(72.0, 92.0), flatness=0.95, roughness=1.0, texture=0.3, brightness_spread=0.1, speed=1.5
    ),
    optics=Optics(blur=(0.8, 1.4), signal=35.0, background=4.0, gain=22.0, offset=60.0, read_noise=10.0, haze=0.15),
)
NUCLEI = replace(
    TRIC,
    name="nuclei",
    shape=(24, 320, 320),
    anisotropy=2.5,
    bits=12,
    cells=replace(TRIC.cells, layer=(0.5, 0.0, 0.35)),
    annotated_slices=(0, 59),
    annotated_share=0.0,
    outlined_as_seen=True,
    variety="nuclei",
)

TISSUE = replace(
    NUCLEI,
    name="tissue",
    shape=(40, 120, 120),
    anisotropy=1.5,
    margin=(8, 12, 12),
    cells=replace(NUCLEI.cells, radius=(6.0, 8.0), spacing=6.0, packed=True, elongation=0.5, clustering=0.0),
    variety="tissue",
)
TEXTURED = replace(
    TISSUE, name="textured", cells=replace(TISSUE.cells, tilt=1.0, nucleoli=2.0, spots=3.0), variety="textured"
)

SIMULATED: Mapping[str, Parameters] = MappingProxyType(
    {each.name: each for each in (MDA231, TRIC, A549_SIM, NUCLEI, TISSUE, TEXTURED)}
)
"""The datasets that can be simulated, by name."""

_SECOND_SHAPES = {A549_SIM.name: (37, 300, 400), TRIC.name: (13, 2454, 1693)}


def find_parameters(dataset: str, sequence: str = "01") -> Parameters:
    """Look up the parameters of a dataset; even sequences of TRIC and A549-SIM have a size of their own.

    Raises
    ------
    ValueError
        If the dataset cannot be simulated (the message lists those that can) or `sequence` is not a number.
    """
    if dataset not in SIMULATED:
        raise ValueError(f"'{dataset}' cannot be simulated: expected one of {', '.join(SIMULATED)}")
    if not sequence.isdecimal():
        raise ValueError(f"sequence is '{sequence}', expected digits such as 01")
    parameters = SIMULATED[dataset]
    if int(sequence) % 2 == 0 and dataset in _SECOND_SHAPES:
        return replace(parameters, shape=_SECOND_SHAPES[dataset])
    return parameters
