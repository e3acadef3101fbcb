"""The rows of the tables: which network, from which start, on which colors."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from torch import nn

from benchmarks.paper.budget import Budget
from benchmarks.paper.distances import DistanceLoss, label_distances
from benchmarks.paper.dual_unet import DualUNet
from benchmarks.paper.square import SquareNetwork
from benchmarks.paper.unet import UNet
from ctc_submission.network.architecture import Architecture
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.segmentation.labeling import LabelingParameters, label_cells

Network = EfficientCellSeg | SquareNetwork
Kind = Literal["EfficientCellSeg", "U-Net", "dual U-Net"]


@dataclass(frozen=True)
class Row:
    """A network to be trained and scored."""

    name: str
    """Names its folder and its results."""
    kind: Kind
    """Which network."""
    coloring: str
    """What it sees: pseudocolors, or three copies of the slice."""
    imagenet: bool = False
    """Whether its encoder starts from ImageNet weights; else at random."""
    filters: tuple[int, int, int, int] = (64, 48, 32, 16)
    """Filters of EfficientCellSeg's decoder."""

    @property
    def is_comparator(self) -> bool:
        """Whether it is a network to compare EfficientCellSeg with."""
        return self.kind != "EfficientCellSeg"


def list_rows(imagenet: bool) -> list[Row]:
    """List all rows; with ImageNet weights at hand, the wider decoders start from them too, as the paper's do."""
    return [
        Row("random-gray", "EfficientCellSeg", "gray"),
        Row("random-pseudocolor", "EfficientCellSeg", "region"),
        Row("imagenet-gray", "EfficientCellSeg", "gray", imagenet=True),
        Row("imagenet-pseudocolor", "EfficientCellSeg", "region", imagenet=True),
        Row("decoder-112", "EfficientCellSeg", "region", imagenet, (112, 80, 48, 16)),
        Row("decoder-512", "EfficientCellSeg", "region", imagenet, (512, 256, 128, 64)),
        Row("unet", "U-Net", "gray"),
        Row("dual-unet", "dual U-Net", "gray"),
    ]


def choose_architecture(row: Row, budget: Budget) -> Architecture:
    """Choose EfficientCellSeg's architecture in a row."""
    return Architecture(row.filters, budget.input_size, budget.encoder, budget.decoder)


def build_network(row: Row, budget: Budget) -> Network:
    """Build a row's network with random weights, for squares of the budget's size."""
    if row.kind == "EfficientCellSeg":
        return EfficientCellSeg(choose_architecture(row, budget))
    return UNet(budget.input_size) if row.kind == "U-Net" else DualUNet(budget.input_size)


def loss_of(row: Row) -> nn.Module | None:
    """Return the loss of a network that does not learn the foreground."""
    return DistanceLoss() if row.kind == "dual U-Net" else None


def label_maps(row: Row, maps: np.ndarray, labeling: LabelingParameters) -> np.ndarray:
    """Turn a network's maps (C, Z, Y, X) of a frame into labels (Z, Y, X) int32.

    The foreground is labeled as the dataset's task has it; distances are followed by a watershed of their own.
    """
    return label_distances(*maps) if row.kind == "dual U-Net" else label_cells(maps[0], parameters=labeling)
