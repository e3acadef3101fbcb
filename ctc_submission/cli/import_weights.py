"""``ctc-submission import-weights``: a checkpoint from an ONNX file."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from ctc_submission.challenge.datasets import find_dataset
from ctc_submission.challenge.files import read_frame
from ctc_submission.network.architecture import OUTPUTS, Architecture
from ctc_submission.network.card import ModelCard, hash_file
from ctc_submission.network.importing import import_network, read_stored_card
from ctc_submission.network.importing.parity import check_parity
from ctc_submission.network.model import EfficientCellSeg
from ctc_submission.network.weights import save_checkpoint
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices

_NO_LICENSE = "not stated: ask its authors before passing it on"
_PUBLISHED = {"ecs_a549": "Fluo-C3DH-A549-SIM", "ecs_tric": "Fluo-N3DL-TRIC"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("source", type=Path, metavar="FILE", help="EfficientCellSeg as .onnx")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.safetensors", help="checkpoint to write")
    parser.add_argument(
        "--dataset", help="the dataset it is for, by the challenge's name; known for ecs_a549, ecs_tric and our exports"
    )
    parser.add_argument(
        "--predict", choices=OUTPUTS, default=argparse.SUPPRESS, help="what it predicts; foreground if not given"
    )
    parser.add_argument("--input-size", type=int, metavar="PIXELS", help="side of its input where FILE takes any; 384")
    parser.add_argument(
        "--tiles",
        type=int,
        choices=(1, 6),
        default=argparse.SUPPRESS,
        help="square patches it saw slices in; not stated if unknown",
    )
    parser.add_argument("--check-on", type=Path, metavar="FRAME.tif", help="compare on this frame's slices as well")
    parser.add_argument(
        "--adjacent-mean",
        type=float,
        default=argparse.SUPPRESS,
        help="twice the mean foreground share of a slice; 0.03 if not given",
    )
    parser.add_argument(
        "--normalization",
        choices=("channel", "image"),
        default=argparse.SUPPRESS,
        help="of the colors; channel if not given",
    )
    parser.add_argument(
        "--license",
        default=argparse.SUPPRESS,
        help=f"what the checkpoint says of it; '{_NO_LICENSE}' if not given",
    )


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
        training_data=f"not stated; imported from {arguments.source.name}, SHA-256 {hash_file(arguments.source)}",
        date=datetime.now(timezone.utc).date().isoformat(),
        score="",
        license=given.get("license", _NO_LICENSE),
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
