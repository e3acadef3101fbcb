"""What ``ctc-submission import-weights`` does once its arguments are checked: a checkpoint from an ONNX file."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from ctc_submission.challenge.datasets import find_dataset
from ctc_submission.challenge.files import read_frame
from ctc_submission.cli.import_arguments import NO_LICENSE
from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import ModelCard, sha256_of
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.importing import import_network, read_stored_card
from ctc_submission.network.importing.parity import check_parity
from ctc_submission.network.weights import save_checkpoint
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices

_PUBLISHED = {"ecs_a549": "Fluo-C3DH-A549-SIM", "ecs_tric": "Fluo-N3DL-TRIC"}


def run(arguments: argparse.Namespace) -> int:
    """Import."""
    stored = read_stored_card(arguments.source)
    card = _change(stored, arguments) if stored else _make(arguments)
    model = import_network(arguments.source, arguments.input_size, stored.architecture if stored else None)
    comparison = _compare(arguments, model, card.pseudocolor)
    if not stored:
        outputs = card.architecture.outputs
        card = replace(card, score=comparison, architecture=replace(model.architecture, outputs=outputs))
    save_checkpoint(arguments.output, model, card, half=False)
    filters = ", ".join(map(str, model.architecture.filters))
    print(
        f"{arguments.source}: decoder {filters}; sees {model.architecture.input_size} x {model.architecture.input_size}"
    )
    if stored:
        print(f"its card is kept: trained on {card.training_data}; license {card.license}")
    print(comparison)
    print(f"checkpoint: {arguments.output}")
    return 0


def _make(arguments: argparse.Namespace) -> ModelCard:
    """Make the card of a network that brings none; architecture and score are known later."""
    given = vars(arguments)
    return ModelCard(
        dataset=_dataset(arguments),
        training_data=f"not stated; imported from {arguments.source.name}, SHA-256 {sha256_of(arguments.source)}",
        date=datetime.now(timezone.utc).date().isoformat(),
        score="",
        license=given.get("license", NO_LICENSE),
        architecture=Architecture(outputs=(given.get("predict", "foreground"),)),
        pseudocolor=PseudocolorParameters(**_named(arguments, "adjacent_mean", "normalization")),
        tiles=given.get("tiles"),
    )


def _change(card: ModelCard, arguments: argparse.Namespace) -> ModelCard:
    """Replace what the arguments state of a card that came with the network."""
    predict = getattr(arguments, "predict", None)
    if predict and card.architecture.outputs != (predict,):
        raise ValueError(
            f"{arguments.source}: its card says that it predicts {' and '.join(card.architecture.outputs)}, "
            f"which --predict {predict} cannot change"
        )
    dataset = find_dataset(arguments.dataset).name if arguments.dataset else card.dataset
    colors = replace(card.pseudocolor, **_named(arguments, "adjacent_mean", "normalization"))
    return replace(card, dataset=dataset, **_named(arguments, "license", "tiles"), pseudocolor=colors)


def _named(arguments: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Return those of some arguments that were given."""
    return {name: value for name, value in vars(arguments).items() if name in names}


def _dataset(arguments: argparse.Namespace) -> str:
    name = arguments.dataset or _PUBLISHED.get(arguments.source.stem)
    if name is None:
        raise ValueError(f"{arguments.source}: which dataset is it for? name it by --dataset")
    return find_dataset(name).name


def _compare(arguments: argparse.Namespace, model: EfficientCellSeg, coloring: PseudocolorParameters) -> str:
    """Run an ONNX file beside its import, and say how far apart they are."""
    images = list(_images(arguments.check_on, model.architecture.input_size, coloring))
    difference = check_parity(arguments.source, model, images)
    return f"largest difference from its source, run by onnxruntime on {len(images)} images: {difference:.1e}"


def _images(frame: Path | None, side: int, coloring: PseudocolorParameters) -> Iterator[np.ndarray]:
    random = np.random.default_rng(0)
    for shape in ((side, side, 3), (side // 2 + 7, 2 * side + 1, 3)):
        yield random.random(shape, dtype=np.float32)
    if frame is not None:
        yield from pseudocolor_slices(read_frame(frame), coloring)
