"""A network as a package in the format of bioimage.io, which other programs run: ONNX file, description, test tensors.

The description is an ``rdf.yaml`` of format 0.5, written as JSON, which is YAML as well.
"""

import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ctc_submission import __version__
from ctc_submission.atomic import replacing
from ctc_submission.network.card import ModelCard, sha256_of
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.graph import OPSET, export_onnx
from ctc_submission.network.sample_image import sample_image

_FORMAT = "0.5.4"
_DESCRIPTION, _WEIGHTS, _INPUT, _OUTPUT, _README = (
    "rdf.yaml", "weights.onnx", "test_input.npy", "test_output.npy", "README.md",
)  # fmt: skip
_LICENSES = ("Apache-2.0", "BSD-3-Clause", "CC-BY-3.0", "CC-BY-4.0", "CC0-1.0", "MIT")
"""Names of SPDX that are passed on; the format takes no others."""
_PAPER = {
    "text": "R. Wagner and K. Rohr, EfficientCellSeg: Efficient Volumetric Cell Segmentation Using Context Aware "
    "Pseudocoloring, MIDL 2022",
    "doi": "10.48550/arXiv.2204.03014",
}
_TEXT = """\
# {name}

A 2D network that predicts, for a pseudocolored slice of a 3D image, the probability of {outputs}. Written by
ctc-submission {version}, which pseudocolors stacks, runs the network on every slice and separates touching cells; this
package holds the network alone.

- **Input**: {side} x {side} pixels, 3 channels, float32 in [0, 1]. Green is the slice itself; red and blue come from
  the slices before and after it (pseudocoloring '{coloring}', normalization '{normalization}', adjacent mean {share}).
- **Cell diameter**: {diameter}.
- **Output**: probabilities of the same size, a channel for each of {outputs}.
- **Trained on**: {training_data} ({date}).
- **Score**: {score}
- **License of the weights**: {license}

## Validation

Compare with annotated frames that were not used for training, by SEG and DET of the Cell Tracking Challenge:
`ctc-submission segment`, then `ctc-submission evaluate`. The test tensors are a drawn image and what the network makes
of it; they show that the network runs, not how well it segments.
"""


def write_bioimage_package(path: Path, model: EfficientCellSeg, card: ModelCard, name: str) -> None:
    """Write a network as a package of bioimage.io.

    Parameters
    ----------
    path : Path
        A ``.zip`` file, or a folder; neither may be there yet.
    model : EfficientCellSeg
        The network, on the CPU.
    card : ModelCard
        What to say of it.
    name : str
        What to call it.

    Raises
    ------
    FileExistsError
        If there is a file or a folder of this name.
    OSError
        If the package ``onnxscript`` is not installed, or a file cannot be written.
    """
    if path.exists():
        raise FileExistsError(f"{path}: is there already; name a new .zip file or folder, or remove it")
    if path.suffix != ".zip":
        path.mkdir(parents=True)
        _write_files(path, model, card, name)
        return
    with tempfile.TemporaryDirectory(prefix="ctc-submission-bioimageio-") as folder:
        _write_files(Path(folder), model, card, name)
        with replacing(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(Path(folder).iterdir()):
                archive.write(file, file.name)


def validate_bioimage_package(path: Path) -> None:
    """Have the format's own validator read a package, run its network and compare the test tensors.

    Raises
    ------
    ValueError
        If it refuses the package.
    """
    from bioimageio.core import test_model
    from bioimageio.spec import ValidationContext

    with ValidationContext(perform_io_checks=False):
        summary = test_model(path, weight_format="onnx", devices=["cpu"])
    if summary.status != "passed":
        reasons = "; ".join(str(error.msg) for detail in summary.details for error in detail.errors)
        raise ValueError(f"{path}: the validator of bioimage.io refuses the package ({' '.join(reasons.split())})")


def _write_files(folder: Path, model: EfficientCellSeg, card: ModelCard, name: str) -> None:
    export_onnx(folder / _WEIGHTS, model, card, "NCHW")
    image = np.ascontiguousarray(sample_image(card).transpose(2, 0, 1)[np.newaxis])
    with torch.inference_mode():
        probability = model.eval().predict(torch.from_numpy(image)).numpy()
    np.save(folder / _INPUT, image)
    np.save(folder / _OUTPUT, probability.astype(np.float32))
    (folder / _README).write_text(_describe_in_words(card, name), encoding="utf-8")
    description = _describe(folder, card, name)
    (folder / _DESCRIPTION).write_text(json.dumps(description, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _describe_in_words(card: ModelCard, name: str) -> str:
    colors = card.pseudocolor
    stated = (
        f"{card.diameter:g} pixels; rescale slices to it" if card.diameter else "any; slices are resized to the input"
    )
    return _TEXT.format(
        name=name,
        version=__version__,
        outputs=" and ".join(card.architecture.outputs),
        side=card.architecture.input_size,
        coloring=colors.coloring,
        normalization=colors.normalization,
        share=colors.adjacent_mean,
        diameter=stated,
        training_data=card.training_data,
        date=card.date,
        score=card.score or "not stated",
        license=card.license,
    )


def _describe(folder: Path, card: ModelCard, name: str) -> dict[str, Any]:
    """Describe the files in a folder in the words of the format."""
    license_name = card.license.replace(" ", "-")
    return {
        "format_version": _FORMAT,
        "type": "model",
        "name": name,
        "description": f"Network for pseudocolored slices of cells, trained on {card.training_data}"[:1024],
        "authors": [{"name": "the ctc-submission authors"}],
        "cite": [_PAPER],
        "documentation": _README,
        **({"license": license_name} if license_name in _LICENSES else {}),
        "tags": ["cell-segmentation", "semantic-segmentation", "3d", "fluorescence-light-microscopy"],
        "timestamp": f"{card.date}T00:00:00+00:00",
        "inputs": [_describe_tensor(folder, "x", _INPUT, ("red", "green", "blue"), card)],
        "outputs": [_describe_tensor(folder, "probability", _OUTPUT, card.architecture.outputs, card)],
        "weights": {"onnx": {**_name_file(folder / _WEIGHTS), "opset_version": OPSET}},
    }


def _describe_tensor(folder: Path, name: str, file: str, channels: tuple[str, ...], card: ModelCard) -> dict[str, Any]:
    """Describe (N, C, S, S) values in [0, 1]."""
    side = card.architecture.input_size
    return {
        "id": name,
        "axes": [
            {"type": "batch"},
            {"type": "channel", "channel_names": list(channels)},
            *({"type": "space", "id": axis, "size": side} for axis in "yx"),
        ],
        "data": {"type": "float32", "range": [0.0, 1.0]},
        "test_tensor": _name_file(folder / file),
    }


def _name_file(path: Path) -> dict[str, str]:
    return {"source": path.name, "sha256": sha256_of(path)}
