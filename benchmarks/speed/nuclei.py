"""The general model of nuclei on a recording of one's own: size of cells and voxels stated, or unknown."""

from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.speed.contenders import TOTAL, Product, read_record, take_turns
from benchmarks.speed.settings import Settings
from benchmarks.speed.worlds import World, write_world
from ctc_submission.network.card import read_card
from ctc_submission.segmentation.configuration import Configuration, ShippedConfigurations

MODEL = "nuclei"
"""Name of the general model's configuration."""
_SPACING = (5.0, 1.0, 1.0)
_REAL, _TINY = (16, 256, 256), (3, 32, 40)


@dataclass(frozen=True)
class NucleiResult:
    """What a frame takes in one way."""

    name: str
    """Network, and what is stated."""
    shape: tuple[int, int, int]
    """Size (Z, Y, X) of the frame."""
    seconds: float
    """Of a run of one frame, its start included, the best of all."""
    cells: int
    """Cells found."""


def measure_nuclei(settings: Settings) -> list[NucleiResult]:
    """Segment a simulated frame of nuclei without a voxel size in its file, by both networks, in turns.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If there is no such configuration, or a file cannot be read or written.
    """
    shipped = ShippedConfigurations(settings.models)
    world = World(MODEL, _TINY if settings.quick else _REAL, 1)
    source = write_world(world, settings.work)
    masks = settings.masks / MODEL
    products = [
        Product(f"{network}, {what}", changed, settings.default)
        for network, configuration in (("B5", shipped[f"{MODEL}-b5"]), ("Lite0", shipped[MODEL]))
        for what, changed in (("stated", _state_sizes(configuration)), ("unknown", configuration))
    ]
    seconds = take_turns(products, source, masks, settings.runs)
    return [
        NucleiResult(product.name, world.shape, seconds[product.name][TOTAL], _count_cells(masks, product.name))
        for product in products
    ]


def _state_sizes(configuration: Configuration) -> Configuration:
    """State slices far apart, and cells of the size that the network knows."""
    diameter = read_card(configuration.segmentation_model).diameter
    return replace(configuration, cell_diameter=diameter, labeling=replace(configuration.labeling, spacing=_SPACING))


def _count_cells(masks: Path, name: str) -> int:
    (frame,) = read_record(masks / f"{name}-0.json")["frames"].values()
    return int(frame["cells"])
