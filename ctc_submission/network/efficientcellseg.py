"""EfficientCellSeg: half an EfficientNet and a tiny decoder (Wagner and Rohr, MIDL 2022, section 3.2, figure 3).

As published, with EfficientNet-B5:

input     384 x 384 x 3 ------------------------------------------------------------.
stem, block 1a ... dwconv 192 x 192 x 48 ---------------------------.               |
block 3a ... expansion     96 x  96 x 240 -----------.              |               |
block 4a ... expansion     48 x  48 x 384 --.        |              |               |
block 6a     expansion     24 x  24 x 1056 -> 64 at 48^2 -> 48 at 96^2 -> 32 at 192^2 -> 16 at 384^2 -> head, 1
"""

from typing import Any

import timm
import torch
from torch import Tensor, nn
from torch.nn import functional

from ctc_submission.network.architecture import ENCODERS, Architecture, Decoder

_BATCH_NORM_EPSILON = 1e-3


class Encoder(nn.Module):
    """An EfficientNet up to the expansion of block 6a, with TensorFlow's padding and batch norm epsilon."""

    def __init__(self, name: str) -> None:
        super().__init__()
        source: Any = timm.create_model(name, pretrained=False)
        self.conv_stem, self.bn1 = source.conv_stem, source.bn1
        self.blocks: Any = source.blocks[:5]
        self.conv_expand, self.bn_expand = source.blocks[5][0].conv_pw, source.blocks[5][0].bn1
        self.channels = self.conv_expand.out_channels
        """Channels of the bottleneck."""
        skips = (self.blocks[3][0].conv_pw, self.blocks[2][0].conv_pw, self.blocks[0][0].conv_dw)
        self.skip_channels = tuple(convolution.out_channels for convolution in skips)
        """Channels of the skips, coarse to fine."""

    def forward(self, image: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return the bottleneck (N, C, S/16, S/16) and the skips, coarse to fine."""
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


class FullBlock(nn.Module):
    """As published: upsampling by two, the skip beside it, and twice convolution, batch norm and ReLU."""

    def __init__(self, channels: int, skip_channels: int, filters: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for channels_in in (channels + skip_channels, filters):
            layers += [
                nn.Conv2d(channels_in, filters, kernel_size=3, padding=1),
                nn.BatchNorm2d(filters, eps=_BATCH_NORM_EPSILON),
                nn.ReLU(inplace=True),
            ]
        self.layers = nn.Sequential(*layers)

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        """Return (N, F, 2Y, 2X) for features (N, C, Y, X) and a skip (N, K, 2Y, 2X)."""
        return self.layers(torch.cat([_upsample(features), skip], dim=1))


class SeparableBlock(nn.Module):
    """Upsampling by two, the skip beside it, and twice 1 x 1 and depthwise 3 x 3 convolution, batch norm and ReLU.

    The channels are mixed first and the space after (Haase and Amthor, CVPR 2020). Mixing and upsampling commute, so
    the features are mixed while they are small.
    """

    def __init__(self, channels: int, skip_channels: int, filters: int) -> None:
        super().__init__()
        self.mix_features = nn.Conv2d(channels, filters, kernel_size=1, bias=False)
        self.mix_skip = nn.Conv2d(skip_channels, filters, kernel_size=1, bias=False)
        mix = nn.Conv2d(filters, filters, kernel_size=1, bias=False)
        self.layers = nn.Sequential(*_depthwise(filters), mix, *_depthwise(filters))

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        """Return (N, F, 2Y, 2X) for features (N, C, Y, X) and a skip (N, K, 2Y, 2X)."""
        return self.layers(_upsample(self.mix_features(features)) + self.mix_skip(skip))


def _depthwise(channels: int) -> list[nn.Module]:
    return [
        nn.Conv2d(channels, channels, kernel_size=3, padding=1, groups=channels, bias=False),
        nn.BatchNorm2d(channels, eps=_BATCH_NORM_EPSILON),
        nn.ReLU(inplace=True),
    ]


def _upsample(features: Tensor) -> Tensor:
    return functional.interpolate(features, scale_factor=2, mode="bilinear", align_corners=False)


_BLOCKS: dict[Decoder, type[nn.Module]] = {"full": FullBlock, "separable": SeparableBlock}


class EfficientCellSeg(nn.Module):
    """The network: encoder, decoder, head.

    Input normalization is part of its state, so that a checkpoint carries its own.
    """

    input_mean: Tensor
    input_std: Tensor

    def __init__(self, architecture: Architecture | None = None) -> None:
        super().__init__()
        self.architecture = architecture or Architecture()
        entry = ENCODERS[self.architecture.encoder]
        self.register_buffer("input_mean", torch.tensor(entry.mean).view(1, 3, 1, 1))
        self.register_buffer("input_std", torch.tensor(entry.std).view(1, 3, 1, 1))
        self.encoder = Encoder(self.architecture.encoder)
        filters = self.architecture.filters
        below = (self.encoder.channels, *filters[:-1])
        skips = (*self.encoder.skip_channels, 3)
        block = _BLOCKS[self.architecture.decoder]
        self.decoder = nn.ModuleList(map(block, below, skips, filters))
        self.head = nn.Conv2d(filters[-1], len(self.architecture.outputs), kernel_size=1)

    def forward(self, image: Tensor) -> Tensor:
        """Compute logits at the network's own scale.

        Parameters
        ----------
        image : (N, 3, Y, X) Tensor of float in [0, 1]
            Pseudocolored images, Y and X multiples of 16.

        Returns
        -------
        (N, C, Y, X) Tensor
            Logits, a channel for each of the architecture's outputs.
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
        (N, C, Y, X) Tensor of float32
            Probabilities of every output, resized back.
        """
        size = (self.architecture.input_size,) * 2 if resize else images.shape[-2:]
        resized = _resize(images, size).contiguous(memory_format=torch.channels_last)
        return _resize(torch.sigmoid(self(resized).float()), images.shape[-2:])


def _resize(images: Tensor, size: tuple[int, int] | torch.Size) -> Tensor:
    if tuple(images.shape[-2:]) == tuple(size):
        return images
    return functional.interpolate(images, size=tuple(size), mode="bilinear", align_corners=False, antialias=False)


def count_parameters(module: nn.Module) -> int:
    """Count a module's parameters as the paper does: weights, biases and batch norm's running statistics."""
    statistics = [buffer for name, buffer in module.named_buffers() if name.endswith(("running_mean", "running_var"))]
    return sum(tensor.numel() for tensor in [*module.parameters(), *statistics])
