"""Who runs: the product with its networks, and the sequential version.

They take turns on the same files in this process; of every figure the best of all turns counts.
"""

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.speed.sequential import SequentialPipeline, segment_folder
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.pipeline import segment_sequence

_LOG = logging.getLogger("speed")
TOTAL = "total"

Seconds = dict[str, float]
"""Seconds by stage, ``total`` among them."""


class Contender(Protocol):
    """Something that segments a folder of frames."""

    @property
    def name(self) -> str:
        """What tables call it."""

    def segment(self, source: Path, results: Path) -> Seconds:
        """Segment the frames of a folder into a new folder of masks, and return what that took."""


@dataclass(frozen=True)
class Product:
    """The product, by its public door."""

    name: str
    """What tables call it."""
    configuration: Configuration
    """How to segment."""
    execution: Execution
    """How to use the machine."""

    def segment(self, source: Path, results: Path) -> Seconds:
        """Segment a folder; what it takes in all is known, its stages overlap."""
        began = time.perf_counter()
        segment_sequence(source, results, self.configuration, self.execution)
        return {TOTAL: time.perf_counter() - began}


@dataclass(frozen=True)
class Sequential:
    """The plain sequential version."""

    name: str
    """What tables call it."""
    pipeline: SequentialPipeline
    """How it segments."""

    def segment(self, source: Path, results: Path) -> Seconds:
        """Segment a folder, and tell what each stage took."""
        began = time.perf_counter()
        watch = segment_folder(source, results, self.pipeline)
        return {**watch.seconds, TOTAL: time.perf_counter() - began}


def take_turns(contenders: Sequence[Contender], source: Path, masks: Path, runs: int) -> dict[str, Seconds]:
    """Run the contenders one after the other, several times over.

    Parameters
    ----------
    contenders : sequence of Contender
        Who takes turns, with names of their own.
    source : Path
        Folder of the frames.
    masks : Path
        Folder for the masks, which lie in ``NAME-RUN``; it must not hold any.
    runs : int
        Turns that each takes.

    Returns
    -------
    dict of str to dict
        The least seconds of every stage, by name.
    """
    taken: dict[str, list[Seconds]] = {contender.name: [] for contender in contenders}
    for run in range(runs):
        for contender in contenders:
            seconds = contender.segment(source, masks / f"{contender.name}-{run}")
            _LOG.info("%s: run %d of %d, %s: %.2f s", source.name, run + 1, runs, contender.name, seconds[TOTAL])
            taken[contender.name].append(seconds)
    return {name: best_of(measured) for name, measured in taken.items()}


def best_of(measured: Sequence[Seconds]) -> Seconds:
    """Return the least seconds of every stage."""
    return {stage: min(seconds[stage] for seconds in measured) for stage in measured[0]}


def read_record(path: Path) -> dict[str, Any]:
    """Read the record of a run of the product."""
    return json.loads(path.read_text(encoding="utf-8"))
