"""The convolutions of EfficientCellSeg in the order in which they are computed, each with its batch norm."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from ctc_submission.network.importing.graph import Graph
from ctc_submission.network.model import EfficientCellSeg

ENCODER_LAYERS = 134
"""Convolutions of the encoder, those of squeeze and excitation included."""
DECODER_LAYERS = 8
"""Convolutions of the decoder; one more is the head."""
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


def decoder_filters(graph: Graph) -> tuple[int, int, int, int] | None:
    """Read the filters of the decoder's four blocks off a graph; None if it has too few convolutions."""
    first_of_blocks = list(graph.convolutions().values())[ENCODER_LAYERS : ENCODER_LAYERS + DECODER_LAYERS : 2]
    if len(first_of_blocks) < 4:
        return None
    coarse, middle, fine, finest = (len(convolution.weight) for convolution in first_of_blocks)
    return coarse, middle, fine, finest


def check_layers(graph: Graph, layers: Sequence[Layer]) -> None:
    """Check that a graph's convolutions are those of the network.

    Raises
    ------
    ValueError
        If one has other weights or another stride than its layer, or some are missing or left over.
    """
    found = graph.convolutions()
    for number, ((key, given), layer) in enumerate(zip(found.items(), layers, strict=False), start=1):
        shape, stride = tuple(layer.convolution.weight.shape), layer.convolution.stride[0]
        if given.weight.shape != shape or given.stride not in (stride, None):
            raise ValueError(
                f"{graph.source}: convolution {number} of {len(found)}, '{graph.nodes[key].label}', has weights "
                f"{given.weight.shape} and stride {given.stride}, expected {shape} and stride {stride} "
                f"for {layer.name} of EfficientCellSeg"
            )
    if len(found) != len(layers):
        raise ValueError(
            f"{graph.source}: has {len(found)} convolutions, expected {len(layers)}: EfficientNet-B5 up to the "
            "expansion of block 6a, four blocks of two, and a head"
        )
