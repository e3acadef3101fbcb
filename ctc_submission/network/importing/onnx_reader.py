"""ONNX files as graphs: layout and names aside, constants computed, however an exporter arranged them."""

import math
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from ctc_submission.network.importing.graph import (
    Affine,
    BatchNorm,
    Convolution,
    Graph,
    Node,
    Operation,
    Other,
    Resize,
    in_order,
)
from ctc_submission.network.importing.packages import naming_damage, need

_LAYOUT = frozenset({"Transpose", "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Pad", "Dropout"})
_STANDARD = ("", "ai.onnx")
_ARITHMETIC = frozenset({"Add", "Sub", "Mul", "Div"})
_ELEMENTWISE = _ARITHMETIC | {"Pow", "Max", "Min", "Where", "Equal"}
_NEVER_LARGER = frozenset(
    {
        *("Constant", "Identity", "Cast", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Concat", "Slice", "Split"),
        *("Shape", "Size", "Flatten", "Sqrt", "Reciprocal", "Neg", "Abs", "Exp", "Log", "Floor", "Ceil", "Round"),
        *("Erf", "Sigmoid", "ReduceProd", "ReduceSum", "ReduceMean", "Dropout", "DequantizeLinear"),
    }
)
_SHORT = frozenset({"Gather"})
"""Operations that are computed for a few numbers only, such as the sides of an image."""
_MOST_NUMBERS = 2**27


def read_onnx(path: Path) -> Graph:
    """Read an ONNX file.

    Transposes, reshapes and paddings are left out: they do not touch weights, and the network that takes these over
    has its own. What depends on constants alone is computed. Additions and multiplications by constants become
    `Affine`, in whichever layout.

    Parameters
    ----------
    path : Path
        An ``.onnx`` file with one image input, (N, Y, X, 3) or (N, 3, Y, X), and one output.

    Raises
    ------
    ValueError
        If it is no ONNX file, or has other inputs or outputs, or weights that are no constants.
    OSError
        If the package ``onnx`` is not installed.
    """
    model = load_onnx(path)
    with naming_damage(path, "an ONNX file that can be read"):
        return _read(path, model)


def _read(path: Path, model: Any) -> Graph:
    image = image_input(model, path)
    if len(model.graph.output) != 1:
        names = ", ".join(output.name for output in model.graph.output)
        raise ValueError(f"{path}: has the outputs {names}, expected a single one")
    reader = _Reader(model, path)
    sides = {side for side in image_shape(image)[1:] if side not in (3, None)}
    if len(sides) > 1:
        raise ValueError(f"{path}: takes images of {' x '.join(map(str, sides))} pixels, expected squares")
    return Graph(
        path, image.name, reader.resolve(model.graph.output[0].name), reader.nodes, sides.pop() if sides else None
    )


def load_onnx(path: Path) -> Any:
    """Load the protobuf message of an ONNX file.

    Raises
    ------
    ValueError
        If it is none.
    OSError
        If the package ``onnx`` is not installed.
    """
    onnx = need("onnx")
    damage = (need("google.protobuf.message").DecodeError, onnx.checker.ValidationError)
    try:
        with naming_damage(path, "an ONNX file"):
            model = onnx.load(path)
    except damage as error:
        raise ValueError(f"{path}: not an ONNX file ({' '.join(str(error).split())}); fetch it again") from error
    if not model.graph.node:
        raise ValueError(f"{path}: not an ONNX file, or one without a network; fetch it again")
    return model


def image_input(model: Any, path: Path) -> Any:
    """Return the input that takes images: the only one of four axes, one of which has three channels.

    Raises
    ------
    ValueError
        If there is none, or more than one.
    """
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in constants]
    images = [value for value in inputs if len(image_shape(value)) == 4 and 3 in image_shape(value)[1::2]]
    used = {name for node in model.graph.node for name in node.input}
    images = [value for value in images if value.name in used]
    if len(images) != 1:
        shapes = ", ".join(f"{value.name} {image_shape(value)}" for value in inputs)
        raise ValueError(f"{path}: its inputs are {shapes or 'none'}, expected one image (N, Y, X, 3) or (N, 3, Y, X)")
    return images[0]


def image_shape(value: Any) -> tuple[int | None, ...]:
    """Return an input's shape, None for axes of any length."""
    return tuple(
        axis.dim_value if axis.HasField("dim_value") and axis.dim_value else None
        for axis in value.type.tensor_type.shape.dim
    )


