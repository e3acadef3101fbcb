"""The U-Net with two decoders of 46.4 million parameters, the challenge's KIT-Sch-GE.

Scherr et al., PLOS ONE 2020 (doi 10.1371/journal.pone.0243219): one encoder of five levels, 64 to 1024 filters, that
halves by strided convolutions; two decoders with transposed convolutions, one for the distance to the cell's rim, one
for the distance to its neighbors. This one has 46.4 million parameters, counted as the paper does.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from benchmarks.paper.distances import CELL_THRESHOLD
from benchmarks.paper.square import SquareNetwork, convolve, convolve_twice
from benchmarks.paper.unet import FILTERS


class DistanceDecoder(nn.Module):
    """From the coarsest features up to one map."""

    def __init__(self) -> None:
        super().__init__()
        steps = list(pairwise(reversed(FILTERS)))
        self.enlarge = nn.ModuleList(
            nn.Sequential(nn.ConvTranspose2d(below, skip, kernel_size=2, stride=2), nn.BatchNorm2d(skip))
            for below, skip in steps
        )
        self.blocks = nn.ModuleList(convolve_twice(2 * skip, skip) for _, skip in steps)
        self.head = nn.Conv2d(FILTERS[0], 1, kernel_size=1)

    def forward(self, features: Tensor, skips: Sequence[Tensor]) -> Tensor:
        """Return a map (N, 1, S, S) of features (N, 1024, S/16, S/16) and the skips, fine to coarse."""
        for enlarge, block, skip in zip(self.enlarge, self.blocks, reversed(skips), strict=True):
            features = block(torch.cat([enlarge(features), skip], dim=1))
        return self.head(features)


class DualUNet(SquareNetwork):
    """One encoder; decoders for cell distances and neighbor distances."""

    def __init__(self, input_size: int = 384) -> None:
        super().__init__(input_size)
        self.down = nn.ModuleList(convolve_twice(*channels) for channels in pairwise((3, *FILTERS)))
        self.halve = nn.ModuleList(nn.Sequential(*convolve(count, count, stride=2)) for count in FILTERS[:-1])
        self.cell = DistanceDecoder()
        self.neighbor = DistanceDecoder()

    def forward(self, image: Tensor) -> Tensor:
        """Return both distances (N, 2, S, S) of images (N, 3, S, S).

        The cell's is less the threshold of cells, so that cells are above 0.
        """
        features, skips = self.down[0](image), []
        for halve, block in zip(self.halve, self.down[1:], strict=True):
            skips.append(features)
            features = block(halve(features))
        return torch.cat([self.cell(features, skips) - CELL_THRESHOLD, self.neighbor(features, skips)], dim=1)

    def activate(self, output: Tensor) -> Tensor:
        """Turn output into both distances, each from 0 to 1."""
        return torch.cat([output[:, :1] + CELL_THRESHOLD, output[:, 1:]], dim=1).clamp(0, 1)
