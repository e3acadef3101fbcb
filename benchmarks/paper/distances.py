"""Distance maps of cells and their neighbors: as targets, in the loss, and back to labels.

After Scherr et al., PLOS ONE 2020 (doi 10.1371/journal.pone.0243219). Targets are made from the foreground: its
connected pieces are the cells, which holds where cells do not touch, as with the one cell of Fluo-C3DH-A549-SIM.
"""

import cv2
import numpy as np
import torch
from scipy import ndimage
from skimage.segmentation import watershed
from torch import Tensor, nn
from torch.nn import functional

from ctc_submission.training.data.targets import IGNORED

CELL_THRESHOLD = 0.1
"""Cell distance above which a pixel is of a cell."""
SEED_THRESHOLD = 0.45
"""Cell distance, less the square of the neighbor distance, above which a pixel is of a cell's middle."""
_REACH = 8.0
"""Pixels of the network's input beyond which a neighbor is not felt."""
_SMOOTHING = (0, 1, 1)
_SQUARE = np.ones((3, 3), dtype=int)


def cell_distances(foreground: np.ndarray) -> np.ndarray:
    """Measure how deep pixels lie inside their cell.

    Parameters
    ----------
    foreground : (Y, X) ndarray of bool
        Its connected pieces are the cells.

    Returns
    -------
    (Y, X) ndarray of float32
        Distance to the background, in each cell from 0 at the rim to 1 where it is deepest.
    """
    labels, count = ndimage.label(foreground, _SQUARE)
    if not count:
        return np.zeros(foreground.shape, dtype=np.float32)
    distance = _distance_to_zero(foreground)
    deepest = np.ones(count + 1, dtype=np.float32)
    deepest[1:] = ndimage.maximum(distance, labels, np.arange(1, count + 1))
    return distance / deepest[labels]


def neighbor_distances(foreground: np.ndarray) -> np.ndarray:
    """Measure how near pixels of a cell lie to the next cell.

    Parameters
    ----------
    foreground : (Y, X) ndarray of bool
        Its connected pieces are the cells.

    Returns
    -------
    (Y, X) ndarray of float32
        1 beside another cell, falling to 0 at 8 pixels; 0 in the background.
    """
    labels, count = ndimage.label(foreground, _SQUARE)
    nearness = np.zeros(foreground.shape, dtype=np.float32)
    for label in range(1, count + 1) if count > 1 else ():
        own = labels == label
        away = _distance_to_zero(own | ~foreground)
        nearness[own] = (1 - away[own] / _REACH).clip(0)
    return nearness


def _distance_to_zero(mask: np.ndarray) -> np.ndarray:
    return cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


class DistanceLoss(nn.Module):
    """Smooth L1 of both maps, over the pixels of which something is known."""

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Return the loss of `DualUNet`'s output (N, 2, S, S) for a foreground (N, 1, S, S): 0, 1 or `IGNORED`."""
        foreground = (target[:, 0] == 1).cpu().numpy()
        maps = np.stack([[cell_distances(each) - CELL_THRESHOLD, neighbor_distances(each)] for each in foreground])
        wanted = torch.from_numpy(maps).to(output)
        known = target != IGNORED
        losses = functional.smooth_l1_loss(output, wanted, reduction="none").sum(dim=1, keepdim=True)
        return losses[known].sum() / known.sum().clamp(min=1)


def label_distances(cell: np.ndarray, neighbor: np.ndarray) -> np.ndarray:
    """Label cells by a watershed of their distance map, from the seeds that both maps give.

    Parameters
    ----------
    cell, neighbor : (Z, Y, X) ndarray of float
        Predicted distances in [0, 1].

    Returns
    -------
    (Z, Y, X) ndarray of int32
        0 is background; what has no seed is dropped.
    """
    smooth = ndimage.gaussian_filter(cell, _SMOOTHING)
    seeds, _ = ndimage.label(smooth - neighbor**2 > SEED_THRESHOLD)
    return watershed(-smooth, seeds, mask=smooth > CELL_THRESHOLD).astype(np.int32)
