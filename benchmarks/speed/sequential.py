"""The published pipeline, written down plainly: one step after the other, one slice or patch at a time.

Wagner and Rohr, MIDL 2022, sections 3.1 and 3.3, at the cost of the authors' program: an ONNX Runtime session on the
CPU is called for every single image, both neighbors' regions are computed for every slice, so each twice, with up to 30
thresholds; images and probabilities have 64 bits beside the network; the watershed floods whole slices; the first and
the last slice, which lack a neighbor, are left out. numpy, OpenCV, scipy and scikit-image do the work, with as many
threads as they take.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import tifffile
from scipy import ndimage
from skimage.segmentation import watershed
from tqdm import tqdm

from benchmarks.speed.patches import blend, cut, paste, place_six
from benchmarks.speed.published_colors import color_slice, intensity_range
from benchmarks.speed.stopwatch import START, Stopwatch
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.segmentation.labeling import LabelingParameters


@dataclass(frozen=True)
class SequentialPipeline:
    """What the sequential version needs to know."""

    networks: tuple[Path, ...]
    """ONNX files: one that predicts the foreground, and for the method ``centers`` another, unless it predicts both."""
    coloring: PseudocolorParameters
    """How slices are colored."""
    labeling: LabelingParameters
    """Method and thresholds; the rest is not used."""
    tiles: int
    """Patches of a slice: 1 (all of it) or 6."""
    published: bool = True
    """Whether to compute in 64 bits, paste patches and leave out the first and the last slice, as the authors' program.

    Otherwise all is done so that the masks are those of the product's per-slice labeling.
    """

    def choose_slices(self, depth: int) -> range:
        """Return the slices that are segmented of a stack so deep."""
        return range(1, depth - 1) if self.published else range(depth)


def segment_folder(source: Path, results: Path, pipeline: SequentialPipeline) -> Stopwatch:
    """Segment every frame of a folder, slice by slice.

    Parameters
    ----------
    source : Path
        Folder with ``t000.tif``, ``t001.tif``, ...
    results : Path
        Folder for ``mask000.tif``, ...; made if absent.
    pipeline : SequentialPipeline
        How to segment.

    Returns
    -------
    Stopwatch
        What every stage took, all frames together.
    """
    watch = Stopwatch()
    results.mkdir(parents=True, exist_ok=True)
    with watch(START):
        providers = ["CPUExecutionProvider"]
        sessions = [onnxruntime.InferenceSession(str(path), providers=providers) for path in pipeline.networks]
    for path in tqdm(sorted(source.glob("t*.tif")), desc="sequential", unit="frame"):
        with watch("read"):
            stack = tifffile.imread(path)
        probabilities = predict_stack(stack, sessions, pipeline, watch)
        with watch("label"):
            labels = label_stack(probabilities, pipeline.labeling)
        with watch("write"):
            tifffile.imwrite(results / f"mask{path.stem[1:]}.tif", labels, photometric="minisblack", compression="zlib")
    return watch


def predict_stack(
    stack: np.ndarray,
    sessions: Sequence[onnxruntime.InferenceSession],
    pipeline: SequentialPipeline,
    watch: Stopwatch,
) -> np.ndarray:
    """Color slices (Z, Y, X), show them to the networks, and return probabilities (C, Z, Y, X), 0 where left out."""
    shape, dtype = stack.shape[1:], np.dtype(np.float64 if pipeline.published else np.float32)
    join = paste if pipeline.published else blend
    side, corners = place_six(shape) if pipeline.tiles == 6 else (0, [])
    with watch("pseudocolor"):
        limits = intensity_range(stack) if pipeline.coloring.coloring == "intensity" else (0.0, 1.0)
    outputs = sum(session.get_outputs()[0].shape[-1] for session in sessions)
    probabilities = np.zeros((outputs, *stack.shape), dtype)
    for z in pipeline.choose_slices(len(stack)):
        with watch("pseudocolor"):
            image = color_slice(stack, z, pipeline.coloring, limits, dtype)
        with watch("resize"):
            patches = cut(image, side, corners) if corners else [image]
        done = 0
        for session in sessions:
            predicted = [predict_image(session, patch, watch) for patch in patches]
            with watch("stitch"):
                for of_output in zip(*predicted, strict=True):
                    probabilities[done, z] = join(of_output, shape, corners) if corners else of_output[0]
                    done += 1
    return probabilities


def predict_image(session: onnxruntime.InferenceSession, image: np.ndarray, watch: Stopwatch) -> list[np.ndarray]:
    """Show one image (Y, X, 3) to a network, resized to its input, and return a probability (Y, X) for each output.

    Resizing keeps the image's type, float64 or float32; the network computes in float32.
    """
    height, width = image.shape[:2]
    entry = session.get_inputs()[0]
    with watch("resize"):
        resized = cv2.resize(image, (entry.shape[2], entry.shape[1]), interpolation=cv2.INTER_LINEAR)
    with watch("network"):
        predicted = session.run(None, {entry.name: resized[np.newaxis].astype(np.float32)})[0][0]
    with watch("resize"):
        maps = np.moveaxis(predicted.astype(image.dtype), -1, 0)
        return [cv2.resize(each, (width, height), interpolation=cv2.INTER_LINEAR) for each in maps]


def label_stack(probabilities: np.ndarray, labeling: LabelingParameters) -> np.ndarray:
    """Label probabilities (C, Z, Y, X), foreground and centers: labels (Z, Y, X) of uint16 restart in every slice."""
    foreground, *centers = probabilities
    labels = np.zeros(foreground.shape, np.uint16)
    for z, mask in enumerate(foreground > labeling.foreground_threshold):
        if labeling.method == "single":
            labels[z] = mask
        elif labeling.method == "components":
            labels[z] = ndimage.label(mask)[0]
        else:
            distance = ndimage.distance_transform_edt(mask)
            by_centers = labeling.method == "centers"
            is_marker = mask & (centers[0][z] > labeling.marker_threshold) if by_centers else find_peaks(distance)
            labels[z] = watershed(-distance, ndimage.label(is_marker)[0], mask=mask)
    return labels


def find_peaks(distance: np.ndarray) -> np.ndarray:
    """Mark the pixels (Y, X) of the foreground whose distance none of the 8 neighbors exceeds."""
    return (distance > 0) & (distance == cv2.dilate(distance, np.ones((3, 3), np.uint8)))
