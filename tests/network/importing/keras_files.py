"""Keras' HDF5 files of a network, as Keras 2 and 3 write them, without Keras."""

import json
from pathlib import Path

import h5py
import numpy as np
from torch import nn

from ctc_submission.network.model import EfficientCellSeg


def write_keras(path: Path, network: EfficientCellSeg, *, version=2, skip_first=False, weights_only=False) -> Path:
    """Write a network as an ``.h5`` file."""
    writer = _Writer(network, version, skip_first)
    writer.write()
    with h5py.File(path, "w") as file:
        group = file if weights_only else file.create_group("model_weights")
        if not weights_only:
            file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": writer.config()})
        _write_names(group, "layer_names", [layer["name"] for layer in writer.layers])
        for layer in writer.layers:
            arrays = writer.arrays.get(layer["name"], {})
            end = ":0" if version == 2 else ""
            names = [f"{layer['name']}/{name}{end}" for name in arrays]
            inner = group.create_group(layer["name"])
            _write_names(inner, "weight_names", names)
            for name, array in zip(names, arrays.values(), strict=True):
                inner[name] = array
    return path


def _write_names(group: h5py.Group, name: str, values: list[str]) -> None:
    """Write a list of names, in pieces where it is long, as Keras does for HDF5's sake."""
    if len(values) <= 300:
        group.attrs[name] = np.array(values, "S") if values else np.array([], "S1")
        return
    for index, start in enumerate(range(0, len(values), 300)):
        group.attrs[f"{name}{index}"] = np.array(values[start : start + 300], "S")


class _Writer:
    def __init__(self, network: EfficientCellSeg, version: int, skip_first: bool) -> None:
        self.network, self.version, self.skip_first = network, version, skip_first
        self.layers, self.arrays = [], {}

    def config(self) -> dict:
        refer = ["x", 0, 0], [self.layers[-1]["name"], 0, 0]
        inputs, outputs = refer if self.version == 3 else ([part] for part in refer)
        return {"name": "model", "layers": self.layers, "input_layers": inputs, "output_layers": outputs}

    def add(self, kind: str, *inputs: str, arrays=None, name: str = "", **settings) -> str:
        name = name or f"{kind.lower()}_{len(self.layers)}"
        if self.version == 2:
            inbound = [[[given, 0, 0, {}] for given in inputs]] if inputs else []
        else:
            tensors = [
                {"class_name": "__keras_tensor__", "config": {"shape": [None], "keras_history": [given, 0, 0]}}
                for given in inputs
            ]
            inbound = [{"args": [tensors] if len(tensors) > 1 else tensors, "kwargs": {}}] if inputs else []
        self.layers.append({"class_name": kind, "name": name, "config": settings, "inbound_nodes": inbound})
        self.arrays[name] = arrays or {}
        return name

    def write(self) -> None:
        side = self.network.architecture.input_size
        shape = {"batch_shape" if self.version == 3 else "batch_input_shape": [None, side, side, 3]}
        image = self.add("InputLayer", name="x", **shape)
        mean, std = (getattr(self.network, name).numpy().astype(np.float64) for name in ("input_mean", "input_std"))
        scaled = self.add("Rescaling", image, name="rescaling", scale=1 / 255, offset=0.0)
        statistics = {"mean": mean.ravel() / 255, "variance": (std.ravel() / 255) ** 2, "count": np.int64(0)}
        given = self.add("Normalization", scaled, name="normalization", arrays=statistics, mean=None, variance=None)
        features, skips = self._encoder(given)
        for block, skip in zip(self.network.decoder, [*skips, image], strict=True):
            upsampled = self.add("UpSampling2D", features, size=[2, 2], interpolation="bilinear")
            joined = [skip, upsampled] if self.skip_first else [upsampled, skip]
            features = self.add("Concatenate", *joined)
            for index in (0, 3):
                swap = self._skip_channels(block) if self.skip_first and index == 0 else 0
                features = self._convolved(features, block.layers[index], block.layers[index + 1], swap)
                features = self.add("Activation", features, activation="relu")
        self._convolved(features, self.network.head, activation="sigmoid")

    def _skip_channels(self, block: nn.Module) -> int:
        return dict(zip(self.network.decoder, (384, 240, 48, 3), strict=True))[block]

    def _encoder(self, image: str) -> tuple[str, list[str]]:
        encoder = self.network.encoder
        padded = self.add("ZeroPadding2D", image, padding=[[0, 1], [0, 1]])
        features = self._activated(padded, encoder.conv_stem, encoder.bn1)
        skips = []
        for stage, blocks in enumerate(encoder.blocks):
            for place, block in enumerate(blocks):
                start = features
                wide = hasattr(block, "conv_pwl")
                if wide:
                    features = self._activated(features, block.conv_pw, block.bn1)
                    skips += [features] if place == 0 and stage in (2, 3) else []
                features = self._activated(features, block.conv_dw, block.bn2 if wide else block.bn1)
                skips += [features] if place == 0 and stage == 0 else []
                mean = self.add("GlobalAveragePooling2D", features)
                inner = self._convolved(self.add("Reshape", mean), block.se.conv_reduce, activation="swish")
                inner = self._convolved(inner, block.se.conv_expand, activation="sigmoid")
                features = self.add("Multiply", features, inner)
                last = (block.conv_pwl, block.bn3) if wide else (block.conv_pw, block.bn2)
                features = self._convolved(features, *last)
                features = self.add("Add", self.add("Dropout", features), start) if place else features
        return self._activated(features, encoder.conv_expand, encoder.bn_expand), skips[::-1]

    def _activated(self, features: str, convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> str:
        return self.add("Activation", self._convolved(features, convolution, norm), activation="swish")

    def _convolved(self, features: str, convolution, norm=None, swap: int = 0, activation: str = "linear") -> str:
        weight = np.roll(convolution.weight.detach().numpy(), swap, axis=1)
        depthwise = convolution.groups > 1
        kernel = weight.transpose(2, 3, 0, 1) if depthwise else weight.transpose(2, 3, 1, 0)
        arrays = {"depthwise_kernel" if depthwise and self.version == 2 else "kernel": kernel}
        if convolution.bias is not None:
            arrays["bias"] = convolution.bias.detach().numpy()
        kind = "DepthwiseConv2D" if depthwise else "Conv2D"
        strides = list(convolution.stride)
        made = self.add(kind, features, arrays=arrays, strides=strides, activation=activation)
        if norm is None:
            return made
        values = (norm.weight.detach(), norm.bias.detach(), norm.running_mean, norm.running_var)
        names = ("gamma", "beta", "moving_mean", "moving_variance")
        arrays = {name: value.numpy() for name, value in zip(names, values, strict=True)}
        return self.add("BatchNormalization", made, arrays=arrays, epsilon=norm.eps)
