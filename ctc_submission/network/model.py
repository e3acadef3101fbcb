"""EfficientCellSeg: half an EfficientNet-B5 and a tiny decoder (Wagner and Rohr, MIDL 2022, section 3.2, figure 3).

input     384 x 384 x 3 ------------------------------------------------------------.
stem, block 1a ... dwconv 192 x 192 x 48 ---------------------------.               |
block 3a ... expansion     96 x  96 x 240 -----------.              |               |
block 4a ... expansion     48 x  48 x 384 --.        |              |               |
block 6a     expansion     24 x  24 x 1056 -> 64 at 48^2 -> 48 at 96^2 -> 32 at 192^2 -> 16 at 384^2 -> head, 1
"""

from dataclasses import dataclass
from typing import Any

import timm
import torch
from torch import Tensor, nn
from torch.nn import functional

_SKIP_CHANNELS = (384, 240, 48, 3)
_BOTTLENECK_CHANNELS = 1056
_BATCH_NORM_EPSILON = 1e-3
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Architecture:
    """What can be varied in the network."""

    decoder: tuple[int, int, int, int] = (64, 48, 32, 16)
    """Filters of the decoder's four blocks, coarse to fine (table 2 of the paper varies them)."""
    input_size: int = 384
    """Side in pixels of the square the network sees; every image is resized to it."""

    def __post_init__(self) -> None:
        if len(self.decoder) != 4 or min(self.decoder) < 1:
            raise ValueError(f"decoder is {self.decoder}, expected the filters of four blocks, such as 64,48,32,16")
        if self.input_size < 32 or self.input_size % 16:
            raise ValueError(f"input_size is {self.input_size}, expected a multiple of 16, at least 32")


class Encoder(nn.Module):
    """EfficientNet-B5 up to the expansion of block 6a, with TensorFlow's padding and batch norm epsilon."""

    def __init__(self) -> None:
        super().__init__()
        source: Any = timm.create_model("tf_efficientnet_b5", pretrained=False)
        self.conv_stem, self.bn1 = source.conv_stem, source.bn1
        self.blocks: Any = source.blocks[:5]
        self.conv_expand, self.bn_expand = source.blocks[5][0].conv_pw, source.blocks[5][0].bn1

    def forward(self, image: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return the bottleneck (N, 1056, S/16, S/16) and the skips, coarse to fine."""
        features = self.bn1(self.conv_stem(image))
        first = self.blocks[0][0]
        fine = first.bn1(first.conv_dw(features))
        features = first.bn2(first.conv_pw(first.se(fine)))
        features = self.blocks[1](self.blocks[0][1:](features))
        features, middle = _open_at_expansion(self.blocks[2], features)
        features, coarse = _open_at_expansion(self.blocks[3], features)
        features = self.blocks[4](features)
        return self.bn_expand(self.conv_expand(features)), [coarse, middle, fine]


def _open_at_expansion(blocks: Any, features: Tensor) -> tuple[Tensor, Tensor]:
    """Run a stage whose first block, strided and so without a shortcut, also gives its expansion away."""
    first = blocks[0]
    expanded = first.bn1(first.conv_pw(features))
    features = first.bn3(first.conv_pwl(first.se(first.bn2(first.conv_dw(expanded)))))
    return blocks[1:](features), expanded


class DecoderBlock(nn.Module):
    """Upsampling by two, the skip beside it, and twice convolution, batch norm and ReLU."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for channels in (channels_in, channels_out):
            layers += [
                nn.Conv2d(channels, channels_out, kernel_size=3, padding=1),
                nn.BatchNorm2d(channels_out, eps=_BATCH_NORM_EPSILON),
                nn.ReLU(inplace=True),
            ]
        self.layers = nn.Sequential(*layers)

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        """Return (N, C_out, 2Y, 2X) for features (N, C, Y, X) and a skip (N, K, 2Y, 2X)."""
        upsampled = functional.interpolate(features, scale_factor=2, mode="bilinear", align_corners=False)
        return self.layers(torch.cat([upsampled, skip], dim=1))


class EfficientCellSeg(nn.Module):
    """The network: encoder, decoder, head.

    Input normalization is part of its state, so that a checkpoint carries its own.
    """

    input_mean: Tensor
    input_std: Tensor

    def __init__(self, architecture: Architecture | None = None) -> None:
        super().__init__()
        self.architecture = architecture or Architecture()
        self.register_buffer("input_mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1))
        self.register_buffer("input_std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1))
        self.encoder = Encoder()
        filters = self.architecture.decoder
        channels_in = (_BOTTLENECK_CHANNELS, *filters[:-1])
        self.decoder = nn.ModuleList(
            DecoderBlock(below + skip, above)
            for below, skip, above in zip(channels_in, _SKIP_CHANNELS, filters, strict=True)
        )
        self.head = nn.Conv2d(filters[-1], 1, kernel_size=1)

    def forward(self, image: Tensor) -> Tensor:
        """Compute logits at the network's own scale.

        Parameters
        ----------
        image : (N, 3, S, S) Tensor of float in [0, 1]
            Pseudocolored images, S a multiple of 16.

        Returns
        -------
        (N, 1, S, S) Tensor
            Logits of the foreground or of the center heatmap.
        """
        features, skips = self.encoder((image - self.input_mean) / self.input_std)
        for block, skip in zip(self.decoder, [*skips, image], strict=True):
            features = block(features, skip)
        return self.head(features)

    def predict(self, images: Tensor, *, resize: bool = True) -> Tensor:
        """Predict probabilities for images of any size.

        Parameters
        ----------
        images : (N, 3, Y, X) Tensor of float in [0, 1]
            Pseudocolored slices or patches; resized to the network's input, bilinear with half-pixel centers.
        resize : bool
            False to show them as they are; their sides must be multiples of 16 then.

        Returns
        -------
        (N, Y, X) Tensor of float32
            Probabilities, resized back.
        """
        size = (self.architecture.input_size,) * 2 if resize else images.shape[-2:]
        resized = _resize(images, size).contiguous(memory_format=torch.channels_last)
        return _resize(torch.sigmoid(self(resized).float()), images.shape[-2:])[:, 0]


def _resize(images: Tensor, size: tuple[int, int] | torch.Size) -> Tensor:
    if tuple(images.shape[-2:]) == tuple(size):
        return images
    return functional.interpolate(images, size=tuple(size), mode="bilinear", align_corners=False, antialias=False)


def count_parameters(module: nn.Module) -> int:
    """Count a module's parameters as the paper does: weights, biases and batch norm's running statistics."""
    statistics = [buffer for name, buffer in module.named_buffers() if name.endswith(("running_mean", "running_var"))]
    return sum(tensor.numel() for tensor in [*module.parameters(), *statistics])
