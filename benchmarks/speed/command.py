"""The command: parse, measure, write the report."""

import argparse
import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from unittest.mock import patch

from benchmarks.speed.gpu import measure_gpu
from benchmarks.speed.machine import describe_machine
from benchmarks.speed.measurement import measure_world
from benchmarks.speed.networks import REAL, TINY, measure_networks
from benchmarks.speed.nuclei import MODEL, measure_nuclei
from benchmarks.speed.report import write_report
from benchmarks.speed.results import Benchmark
from benchmarks.speed.scaling import Series, measure_scaling
from benchmarks.speed.settings import Settings
from benchmarks.speed.startup import measure_startup
from benchmarks.speed.worlds import DATASETS, plan_worlds
from ctc_submission.network.devices import choose_device
from ctc_submission.network.execution import Execution, RuntimeName
from ctc_submission.network.precision import Precision
from ctc_submission.segmentation.configuration import MODELS, ShippedConfigurations

_LOG = logging.getLogger("speed")
PARTS = ("networks", "frames", "nuclei", "start", "scaling", "gpu")
"""What can be measured."""


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
    worlds = plan_worlds(chosen.datasets, chosen.frames, quick=chosen.quick) if "frames" in chosen.parts else []
    sizes, runs = TINY if chosen.quick else REAL, settings.runs
    return Benchmark(
        machine,
        chosen.quick,
        runs,
        networks=measure_networks(settings.work, runs, sizes) if "networks" in chosen.parts else [],
        datasets=[measure_world(world, settings) for world in worlds],
        nuclei=measure_nuclei(settings) if "nuclei" in chosen.parts else [],
        startup=measure_startup(settings) if "start" in chosen.parts else [],
        scaling=_measure_scaling(settings, 96 if chosen.quick else 384) if "scaling" in chosen.parts else [],
        gpu=measure_gpu(device, settings.work, runs, sizes) if "gpu" in chosen.parts else [],
    )


def _measure_scaling(settings: Settings, side: int) -> list[Series]:
    configuration = ShippedConfigurations(settings.models)[MODEL]
    masks = settings.masks / "scaling"
    return measure_scaling(configuration, settings.default, settings.work, masks, settings.runs, side=side)


def _make_settings(chosen: argparse.Namespace, work: Path, masks: Path) -> Settings:
    default = Execution(chosen.device, chosen.runtime, chosen.precision)
    return Settings(chosen.models.resolve(), work, masks, chosen.runs, chosen.same_masks, chosen.quick, default)


@contextlib.contextmanager
def _work_folder(named: Path | None) -> Iterator[Path]:
    """Yield the folder that was named, or one for the time being; converted networks are kept in it too."""
    with contextlib.ExitStack() as stack:
        if named:
            named.mkdir(parents=True, exist_ok=True)
            work = named.resolve()
        else:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ctc-benchmark-")))
        stack.enter_context(patch.dict(os.environ, CTC_SUBMISSION_CACHE=str(work / "converted")))
        yield work


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmark.sh", description="Time and memory on simulated frames.")
    parser.add_argument("--output", type=Path, default=Path("runs/benchmark"), metavar="DIR", help="for the report")
    parser.add_argument(
        "--parts",
        nargs="+",
        choices=PARTS,
        default=PARTS[:4],
        metavar="PART",
        help=f"of {', '.join(PARTS)}; all but the last two if not given",
    )
    parser.add_argument(
        "--datasets", nargs="+", choices=DATASETS, default=DATASETS, metavar="NAME", help=f"of {', '.join(DATASETS)}"
    )
    parser.add_argument("--frames", type=int, default=2, help="frames of each dataset (2)")
    parser.add_argument("--runs", type=int, default=3, help="turns of each contender (3)")
    parser.add_argument("--quick", action="store_true", help="tiny frames: shows that all works, measures nothing")
    parser.add_argument(
        "--same-masks",
        action="store_true",
        help="the sequential version does all as the product's per-slice labeling, and their masks are compared; "
        "otherwise it costs what the published program costs",
    )
    parser.add_argument("--device", default="auto", help="of the product: auto, cpu, cuda, cuda:N or mps")
    parser.add_argument("--runtime", choices=get_args(RuntimeName), default="auto", help="of the product (auto)")
    parser.add_argument("--precision", choices=get_args(Precision), default="auto", help="of the product (auto)")
    parser.add_argument("--models", type=Path, default=MODELS, metavar="DIR", help="other configurations and weights")
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep frames and converted networks for the next time")
    return parser.parse_args(arguments)
