"""Keras' HDF5 files as graphs: whole models, and weights alone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ctc_submission.network.bounded import read_bounded
from ctc_submission.network.importing.graph import Graph, Node, Operation, Other, Resize, in_order
from ctc_submission.network.importing.keras_layers import Arrays, rescaling, stored_operation
from ctc_submission.network.importing.packages import naming_damage, need
from ctc_submission.network.keras_arrays import read_arrays
from ctc_submission.parsing import parse_json

_LAYOUT = frozenset({"ZeroPadding2D", "Reshape", "Dropout", "SpatialDropout2D", "FixedDropout"})
_SECONDS = 300
"""How long reading may take; a damaged file can have HDF5 go round in circles."""
_CHANGES_OF_RESIZING = ("antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio")


def read_keras(path: Path) -> Graph:
    """Read a Keras HDF5 file.

    Parameters
    ----------
    path : Path
        An ``.h5`` file of ``model.save`` or ``model.save_weights``, from Keras 2 or 3. Weights alone do not say how
        layers are joined: they become a chain, in the order of the layers.

    Raises
    ------
    ValueError
        If it is no such file, or holds layers that cannot be read.
    OSError
        If the package ``h5py`` is not installed.
    """
    need("h5py")
    with naming_damage(path, "a readable HDF5 file of Keras"):
        config, arrays = read_bounded(read_arrays, path, _SECONDS)
        return _chain(path, arrays) if config is None else _network(path, parse_json(config)["config"], arrays)


def _chain(path: Path, arrays: Mapping[str, Arrays]) -> Graph:
    """Put layers with weights one after another, after a division by 255 as Keras' EfficientNet has it.

    The layer that normalizes the image comes first: a model within the model lists it last, as it is not trained.
    """
    if sum(bool(re.fullmatch(r"(.+_)?rescaling(_\d+)?", layer)) for layer in arrays) > 1:
        raise ValueError(
            f"{path}: holds weights alone, and rescales the image twice by numbers that these do not say; "
            "expected the whole model, of model.save('NAME.h5')"
        )
    nodes = {"rescaling": Node("rescaling", rescaling({"scale": 1 / 255}), ("image",))}
    for layer, stored in sorted(arrays.items(), key=lambda entry: "variance" not in entry[1]):
        if operation := stored_operation(path, layer, stored, {}):
            nodes[layer] = Node(layer, operation, (next(reversed(nodes)),))
    return Graph(path, "image", next(reversed(nodes)), nodes)


def _network(path: Path, config: Mapping[str, Any], arrays: Mapping[str, Arrays]) -> Graph:
    if "input_layers" not in config or "output_layers" not in config:
        raise ValueError(f"{path}: a model of another form, expected a functional one with input and output layers")
    inputs, outputs = (list(_references(config[key])) for key in ("input_layers", "output_layers"))
    if len(inputs) != 1 or len(outputs) != 1:
        raise ValueError(f"{path}: has {len(inputs)} inputs and {len(outputs)} outputs, expected one image and one map")
    image = inputs[0][0]
    reader = _Reader(path, arrays)
    (output,) = reader.add_model(config, [image])
    settings = next(layer["config"] for layer in config["layers"] if layer["name"] == image)
    shape = settings.get("batch_shape") or settings.get("batch_input_shape")
    if shape[1] != shape[2]:
        raise ValueError(f"{path}: takes images of {shape[1]} x {shape[2]} pixels, expected squares")
    return Graph(path, image, output, reader.nodes, shape[1])


class _Reader:
    """Goes through the layers of a model, and of models within it, and keeps the nodes."""

    def __init__(self, path: Path, arrays: Mapping[str, Arrays]) -> None:
        self.path = path
        self.arrays = arrays
        self.nodes: dict[str, Node] = {}

    def add_model(self, config: Mapping[str, Any], given: Sequence[str]) -> list[str]:
        """Add a model's layers, given the keys of its inputs; return those of its outputs."""
        made = dict(zip(_references(config["input_layers"]), given, strict=True))
        layers = {layer["name"]: layer for layer in config["layers"]}
        needs = {name: {other for other, _ in _references(layer["inbound_nodes"])} for name, layer in layers.items()}
        for name in in_order(self.path, needs):
            layer = layers[name]
            if layer["class_name"] == "InputLayer":
                continue
            inputs = [made[reference] for reference in _references(layer["inbound_nodes"])]
            within = "layers" in layer["config"]
            outputs = self.add_model(layer["config"], inputs) if within else [self._add_layer(layer, inputs)]
            made.update({(name, index): key for index, key in enumerate(outputs)})
        return [made[reference] for reference in _references(config["output_layers"])]

    def _add_layer(self, layer: Mapping[str, Any], inputs: Sequence[str]) -> str:
        """Add a layer, and its activation if it has one; return the key of what it makes."""
        name, settings = layer["name"], layer["config"]
        if layer["class_name"] in _LAYOUT:
            return inputs[0]
        operation = self._operation(layer)
        self.nodes[name] = Node(name, operation, tuple(inputs))
        activation = settings.get("activation", "linear")
        if isinstance(operation, Other) or activation in ("linear", None):
            return name
        key = f"{name} {activation}"
        self.nodes[key] = Node(key, Other(str(activation).capitalize()), (name,))
        return key

    def _operation(self, layer: Mapping[str, Any]) -> Operation:
        kind, settings = layer["class_name"], layer["config"]
        if kind == "Rescaling":
            return rescaling(settings)
        if kind == "UpSampling2D":
            return _resize(settings)
        if kind == "Resizing":
            side = settings["height"] if settings["height"] == settings["width"] else None
            return _resize(settings, side)
        if kind == "Concatenate":
            return Other("Concat")
        if kind == "Activation":
            return Other(str(settings["activation"]).capitalize())
        stored = self.arrays.get(layer["name"], {})
        return stored_operation(self.path, layer["name"], stored, settings) or Other(kind)


def _resize(settings: Mapping[str, Any], side: int | None = None) -> Resize:
    mode = {"bilinear": "linear"}.get(settings["interpolation"], settings["interpolation"])
    changes = [name for name in _CHANGES_OF_RESIZING if settings.get(name)]
    return Resize(" ".join([mode, "half_pixel", *changes]), side)


def _references(value: Any) -> Iterator[tuple[str, int]]:
    """Find what layers refer to: (layer, which of its outputs), in the notation of Keras 2 or 3."""
    if isinstance(value, Mapping):
        if "keras_history" in value:
            yield value["keras_history"][0], value["keras_history"][2]
        else:
            for part in value.values():
                yield from _references(part)
    elif isinstance(value, list):
        if len(value) >= 3 and isinstance(value[0], str) and all(isinstance(part, int) for part in value[1:3]):
            yield value[0], value[2]
            value = value[3:]
        for part in value:
            yield from _references(part)
