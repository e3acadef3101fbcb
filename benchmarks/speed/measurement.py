"""One dataset's frames, through all contenders."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import tifffile

from benchmarks.speed.agreement import compare_masks
from benchmarks.speed.contenders import Contender, Product, Seconds, Sequential, best_of, read_record, take_turns
from benchmarks.speed.conversion import convert_checkpoints, list_checkpoints
from benchmarks.speed.memory import measure_alone
from benchmarks.speed.results import B5, LITE, PER_SLICE, SEQUENTIAL, DatasetResult, Version
from benchmarks.speed.sequential import SequentialPipeline
from benchmarks.speed.settings import Settings
from benchmarks.speed.stages import time_stages
from benchmarks.speed.stopwatch import STAGES
from benchmarks.speed.worlds import World, write_stacks, write_world
from ctc_submission.network.card import count_stored_parameters, read_card
from ctc_submission.segmentation.configuration import Configuration, ShippedConfigurations

_WARM_UP_SLICES = 4
_SEQUENTIAL_RUNTIME = "ONNX Runtime on the CPU, float32, one image at a time"


def measure_world(world: World, settings: Settings) -> DatasetResult:
    """Simulate a world's frames and measure everything on them.

    Parameters
    ----------
    world : World
        The frames.
    settings : Settings
        What to measure them with.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If there is no such configuration, or a file cannot be read or written.
    """
    shipped = ShippedConfigurations(settings.models)
    configuration, lite = shipped[f"{world.dataset}-b5"], shipped[world.dataset]
    source = write_world(world, settings.work)
    masks = settings.masks / world.name
    masks.mkdir()
    sequential = _make_sequential(configuration, settings)
    products = _make_products(configuration, lite, settings)
    contenders: list[Contender] = [sequential, *products]
    take_turns(contenders, _write_warm_up(source), masks / "warm-up", 1)
    seconds = take_turns(contenders, source, masks, settings.runs)
    for product in products:
        seconds[product.name] |= _time_stages(product, source, masks, settings.runs)
    seconds[SEQUENTIAL] |= {stage: seconds[SEQUENTIAL][stage] / world.frames for stage in STAGES}
    return DatasetResult(
        world=world,
        seconds=seconds,
        versions={SEQUENTIAL: _describe_sequential(world, configuration, sequential.pipeline)}
        | {product.name: _describe(world, product, masks) for product in products},
        agreement=compare_masks(masks / f"{SEQUENTIAL}-0", masks / f"{PER_SLICE}-0") if settings.same_masks else None,
        memory={
            product.name: measure_alone(
                "segment", product.configuration, product.execution, source, masks / f"{product.name}-memory"
            )
            for product in products
        },
    )


def _make_sequential(configuration: Configuration, settings: Settings) -> Sequential:
    """Make the sequential version, at the published program's cost or for the same masks."""
    coloring = configuration.pseudocolor or read_card(configuration.segmentation_model).pseudocolor
    if not settings.same_masks:
        coloring = replace(coloring, coloring="region")
    networks = convert_checkpoints(configuration, settings.work)
    pipeline = SequentialPipeline(
        networks, coloring, configuration.labeling, configuration.tiles, published=not settings.same_masks
    )
    return Sequential(SEQUENTIAL, pipeline)


def _make_products(configuration: Configuration, lite: Configuration, settings: Settings) -> list[Product]:
    per_slice = replace(configuration, labeling=replace(configuration.labeling, per_slice=True))
    exact = replace(settings.default, precision="float32")
    return [
        *([Product(PER_SLICE, per_slice, exact)] if settings.same_masks else []),
        Product(B5, configuration, settings.default),
        Product(LITE, lite, settings.default),
    ]


def _describe_sequential(world: World, configuration: Configuration, pipeline: SequentialPipeline) -> Version:
    checkpoints = list_checkpoints(configuration)
    slices = len(pipeline.choose_slices(world.shape[0]))
    return Version(
        inputs=slices * pipeline.tiles * len(checkpoints),
        parameters=sum(count_stored_parameters(path) for path in checkpoints),
        cells=None,
        ran_on=_SEQUENTIAL_RUNTIME,
    )


def _describe(world: World, product: Product, masks: Path) -> Version:
    """Read from a run's record what its networks ran on, and what they found."""
    record = read_record(masks / f"{product.name}-0.json")
    networks = len(list_checkpoints(product.configuration))
    return Version(
        inputs=world.shape[0] * product.configuration.tiles * networks,
        parameters=record["parameters"],
        cells=_mean([frame["cells"] for frame in record["frames"].values()]),
        ran_on=f"{record['device']}, {record['made_by']['precision']}",
    )


def _mean(counts: Sequence[int]) -> float:
    return sum(counts) / len(counts)


def _time_stages(product: Product, source: Path, masks: Path, runs: int) -> Seconds:
    mask = masks / "stages.tif"
    return best_of([time_stages(source, mask, product.configuration, product.execution) for _ in range(runs)])


def _write_warm_up(source: Path) -> Path:
    """Write the first slices of the first frame as a frame of their own."""
    folder = source.with_name(f"{source.name}-warm-up")
    if not folder.is_dir():
        write_stacks(folder, [tifffile.imread(source / "t000.tif")[:_WARM_UP_SLICES]])
    return folder
