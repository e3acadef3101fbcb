"""The U-Net of 31.4 million parameters.

Ronneberger et al., MICCAI 2015: five levels of two convolutions, 64 to 1024 filters, maximum pooling. The paper names
the number of parameters alone. What gives it is upsampling without a convolution of its own, so that the first
convolution of each level of the decoder takes all channels from below beside the skip:

    upsampling                      parameters, with batch norm and its running statistics
    bilinear                        31,402,497    31.4 M (31,378,945 without batch norm)
    transposed convolution, 2 x 2   31,055,297    31.1 M
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.paper.square import SquareNetwork, convolve_twice

FILTERS = (64, 128, 256, 512, 1024)


class UNet(SquareNetwork):
    """Encoder, decoder with bilinear upsampling, and a head of one channel: the foreground."""

    def __init__(self, input_size: int = 384) -> None:
        super().__init__(input_size)
        self.down = nn.ModuleList(convolve_twice(*channels) for channels in pairwise((3, *FILTERS)))
        self.up = nn.ModuleList(convolve_twice(below + skip, skip) for below, skip in pairwise(reversed(FILTERS)))
        self.head = nn.Conv2d(FILTERS[0], 1, kernel_size=1)

    def forward(self, image: Tensor) -> Tensor:
        """Return logits (N, 1, S, S) of images (N, 3, S, S)."""
        features, skips = self.down[0](image), []
        for block in self.down[1:]:
            skips.append(features)
            features = block(functional.max_pool2d(features, 2))
        for block, skip in zip(self.up, reversed(skips), strict=True):
            upsampled = functional.interpolate(features, scale_factor=2, mode="bilinear", align_corners=False)
            features = block(torch.cat([upsampled, skip], dim=1))
        return self.head(features)

    def activate(self, output: Tensor) -> Tensor:
        """Turn logits into probabilities."""
        return output.sigmoid()
