"""The network as a graph for other programs: an ONNX file, or what OpenVINO converts."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn

from ctc_submission.atomic import replacing
from ctc_submission.network.card import ModelCard
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.importing.packages import need

Layout = Literal["NHWC", "NCHW"]
OPSET = 18
"""Version of the operators in ONNX files."""


class _Predicting(nn.Module):
    """The network from images to probabilities of its own size, in a layout."""

    def __init__(self, model: EfficientCellSeg, layout: Layout) -> None:
        super().__init__()
        self.model = model
        self.channels_last = layout == "NHWC"

    def forward(self, images: Tensor) -> Tensor:
        """Return probabilities, a channel for each output, in the images' layout."""
        if self.channels_last:
            return self.model.predict(images.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        return self.model.predict(images)


class _Shown(nn.Module):
    """The network from images of any size, channels last, to probabilities, channels first."""

    def __init__(self, model: EfficientCellSeg) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> Tensor:
        """Return probabilities (N, C, S, T) for images (N, S, T, 3)."""
        return torch.sigmoid(self.model(images.permute(0, 3, 1, 2)))


def trace(model: EfficientCellSeg) -> torch.export.ExportedProgram:
    """Trace a network from images (N, S, T, 3) to probabilities (N, C, S, T), for OpenVINO to convert.

    Parameters
    ----------
    model : EfficientCellSeg
        The network; moved to the CPU and made ready to predict.
    """
    side = model.architecture.input_size
    return torch.export.export(_Shown(model.cpu().eval()), (torch.zeros(1, side, side, 3),))


def export_onnx(path: Path, model: EfficientCellSeg, card: ModelCard, layout: Layout = "NHWC") -> None:
    """Write a network as an ONNX file.

    Its input ``x`` takes any number of pseudocolored images, float32 in [0, 1], of the network's own size S; its
    output ``probability`` has a channel for each of the network's outputs. Its metadata hold ``layout`` and, as JSON,
    ``card``.

    Parameters
    ----------
    path : Path
        An ``.onnx`` file; replaced only when wholly written.
    model : EfficientCellSeg
        The network, on the CPU, ready to predict.
    card : ModelCard
        What to say of it.
    layout : {'NHWC', 'NCHW'}
        Axes: (N, S, S, 3) as the authors' files have them, or (N, 3, S, S).

    Raises
    ------
    OSError
        If the package ``onnxscript`` is not installed, or the file cannot be written.
    """
    need("onnxscript")
    side = model.architecture.input_size
    example = torch.zeros((2, side, side, 3) if layout == "NHWC" else (2, 3, side, side))
    program = torch.onnx.export(
        _Predicting(model, layout).eval(),
        (example,),
        input_names=["x"],
        output_names=["probability"],
        dynamic_shapes=({0: torch.export.Dim("N", min=1)},),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise ValueError(f"{path}: torch wrote no ONNX graph of the network")
    program.model.metadata_props.update(layout=layout, card=json.dumps(asdict(card)))
    with replacing(path) as file:
        file.write(program.model_proto.SerializeToString())
