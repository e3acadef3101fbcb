"""One dataset's frames, through all contenders."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Literal

import tifffile

from benchmarks.speed.agreement import Agreement, compare_masks
from benchmarks.speed.contenders import Contender, Product, Seconds, Sequential, best_of, make_faithful, take_turns
from benchmarks.speed.conversion import convert_checkpoints
from benchmarks.speed.memory import measure_memory
from benchmarks.speed.results import FAITHFUL, FAST, SEQUENTIAL, DatasetResult
from benchmarks.speed.sequential import SequentialPipeline
from benchmarks.speed.settings import Settings
from benchmarks.speed.stages import time_stages
from benchmarks.speed.stopwatch import STAGES
from benchmarks.speed.worlds import World, write_stacks, write_world
from ctc_submission.network.card import read_card
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
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
    configuration = ShippedConfigurations(settings.models)[world.dataset]
    source = write_world(world, settings.work)
    masks = settings.masks / world.name
    masks.mkdir()
    trained, coloring = _choose_coloring(configuration, settings.coloring)
    sequential = _make_sequential(configuration, coloring, settings)
    products = _make_products(configuration, settings)
    contenders: list[Contender] = [sequential, *products]
    take_turns(contenders, _write_warm_up(source), masks / "warm-up", 1)
    seconds = take_turns(contenders, source, masks, settings.runs)
    for product in products:
        seconds[product.name] |= _time_stages(product, source, masks, settings.runs)
    seconds[SEQUENTIAL] |= {stage: seconds[SEQUENTIAL][stage] / world.frames for stage in STAGES}
    options = asdict(settings.default)
    memory = measure_memory(settings.models, world.dataset, source, masks / "memory", options)
    return DatasetResult(
        world=world,
        inputs=world.shape[0] * configuration.tiles * len(sequential.pipeline.networks),
        coloring=coloring.coloring,
        seconds=seconds,
        agreement=_compare(masks) if coloring == trained else None,
        memory=memory,
        ran_on={SEQUENTIAL: _SEQUENTIAL_RUNTIME}
        | {product.name: _read_runtime(masks / f"{product.name}-0.json") for product in products},
    )


def _make_sequential(configuration: Configuration, coloring: PseudocolorParameters, settings: Settings) -> Sequential:
    networks = convert_checkpoints(configuration, settings.work)
    pipeline = SequentialPipeline(networks, coloring, configuration.labeling, configuration.tiles)
    return Sequential(SEQUENTIAL, pipeline)


def _make_products(configuration: Configuration, settings: Settings) -> list[Product]:
    return [
        Product(FAITHFUL, make_faithful(configuration), settings.exact),
        Product(FAST, configuration, settings.default),
    ]


def _choose_coloring(
    configuration: Configuration, wanted: Literal["card", "region"]
) -> tuple[PseudocolorParameters, PseudocolorParameters]:
    """Return the colors that the networks were trained with, and those of the sequential version."""
    trained = configuration.pseudocolor or read_card(configuration.segmentation_model).pseudocolor
    return trained, trained if wanted == "card" else replace(trained, coloring=wanted)


def _time_stages(product: Product, source: Path, masks: Path, runs: int) -> Seconds:
    mask = masks / "stages.tif"
    return best_of([time_stages(source, mask, product.configuration, product.execution) for _ in range(runs)])


def _read_runtime(record: Path) -> str:
    """Read from a run's record what its networks ran on, and how exactly."""
    facts = json.loads(record.read_text(encoding="utf-8"))
    return f"{facts['device']}, {facts['made_by']['precision']}"


def _write_warm_up(source: Path) -> Path:
    """Write the first slices of the first frame as a frame of their own."""
    folder = source.with_name(f"{source.name}-warm-up")
    if not folder.is_dir():
        write_stacks(folder, [tifffile.imread(source / "t000.tif")[:_WARM_UP_SLICES]])
    return folder


def _compare(masks: Path) -> Agreement:
    return compare_masks(masks / f"{SEQUENTIAL}-0", masks / f"{FAITHFUL}-0")
