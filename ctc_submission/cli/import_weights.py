"""``ctc-submission import-weights``: a checkpoint from an ONNX or Keras file."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

from ctc_submission.challenge.datasets import find_dataset
from ctc_submission.challenge.files import read_frame
from ctc_submission.network.architecture import OUTPUTS
from ctc_submission.network.card import ModelCard, hash_file
from ctc_submission.network.importing import import_network
from ctc_submission.network.importing.parity import check_parity
from ctc_submission.network.model import EfficientCellSeg
from ctc_submission.network.weights import save_checkpoint
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices

_PUBLISHED = {"ecs_a549": "Fluo-C3DH-A549-SIM", "ecs_tric": "Fluo-N3DL-TRIC"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("source", type=Path, metavar="FILE", help="EfficientCellSeg as .onnx, or as Keras' .h5")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.safetensors", help="checkpoint to write")
    parser.add_argument(
        "--dataset", help="the dataset it is for, by the challenge's name; known for ecs_a549 and ecs_tric"
    )
    parser.add_argument("--predict", choices=OUTPUTS, default="foreground", help="what it predicts")
    parser.add_argument("--input-size", type=int, metavar="PIXELS", help="side of its input where FILE takes any; 384")
    parser.add_argument(
        "--tiles", type=int, choices=(1, 6), help="square patches it saw slices in; not stated if unknown"
    )
    parser.add_argument("--check-on", type=Path, metavar="FRAME.tif", help="compare on this frame's slices as well")
    parser.add_argument("--adjacent-mean", type=float, default=0.03, help="twice the mean foreground share of a slice")
    parser.add_argument("--normalization", choices=("channel", "image"), default="channel", help="of the colors")
    parser.add_argument(
        "--license", default="not stated: ask its authors before passing it on", help="what the checkpoint says of it"
    )


def run(arguments: argparse.Namespace) -> int:
    """Import."""
    dataset = _dataset(arguments)
    coloring = PseudocolorParameters(arguments.adjacent_mean, arguments.normalization)
    model = import_network(arguments.source, arguments.input_size)
    score = _compare(arguments, model, coloring)
    card = ModelCard(
        dataset=dataset,
        training_data=f"not stated; imported from {arguments.source.name}, SHA-256 {hash_file(arguments.source)}",
        date=datetime.now(timezone.utc).date().isoformat(),
        score=score,
        license=arguments.license,
        architecture=replace(model.architecture, outputs=(arguments.predict,)),
        pseudocolor=coloring,
        tiles=arguments.tiles,
    )
    save_checkpoint(arguments.output, model, card, half=False)
    filters = ", ".join(map(str, model.architecture.filters))
    print(
        f"{arguments.source}: decoder {filters}; sees {model.architecture.input_size} x {model.architecture.input_size}"
    )
    print(score)
    print(f"checkpoint: {arguments.output}")
    return 0


def _dataset(arguments: argparse.Namespace) -> str:
    name = arguments.dataset or _PUBLISHED.get(arguments.source.stem)
    if name is None:
        raise ValueError(f"{arguments.source}: which dataset is it for? name it by --dataset")
    return find_dataset(name).name


def _compare(arguments: argparse.Namespace, model: EfficientCellSeg, coloring: PseudocolorParameters) -> str:
    """Run an ONNX file beside its import, and say how far apart they are."""
    if arguments.source.suffix.lower() != ".onnx":
        return "not compared with its source: a Keras file does not run without TensorFlow"
    images = list(_images(arguments.check_on, model.architecture.input_size, coloring))
    difference = check_parity(arguments.source, model, images)
    return f"largest difference from its source, run by onnxruntime on {len(images)} images: {difference:.1e}"


def _images(frame: Path | None, side: int, coloring: PseudocolorParameters) -> Iterator[np.ndarray]:
    random = np.random.default_rng(0)
    for shape in ((side, side, 3), (side // 2 + 7, 2 * side + 1, 3)):
        yield random.random(shape, dtype=np.float32)
    if frame is not None:
        yield from pseudocolor_slices(read_frame(frame), coloring)
