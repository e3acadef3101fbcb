"""The convolutions of EfficientCellSeg in the order in which they are computed, each with its batch norm."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.importing.graph import Graph

SKIPS = (
    "encoder.blocks.3.0.conv_pw",
    "encoder.blocks.2.0.conv_pw",
    "encoder.blocks.0.0.conv_dw",
    None,
)
"""What makes the skip of each block of the decoder, coarse to fine; None for the image itself."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A convolution of the network."""

    name: str
    """Its name in the network."""
    convolution: nn.Conv2d
    """The convolution."""
    norm: nn.BatchNorm2d | None
    """The batch norm after it, if it has one."""


def layers_of(model: EfficientCellSeg) -> list[Layer]:
    """Return the network's convolutions in order; batch norms and convolutions are registered as they are computed."""
    parts = [(name, part) for name, part in model.named_modules() if isinstance(part, nn.Conv2d | nn.BatchNorm2d)]
    following = [part for _, part in parts[1:]] + [None]
    return [
        Layer(name, part, after if isinstance(after, nn.BatchNorm2d) else None)
        for (name, part), after in zip(parts, following, strict=True)
        if isinstance(part, nn.Conv2d)
    ]


def block_starts(layers: Sequence[Layer]) -> list[int]:
    """Return where in the network's convolutions each block of the decoder begins, coarse to fine."""
    blocks = [layer.name.split(".")[1] if layer.name.startswith("decoder.") else None for layer in layers]
    return [blocks.index(str(block)) for block in range(len(SKIPS))]


def decoder_filters(graph: Graph, layers: Sequence[Layer]) -> tuple[int, int, int, int] | None:
    """Read the filters of the decoder's four blocks off a graph; None if it has too few convolutions.

    Parameters
    ----------
    graph : Graph
        With the convolutions of EfficientCellSeg as published, but for these filters.
    layers : sequence of Layer
        The published network's.
    """
    found = list(graph.convolutions().values())
    if len(found) <= max(block_starts(layers)):
        return None
    coarse, middle, fine, finest = (len(found[start].weight) for start in block_starts(layers))
    return coarse, middle, fine, finest


def check_layers(graph: Graph, layers: Sequence[Layer], encoder: str) -> None:
    """Check that a graph's convolutions are those of the network.

    Raises
    ------
    ValueError
        If one has other weights or another stride than its layer, or some are missing or left over.
    """
    found = graph.convolutions()
    for number, ((key, given), layer) in enumerate(zip(found.items(), layers, strict=False), start=1):
        shape, stride = tuple(layer.convolution.weight.shape), layer.convolution.stride[0]
        if given.weight.shape != shape or given.stride != stride:
            raise ValueError(
                f"{graph.source}: convolution {number} of {len(found)}, '{graph.nodes[key].label}', has weights "
                f"{given.weight.shape} and stride {given.stride}, expected {shape} and stride {stride} "
                f"for {layer.name} of EfficientCellSeg"
            )
    if len(found) != len(layers):
        raise ValueError(
            f"{graph.source}: has {len(found)} convolutions, expected {len(layers)}: {encoder} up to the "
            "expansion of block 6a, four blocks, and a head"
        )
