"""Networks with random weights and statistics, and ONNX files of them in the styles that exporters have."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

from ctc_submission.network.architecture import Architecture
from ctc_submission.network.efficientcellseg import EfficientCellSeg

SIDE = 64


def random_network(decoder=(64, 48, 32, 16), side=SIDE, seed=0) -> EfficientCellSeg:
    """Return a network whose probabilities vary, with statistics of batch norm and input unlike any default."""
    torch.manual_seed(seed)
    model = EfficientCellSeg(Architecture(decoder, side)).eval()
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.weight.data.uniform_(0.5, 1.5)
            part.bias.data.normal_(2, 0.1)
        elif isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight)
            if part.bias is not None:
                part.bias.data.normal_(0, 0.1)
    model.input_mean[:] = torch.tensor([0.4, 0.5, 0.6]).view(1, 3, 1, 1)
    model.input_std[:] = torch.tensor([0.2, 0.3, 0.4]).view(1, 3, 1, 1)
    images = torch.rand(4, 3, side, side)
    _calibrate(model, images)
    with torch.inference_mode():
        logits = model(images)
    model.head.weight.data /= logits.std()
    model.head.bias.data = (model.head.bias.data - logits.mean()) / logits.std()
    return model


@torch.no_grad()
def _calibrate(model: EfficientCellSeg, images: torch.Tensor) -> None:
    """Set statistics near those of the images and branches small, as training does; else rounding errors grow."""
    for block in itertools.chain.from_iterable(model.encoder.blocks):
        last = block.bn3 if hasattr(block, "bn3") else block.bn2
        last.weight *= 0.2 if block.has_skip else 1
    norms = [part for part in model.modules() if isinstance(part, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0
    model.train()
    model(images)
    model.eval()
    for norm in norms:
        norm.momentum = 0.1
        norm.running_mean += 0.1 * norm.running_var.sqrt() * torch.randn_like(norm.running_mean)
        norm.running_var *= torch.empty_like(norm.running_var).uniform_(0.7, 1.4)


@dataclass(frozen=True)
class Style:
    """How an exporter writes a network."""

    norm: Literal["kept", "folded", "arithmetic"] = "folded"
    """Batch norms as operations, folded into weights, or as a multiplication and an addition."""
    stored: Literal["ready", "keras"] = "ready"
    """Weights as ONNX needs them, or as Keras has them with a transposition in the graph."""
    skip_first: bool = False
    """Whether the skip's channels come before the features'."""
    resized: bool = False
    """Whether the graph resizes an image of any size, and the probabilities back."""
    channels_first: bool = False
    """Whether images are (N, 3, Y, X)."""
    reciprocal: bool = False
    """Whether the input is normalized by products and sums instead of quotients and differences."""
    shuffled: bool = False
    """Whether nodes are stored in another order than they are computed."""


def write_onnx(path: Path, model: EfficientCellSeg, style: Style | None = None) -> Path:
    """Write a network as an ONNX file in a style."""
    onnx.save(_Writer(model, style or Style()).model(), path)
    return path


class _Writer:
    def __init__(self, network: EfficientCellSeg, style: Style) -> None:
        self.network, self.style = network, style
        self.nodes, self.constants = [], []

    def model(self) -> onnx.ModelProto:
        side = self.network.architecture.input_size
        sides = [None, None] if self.style.resized else [side, side]
        channels_first = self.style.channels_first
        shapes = [["N", count, *sides] if channels_first else ["N", *sides, count] for count in (3, 1)]
        image, output = (
            helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
            for name, shape in zip(("x", "y"), shapes, strict=True)
        )
        self._write(side)
        nodes = self.nodes[::-1] if self.style.shuffled else self.nodes
        graph = helper.make_graph(nodes, "network", [image], [output], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)

    def add(self, kind: str, *inputs: str, output: str = "", **attributes) -> str:
        name = output or f"tensor{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=f"node{len(self.nodes)}", **attributes))
        return name

    def constant(self, values) -> str:
        values = (
            np.asarray(values, np.float32) if np.asarray(values).dtype.kind == "f" else np.asarray(values, np.int64)
        )
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _write(self, side: int) -> None:
        given = "x" if self.style.channels_first else self.add("Transpose", "x", perm=[0, 3, 1, 2])
        image = self._resized(given, [side, side]) if self.style.resized else given
        features, skips = self._encoder(self._normalized(image))
        for block, skip in zip(self.network.decoder, [*skips, image], strict=True):
            scales = self.constant([1.0, 1.0, 2.0, 2.0])
            upsampled = self.add("Resize", features, "", scales, mode="linear")
            joined = [skip, upsampled] if self.style.skip_first else [upsampled, skip]
            features = self.add("Concat", *joined, axis=1)
            for index in (0, 3):
                convolution = block.layers[index]
                swap = convolution.in_channels - self._channels(block) if self.style.skip_first and index == 0 else 0
                features = self.add("Relu", self._convolved(features, convolution, block.layers[index + 1], swap))
        features = self.add("Sigmoid", self._convolved(features, self.network.head))
        if self.style.resized:
            spatial = self.add("Slice", self.add("Shape", given), *map(self.constant, ([2], [4], [0])))
            features = self._resized(features, spatial)
        perm = [0, 1, 2, 3] if self.style.channels_first else [0, 2, 3, 1]
        self.add("Transpose", features, output="y", perm=perm)

    def _channels(self, block: nn.Module) -> int:
        place = list(self.network.decoder).index(block)
        return 1056 if place == 0 else self.network.architecture.filters[place - 1]

    def _resized(self, image: str, spatial) -> str:
        sides = spatial if isinstance(spatial, str) else self.constant(spatial)
        first = self.add("Slice", self.add("Shape", image), *map(self.constant, ([0], [2], [0])))
        return self.add("Resize", image, "", "", self.add("Concat", first, sides, axis=0), mode="linear")

    def _normalized(self, image: str) -> str:
        mean, std = self.network.input_mean.numpy(), self.network.input_std.numpy()
        scaled = self.add("Mul", image, self.constant(np.float32(1 / 255)))
        if self.style.reciprocal:
            centerd = self.add("Add", scaled, self.constant(-mean / 255))
            return self.add("Mul", self.constant(255 / std), centerd)
        return self.add("Div", self.add("Sub", scaled, self.constant(mean / 255)), self.constant(std / 255))

    def _encoder(self, image: str) -> tuple[str, list[str]]:
        encoder = self.network.encoder
        features = self._activated(image, encoder.conv_stem, encoder.bn1)
        skips = []
        for stage, blocks in enumerate(encoder.blocks):
            for place, block in enumerate(blocks):
                start = features
                if hasattr(block, "conv_pwl"):
                    features = self._activated(features, block.conv_pw, block.bn1)
                    skips += [features] if place == 0 and stage in (2, 3) else []
                    features = self._activated(features, block.conv_dw, block.bn2)
                    projection = block.conv_pwl, block.bn3
                else:
                    features = self._activated(features, block.conv_dw, block.bn1)
                    skips += [features] if place == 0 and stage == 0 else []
                    projection = block.conv_pw, block.bn2
                features = self._convolved(self._excited(features, block.se), *projection)
                features = self.add("Add", features, start) if place else features
        return self._activated(features, encoder.conv_expand, encoder.bn_expand), skips[::-1]

    def _excited(self, features: str, squeeze: nn.Module) -> str:
        mean = self.add("GlobalAveragePool", features)
        inner = self._convolved(mean, squeeze.conv_reduce)
        inner = self._convolved(self.add("Mul", inner, self.add("Sigmoid", inner)), squeeze.conv_expand)
        return self.add("Mul", features, self.add("Sigmoid", inner))

    def _activated(self, features: str, convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> str:
        made = self._convolved(features, convolution, norm)
        return self.add("Mul", made, self.add("Sigmoid", made))

    def _convolved(self, features: str, convolution, norm=None, swap: int = 0) -> str:
        weight = convolution.weight.detach().double().numpy()
        weight = np.roll(weight, swap, axis=1)
        count = len(weight)
        bias = np.zeros(count) if convolution.bias is None else convolution.bias.detach().double().numpy()
        scale, offset = np.ones(count), np.zeros(count)
        if norm is not None:
            deviation = np.sqrt(norm.running_var.double().numpy() + norm.eps)
            scale = norm.weight.detach().double().numpy() / deviation
            offset = norm.bias.detach().double().numpy() - norm.running_mean.double().numpy() * scale
        options = {"strides": list(convolution.stride), "group": convolution.groups, "auto_pad": "SAME_UPPER"}
        if norm is None or self.style.norm == "folded":
            inputs = self._stored(weight * scale[:, None, None, None]), self.constant(bias * scale + offset)
            return self.add("Conv", features, *inputs, **options)
        inputs = [self._stored(weight)] + ([] if convolution.bias is None else [self.constant(bias)])
        made = self.add("Conv", features, *inputs, **options)
        if self.style.norm == "kept":
            values = (norm.weight.detach(), norm.bias.detach(), norm.running_mean, norm.running_var)
            return self.add(
                "BatchNormalization", made, *(self.constant(value.numpy()) for value in values), epsilon=norm.eps
            )
        made = self.add("Mul", made, self.constant(scale[:, None, None]))
        return self.add("Add", self.constant(offset.reshape(1, -1, 1, 1)), made)

    def _stored(self, weight: np.ndarray) -> str:
        if self.style.stored == "ready":
            return self.constant(weight)
        if weight.shape[1] == 1:
            flat = self.constant(weight[:, 0].transpose(1, 2, 0)[..., None])
            return self.add("Reshape", self.add("Transpose", flat, perm=[2, 3, 0, 1]), self.constant(weight.shape))
        return self.add("Transpose", self.constant(weight.transpose(2, 3, 1, 0)), perm=[3, 2, 0, 1])
