"""The classical way, for comparison: Gaussian filter, Otsu's threshold, watershed of the distance to the background.

    python benchmarks/classical.py FRAMES_DIR MASKS_DIR --spacing Z Y X

Nothing is tuned: the filter's standard deviation is 1 pixel, and the toolkit's defaults separate touching cells.
"""

import argparse
from pathlib import Path

import numpy as np
from skimage.filters import gaussian, threshold_otsu
from tqdm import tqdm

from ctc_submission.challenge.files import find_frames, read_frame, write_mask
from ctc_submission.segmentation.labeling import LabelingParameters, label_cells


def segment(stack: np.ndarray, spacing: tuple[float, float, float]) -> np.ndarray:
    """Label the cells of a (Z, Y, X) stack with voxels of these edges (z, y, x): (Z, Y, X) int32."""
    smooth = gaussian(stack.astype(np.float32), [spacing[1] / edge for edge in spacing])
    parameters = LabelingParameters(method="distance", spacing=spacing, minimum_size=50)
    return label_cells((smooth > threshold_otsu(smooth)).astype(np.float32), parameters=parameters)


def main() -> None:
    """Segment a folder of frames."""
    parser = argparse.ArgumentParser(description="Segment frames the classical way, with untuned parameters.")
    parser.add_argument("frames", type=Path)
    parser.add_argument("masks", type=Path)
    parser.add_argument("--spacing", type=float, nargs=3, default=(1.0, 1.0, 1.0), metavar=("Z", "Y", "X"))
    arguments = parser.parse_args()
    arguments.masks.mkdir(parents=True, exist_ok=True)
    for frame in tqdm(find_frames(arguments.frames), unit="frame"):
        labels = segment(read_frame(frame.path), tuple(arguments.spacing))
        write_mask(arguments.masks / f"mask{frame.number:0{frame.digits}d}.tif", labels)


if __name__ == "__main__":
    main()
