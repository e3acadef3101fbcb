"""The command: parse, measure, write the report."""

import argparse
import contextlib
import logging
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import torch

from benchmarks.speed.contenders import make_execution
from benchmarks.speed.floor import measure_floor
from benchmarks.speed.gpu import Gpu, measure_gpu
from benchmarks.speed.machine import describe_machine
from benchmarks.speed.measurement import measure_world
from benchmarks.speed.report import write_report
from benchmarks.speed.results import Benchmark
from benchmarks.speed.scaling import MODEL, Series, measure_scaling
from benchmarks.speed.settings import Settings
from benchmarks.speed.worlds import DATASETS, World, plan_worlds, write_world
from ctc_submission.network.devices import choose_device
from ctc_submission.segmentation.configuration import MODELS, ShippedConfigurations

_LOG = logging.getLogger("speed")


def main(arguments: list[str] | None = None) -> int:
    """Parse the arguments, measure, and write the report."""
    logging.basicConfig(format="%(message)s")
    _LOG.setLevel(logging.INFO)
    chosen = _parse(arguments)
    try:
        with _work_folder(chosen.work) as work, tempfile.TemporaryDirectory(prefix="masks-", dir=work) as masks:
            benchmark = _measure(chosen, _make_settings(chosen, work, Path(masks)))
        write_report(chosen.output, benchmark)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"benchmark: {error}\n")
        return 2
    _LOG.info("%s", chosen.output / "benchmark.md")
    return 0


def _measure(chosen: argparse.Namespace, settings: Settings) -> Benchmark:
    device = choose_device(chosen.device)
    machine = describe_machine(device)
    _LOG.info("matrix products on %s", device)
    floors = measure_floor(device, 256 if chosen.quick else 2048, settings.runs)
    worlds = plan_worlds(chosen.datasets, chosen.frames, quick=chosen.quick)
    return Benchmark(
        machine=machine,
        quick=chosen.quick,
        runs=settings.runs,
        execution=asdict(settings.default),
        datasets=[measure_world(world, settings) for world in worlds],
        floors=floors,
        gpu=_measure_gpu(worlds[0], settings, device) if device.type == "cuda" else None,
        scaling=_measure_scaling(settings, 96 if chosen.quick else 384) if chosen.scaling else [],
    )


def _measure_gpu(world: World, settings: Settings, device: torch.device) -> Gpu:
    configuration = ShippedConfigurations(settings.models)[world.dataset]
    source = write_world(world, settings.work)
    return measure_gpu(device, configuration, settings.default, source, settings.masks / "gpu")


def _measure_scaling(settings: Settings, side: int) -> list[Series]:
    configuration = ShippedConfigurations(settings.models)[MODEL]
    masks = settings.masks / "scaling"
    return measure_scaling(configuration, settings.default, settings.work, masks, settings.runs, side=side)


def _make_settings(chosen: argparse.Namespace, work: Path, masks: Path) -> Settings:
    common = {"device": chosen.device}
    asked = {"runtime": chosen.runtime, "precision": chosen.precision}
    default = make_execution(common | {name: value for name, value in asked.items() if value})
    exact = make_execution(common | {"precision": "float32"}, optional=["precision"])
    return Settings(chosen.models.resolve(), work, masks, chosen.runs, chosen.coloring, default, exact)


@contextlib.contextmanager
def _work_folder(named: Path | None) -> Iterator[Path]:
    """Yield the folder that was named, or one for the time being."""
    if named:
        named.mkdir(parents=True, exist_ok=True)
        yield named.resolve()
    else:
        with tempfile.TemporaryDirectory(prefix="ctc-benchmark-") as temporary:
            yield Path(temporary)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmark.sh", description="Time and memory on simulated frames.")
    parser.add_argument("--output", type=Path, default=Path("runs/benchmark"), metavar="DIR", help="for the report")
    parser.add_argument(
        "--datasets", nargs="+", choices=DATASETS, default=DATASETS, metavar="NAME", help=f"of {', '.join(DATASETS)}"
    )
    parser.add_argument("--frames", type=int, default=2, help="frames of each dataset (2)")
    parser.add_argument("--runs", type=int, default=3, help="turns of each contender, of which the best counts (3)")
    parser.add_argument("--quick", action="store_true", help="tiny frames: shows that all works, measures nothing")
    parser.add_argument("--scaling", action="store_true", help="time over four sizes of frames, slices and pixels too")
    parser.add_argument(
        "--coloring",
        choices=("card", "region"),
        default="card",
        help="sequential version: as its networks were trained, so that masks compare (card), or as published (region)",
    )
    parser.add_argument("--device", default="auto", help="of the product: auto, cpu, cuda, cuda:N or mps")
    parser.add_argument("--runtime", help="of the default product, such as torch; its own choice if not given")
    parser.add_argument("--precision", help="of the default product, such as bfloat16; its own choice if not given")
    parser.add_argument("--models", type=Path, default=MODELS, metavar="DIR", help="other configurations and weights")
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep frames and ONNX files here for the next time")
    return parser.parse_args(arguments)
