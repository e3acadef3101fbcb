"""Whether our network computes what an ONNX file does, by running both."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from ctc_submission.network.importing.onnx_reader import image_input, image_shape, load_onnx
from ctc_submission.network.importing.packages import need
from ctc_submission.network.model import EfficientCellSeg

TOLERANCE = 1e-4
"""Largest difference of probabilities that rounding explains."""


def check_parity(path: Path, model: EfficientCellSeg, images: Iterable[np.ndarray]) -> float:
    """Return the `largest_difference`, if rounding explains it.

    Raises
    ------
    ValueError
        If it is larger than `TOLERANCE`: the file has the layers of this network, but computes something else.
    """
    difference = largest_difference(path, model, images)
    if not difference <= TOLERANCE:
        raise ValueError(
            f"{path}: its probabilities differ from this network's by up to {difference:.2g}, expected at "
            f"most {TOLERANCE}; it has the same layers, but pads, activates or resizes in another way"
        )
    return difference


def largest_difference(path: Path, model: EfficientCellSeg, images: Iterable[np.ndarray]) -> float:
    """Return the largest difference of two networks' probabilities, in any pixel of any image.

    Parameters
    ----------
    path : Path
        An ``.onnx`` file; run by onnxruntime on the CPU.
    model : EfficientCellSeg
        Ours, on the CPU.
    images : iterable of (Y, X, 3) ndarray of float32 in [0, 1]
        Pseudocoloured slices; resized to the network's input before both of them.

    Raises
    ------
    ValueError
        If the file is no ONNX network for images.
    OSError
        If the package ``onnx`` or ``onnxruntime`` is not installed.
    """
    runtime = need("onnxruntime")
    given = image_input(load_onnx(path), path)
    channels_last = image_shape(given)[-1] == 3
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    zeros = {
        value.name: np.zeros(value.shape, np.float32) for value in session.get_inputs() if value.name != given.name
    }
    side = model.architecture.input_size
    differences = [0.0]
    for image in images:
        batch = functional.interpolate(
            torch.from_numpy(image).permute(2, 0, 1)[None], size=(side, side), mode="bilinear", align_corners=False
        )
        with torch.inference_mode():
            ours = model.predict(batch)[0].numpy()
        fed = batch.permute(0, 2, 3, 1) if channels_last else batch
        theirs = session.run(None, {**zeros, given.name: fed.contiguous().numpy()})[0]
        differences.append(float(np.abs(theirs.reshape(ours.shape) - ours).max()))
    return max(differences)
