"""What a trained network comes to on the tested frames: MeanIoU of slices, SEG of the masks that it writes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import torch

from benchmarks.paper.rows import Network, Row, label_maps
from benchmarks.paper.task import Task
from ctc_submission.challenge.files import find_frames, read_frame, write_mask
from ctc_submission.evaluation.comparison import compare
from ctc_submission.evaluation.matching import Matching
from ctc_submission.evaluation.measures.seg import seg
from ctc_submission.evaluation.references import find_digits, find_seg_references
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.predictor import Predictor
from ctc_submission.network.torch_runtime import TorchRuntime
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices
from ctc_submission.training.confusion import count_pixels, mean_iou_of_pixels
from ctc_submission.training.data.samples import Sample, find_spacing
from ctc_submission.training.data.sources import Source

_BATCH_SIZE = 8


@torch.inference_mode()
def score_samples(network: Network, samples: Sequence[Sample], device: torch.device) -> float:
    """Compute MeanIoU of background and cells over the pixels of samples, at the network's own scale."""
    network.to(device).eval()
    counts = torch.zeros(2, 2, dtype=torch.int64)
    for start in range(0, len(samples), _BATCH_SIZE):
        batch = samples[start : start + _BATCH_SIZE]
        logits = network(_to_tensor([sample.image for sample in batch], device) / 255)[:, :1]
        counts += count_pixels(logits.cpu(), _to_tensor([sample.target for sample in batch], torch.device("cpu")))
    return mean_iou_of_pixels(counts)


def _to_tensor(images: Sequence[np.ndarray], device: torch.device) -> torch.Tensor:
    return torch.from_numpy(np.stack(images).astype(np.float32)).permute(0, 3, 1, 2).to(device)


def score_frames(
    network: Network, row: Row, task: Task, tested: Sequence[Source], folder: Path, device: torch.device
) -> float:
    """Segment the tested frames and compute their SEG in 3D.

    Parameters
    ----------
    network : Network
        A row's, trained.
    row : Row
        What it sees, and how its maps become labels.
    task : Task
        How the foreground is labeled.
    tested : sequence of Source
        The frames.
    folder : Path
        Receives their masks, in ``05_RES`` and so on.
    device : torch.device
        Where to compute.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If frames or references are not as they must be, or masks cannot be written.
    """
    predictor = Predictor(TorchRuntime([cast(EfficientCellSeg, network)], device))
    matchings: list[Matching] = []
    for source in tested:
        results = folder / f"{source.sequence}_RES"
        results.mkdir(parents=True, exist_ok=True)
        for frame in find_frames(source.folder / source.sequence):
            if source.frames is None or frame.number in source.frames:
                labels = _segment(predictor, row, task, frame.path)
                write_mask(results / f"mask{frame.number:0{frame.digits}d}.tif", labels)
        matchings += _match_masks(source, results)
    return seg(matchings)


def _segment(predictor: Predictor, row: Row, task: Task, path: Path) -> np.ndarray:
    """Segment a frame (Z, Y, X), slice by slice, into labels of the same shape."""
    slices = pseudocolor_slices(read_frame(path), PseudocolorParameters(coloring=row.coloring))
    maps = np.stack(list(predictor.predict(slices)), axis=1)
    return label_maps(row, maps, replace(task.labeling, spacing=find_spacing(path)))


def _match_masks(source: Source, results: Path) -> list[Matching]:
    digits = find_digits(source.folder, source.sequence)
    references = find_seg_references(source.folder, source.sequence, digits)
    tested = [each for each in references if source.frames is None or each.frame in source.frames]
    return [comparison.matching for comparison in compare(tested, results, digits)]
