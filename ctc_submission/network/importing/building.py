"""A graph from elsewhere as our network: the same layers in the same places, whatever they are called there."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from ctc_submission.network.architecture import Architecture
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.importing.convolutions import (
    Layer,
    block_starts,
    check_layers,
    decoder_filters,
    layers_of,
)
from ctc_submission.network.importing.folding import as_bias_and_norm, bias_as_operation, compose_affine
from ctc_submission.network.importing.graph import Affine, BatchNorm, Graph, Other, Resize
from ctc_submission.network.importing.joins import skip_comes_first

_RESIZING = ("linear half_pixel", "linear pytorch_half_pixel")


def build_network(
    graph: Graph, input_size: int | None = None, architecture: Architecture | None = None
) -> EfficientCellSeg:
    """Build our network with the weights of a graph.

    Parameters
    ----------
    graph : Graph
        EfficientCellSeg as some file has it: input normalized by any numbers, batch norms as they are or folded into
        convolutions, skips before or after the features they join.
    input_size : int, optional
        Side in pixels of the square the network sees, where the graph takes any; 384 if not given.
    architecture : Architecture, optional
        Which network it is, where the file says so; the published one with filters of its own if not given.

    Returns
    -------
    EfficientCellSeg
        Ready to predict.

    Raises
    ------
    ValueError
        If the graph is another network; the message names the layer.
    """
    normalization, side = first_layers(graph)
    if None not in (side, input_size) and side != input_size:
        raise ValueError(
            f"{graph.source}: sees squares of {side} pixels, which --input-size {input_size} cannot change"
        )
    if architecture is None:
        architecture = _published(graph, side or input_size)
    elif architecture.input_size != (side or input_size or architecture.input_size):
        raise ValueError(
            f"{graph.source}: sees squares of {side or input_size} pixels, expected {architecture.input_size}, "
            "as its card says"
        )
    model = EfficientCellSeg(architecture).eval()
    layers = layers_of(model)
    check_layers(graph, layers, architecture.encoder)
    _check_resizing(graph)
    _check_head(graph)
    _set_normalization(model, normalization)
    _fill(graph, layers)
    _reorder_joined_channels(layers, skip_comes_first(graph, layers))
    return model


def _published(graph: Graph, side: int | None) -> Architecture:
    """Return the published architecture with the filters of a graph."""
    published = Architecture()
    with torch.device("meta"):
        layers = layers_of(EfficientCellSeg(published))
    filters = decoder_filters(graph, layers) or published.filters
    return replace(published, filters=filters, input_size=side or published.input_size)


def first_layers(graph: Graph) -> tuple[Affine, int | None]:
    """Return what is done to the image before the first convolution.

    Returns
    -------
    tuple of Affine and int or None
        The normalization, and the side in pixels of the square the first convolution sees, where that is fixed.

    Raises
    ------
    ValueError
        If anything else is done to the image.
    """
    operations: list[Affine | BatchNorm] = []
    side = graph.side
    first = next(iter(graph.convolutions()), None)
    key = graph.nodes[first].inputs[0] if first else graph.image
    while key != graph.image:
        node = graph.nodes[key]
        if isinstance(node.operation, Affine | BatchNorm):
            operations.insert(0, node.operation)
        elif isinstance(node.operation, Resize):
            side = node.operation.side
        else:
            raise ValueError(
                f"{graph.source}: '{node.label}' lies between the image and the first convolution, expected nothing "
                "but resizing and normalization"
            )
        key = node.inputs[0]
    return compose_affine(operations), side


def _check_resizing(graph: Graph) -> None:
    for node in graph.nodes.values():
        if isinstance(node.operation, Resize) and node.operation.method not in _RESIZING:
            raise ValueError(f"{graph.source}: '{node.label}' resizes {node.operation.method}, expected {_RESIZING[0]}")


def _check_head(graph: Graph) -> None:
    _, last = graph.following(list(graph.convolutions())[-1])
    kinds = [graph.nodes[user].operation for user in graph.users[last]]
    if kinds and kinds != [Other("Sigmoid")]:
        names = ", ".join(graph.nodes[user].label for user in graph.users[last])
        raise ValueError(f"{graph.source}: '{names}' follows the last convolution, expected a sigmoid")


def _set_normalization(model: EfficientCellSeg, normalization: Affine) -> None:
    model.input_mean[:] = _column(-normalization.offset / normalization.scale)
    model.input_std[:] = _column(1 / normalization.scale)


def _column(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.atleast_1d(values).astype(np.float32)).view(1, -1, 1, 1)


@torch.no_grad()
def _fill(graph: Graph, layers: Sequence[Layer]) -> None:
    for (key, given), layer in zip(graph.convolutions().items(), layers, strict=True):
        operations = [*bias_as_operation(given.bias), *graph.following(key)[0]]
        if layer.norm is None:
            total = compose_affine(operations)
            _set(layer.convolution.weight, given.weight * total.scale.reshape(-1, 1, 1, 1))
            _set(layer.convolution.bias, total.offset)
        else:
            _set(layer.convolution.weight, given.weight)
            _set_norm(layer, *as_bias_and_norm(operations, layer.norm.eps))


def _set_norm(layer: Layer, bias: np.ndarray, norm: BatchNorm) -> None:
    mean = norm.mean
    if layer.convolution.bias is None:
        mean = mean - bias
    else:
        _set(layer.convolution.bias, bias)
    if layer.norm is not None:
        _set(layer.norm.weight, norm.gamma)
        _set(layer.norm.bias, norm.beta)
        _set(layer.norm.running_mean, mean)
        _set(layer.norm.running_var, norm.variance)


def _set(target: torch.Tensor | None, values: np.ndarray) -> None:
    if target is not None:
        target.copy_(torch.from_numpy(np.broadcast_to(values, target.shape).astype(np.float32)))


@torch.no_grad()
def _reorder_joined_channels(layers: Sequence[Layer], skip_first: Sequence[bool]) -> None:
    """Bring features before the skip where the graph had them after it, by the weights that meet them."""
    for index, swapped in zip(block_starts(layers), skip_first, strict=True):
        if swapped:
            weight = layers[index].convolution.weight
            features = layers[index - 1].convolution.out_channels
            weight.copy_(torch.cat([weight[:, -features:], weight[:, :-features]], dim=1))