class _Reader:
    """Goes through the nodes once, in order, and keeps constants, nodes and what stands for what."""

    def __init__(self, model: Any, path: Path) -> None:
        self.onnx = need("onnx")
        need("onnx.reference")
        self.path = path
        self.opsets = {entry.domain: entry.version for entry in model.opset_import}
        self.constants: dict[str, np.ndarray] = {
            tensor.name: self.onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer
        }
        self.nodes: dict[str, Node] = {}
        self._stands_for: dict[str, str] = {}
        self._parts: dict[str, list[str]] = {}
        for node in _sorted(path, model.graph.node):
            self._read(node)

    def resolve(self, name: str) -> str:
        """Return the key of what a tensor is, layout aside."""
        return self._stands_for.get(name, name)

    def _read(self, node: Any) -> None:
        names = [name for name in node.input if name]
        constant = all(name in self.constants for name in names) and node.domain in _STANDARD
        if constant and not any(_graphs(node)) and self._is_small(node, names):
            self.constants.update(self._compute(node, names))
            return
        key = node.output[0]
        if node.op_type in _LAYOUT:
            self._stands_for[key] = self.resolve(node.input[0])
            return
        operation = self._translate(node)
        if isinstance(operation, Other):
            given = [self.resolve(name) for name in names if name not in self.constants]
        else:
            given = [self.resolve(next(name for name in names if name not in self.constants))]
        if node.op_type == "Concat":
            self._parts[key] = names
        self.nodes[key] = Node(node.name or key, operation, tuple(given))
        self._stands_for.update(dict.fromkeys(node.output[1:], key))

    def _is_small(self, node: Any, names: Sequence[str]) -> bool:
        """Whether what a node makes of constants is not far larger than these, as a damaged one might ask for."""
        values = [self.constants[name] for name in names]
        if node.op_type in _ELEMENTWISE:
            return math.prod(np.broadcast_shapes(*(value.shape for value in values))) <= _MOST_NUMBERS
        if node.op_type in ("ConstantOfShape", "Expand"):
            given = values[0].shape if node.op_type == "Expand" else ()
            return math.prod(np.broadcast_shapes(given, tuple(map(int, values[-1].ravel())))) <= _MOST_NUMBERS
        return node.op_type in _NEVER_LARGER or (node.op_type in _SHORT and sum(each.size for each in values) <= 16)

    def _compute(self, node: Any, names: Sequence[str]) -> dict[str, np.ndarray]:
        helper = self.onnx.helper
        values = [helper.make_empty_tensor_value_info(name) for name in dict.fromkeys(names)]
        outputs = [helper.make_empty_tensor_value_info(name) for name in node.output if name]
        graph = helper.make_graph([node], "constants", values, outputs)
        evaluator = self.onnx.reference.ReferenceEvaluator(graph, opsets=self.opsets)
        results = evaluator.run(None, {name: self.constants[name] for name in names})
        return dict(zip((output.name for output in outputs), results, strict=True))

    def _translate(self, node: Any) -> Operation:
        attributes = {entry.name: self.onnx.helper.get_attribute_value(entry) for entry in node.attribute}
        if node.op_type == "Conv":
            return self._convolution(node, attributes)
        if node.op_type == "BatchNormalization":
            gamma, beta, mean, variance = (self._constant(node, index).astype(np.float32) for index in range(1, 5))
            return BatchNorm(gamma, beta, mean, variance, attributes.get("epsilon", 1e-5))
        if node.op_type in ("Resize", "Upsample"):
            return self._resize(node, attributes)
        if node.op_type in _ARITHMETIC:
            return self._affine(node) or Other(node.op_type)
        return Other(node.op_type)

    def _convolution(self, node: Any, attributes: Mapping[str, Any]) -> Convolution:
        bias = self._constant(node, 2).astype(np.float32) if len(node.input) > 2 and node.input[2] else None
        strides = attributes.get("strides", [1, 1])
        return Convolution(self._constant(node, 1).astype(np.float32), bias, max(strides))

    def _constant(self, node: Any, index: int) -> np.ndarray:
        name = node.input[index]
        if name not in self.constants:
            raise ValueError(
                f"{self.path}: '{node.name}' ({node.op_type}) takes '{name}' from the network itself, "
                "expected stored weights; export it for inference"
            )
        return self.constants[name]

    def _affine(self, node: Any) -> Affine | None:
        """Return an addition or multiplication by one number for each channel; None for anything else."""
        first, second = node.input
        value = self.constants.get(second, self.constants.get(first))
        if value is None or value.size != max(value.shape, default=1):
            return None
        number = value.astype(np.float64).ravel()
        one, zero = np.ones(1), np.zeros(1)
        if node.op_type == "Add":
            return Affine(one, number)
        if node.op_type == "Mul":
            return Affine(number, zero)
        if node.op_type == "Sub":
            return Affine(one, -number) if second in self.constants else Affine(-one, number)
        return Affine(1 / number, zero) if second in self.constants else None

    def _resize(self, node: Any, attributes: Mapping[str, Any]) -> Resize:
        mode = attributes.get("mode", b"nearest").decode()
        default = "half_pixel" if node.op_type == "Resize" and self.opsets.get("", 1) > 10 else "asymmetric"
        coordinates = attributes.get("coordinate_transformation_mode", default.encode()).decode()
        sizes = self._known_numbers(node.input[3]) if len(node.input) > 3 else []
        sides = {int(number) for number in sizes if number > 3}
        changes = ["antialias"] if attributes.get("antialias") else []
        return Resize(" ".join([mode, coordinates, *changes]), sides.pop() if len(sides) == 1 else None)

    def _known_numbers(self, name: str) -> list[float]:
        """Return the numbers of a small tensor that are known: all if it is a constant, else its constant parts."""
        name = self.resolve(name)
        if name in self.constants:
            return self.constants[name].ravel().tolist()
        return list(chain.from_iterable(self._known_numbers(part) for part in self._parts.get(name, ())))


def _sorted(path: Path, nodes: Sequence[Any]) -> list[Any]:
    """Sort nodes so that each comes after what it needs, as they should be but need not be stored."""
    makers = {name: index for index, node in enumerate(nodes) for name in node.output if name}
    needs = {index: [makers[name] for name in node.input if name in makers] for index, node in enumerate(nodes)}
    return [nodes[index] for index in in_order(path, needs)]


def _graphs(node: Any) -> list[Any]:
    """Return the graphs inside a node, of branches and loops."""
    return [entry for entry in node.attribute if entry.HasField("g") or entry.graphs]
