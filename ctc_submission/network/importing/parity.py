"""Whether our network computes what an ONNX file does, by running both."""

import contextlib
import copy
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.importing.building import first_layers
from ctc_submission.network.importing.onnx_reader import image_input, image_shape, load_onnx, read_onnx
from ctc_submission.network.importing.packages import need

TOLERANCE = 1e-4
"""Largest difference of probabilities that is always taken for rounding."""
_ROUNDING_FACTOR = 10
_REFUSALS = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NotImplemented", "RuntimeException")


def check_parity(path: Path, model: EfficientCellSeg, images: Iterable[np.ndarray]) -> float:
    """Return the `largest_difference`, if rounding explains it.

    Rounding explains `TOLERANCE`, and ten times what our network's own probabilities change in double precision: in
    a network far from any training, rounding errors grow from layer to layer.

    Raises
    ------
    ValueError
        If it is larger: the file has the layers of this network, but computes something else.
    """
    images = list(images)
    difference = largest_difference(path, model, images)
    if difference > TOLERANCE and not difference <= _ROUNDING_FACTOR * _rounding(model, images):
        raise ValueError(
            f"{path}: its probabilities differ from this network's by up to {difference:.2g}, expected at most "
            f"{TOLERANCE}; it has the same layers, but pads, activates or resizes in another way"
        )
    return difference


def _rounding(model: EfficientCellSeg, images: Iterable[np.ndarray]) -> float:
    precise = copy.deepcopy(model).double()
    batches = [_as_batch(image) for image in images]
    with torch.inference_mode():
        return max(float((precise.predict(batch.double()) - model.predict(batch)).abs().max()) for batch in batches)


def _as_batch(image: np.ndarray) -> Tensor:
    return torch.from_numpy(image).permute(2, 0, 1)[None]


def largest_difference(path: Path, model: EfficientCellSeg, images: Iterable[np.ndarray]) -> float:
    """Return the largest difference of two networks' probabilities, in any pixel of any image.

    Parameters
    ----------
    path : Path
        An ``.onnx`` file; run by onnxruntime on the CPU.
    model : EfficientCellSeg
        Ours, on the CPU.
    images : iterable of (Y, X, 3) ndarray of float32 in [0, 1]
        Pseudocolored slices of any size; resized beforehand where the file does not resize them itself.

    Raises
    ------
    ValueError
        If the file is no ONNX network for images, or onnxruntime cannot run it.
    OSError
        If the package ``onnx`` or ``onnxruntime`` is not installed.
    """
    given = image_input(load_onnx(path), path)
    channels_last = image_shape(given)[-1] == 3
    session = _session(path)
    zeros = {
        value.name: np.zeros(value.shape, np.float32) for value in session.get_inputs() if value.name != given.name
    }
    side = model.architecture.input_size
    resizes = _resizes(path)
    differences = [0.0]
    for image in images:
        batch = _as_batch(image)
        if not resizes:
            batch = functional.interpolate(batch, size=(side, side), mode="bilinear", align_corners=False)
        with torch.inference_mode():
            ours = model.predict(batch)[0]
        fed = batch.permute(0, 2, 3, 1) if channels_last else batch
        with _naming_refusal(path):
            theirs = session.run(None, {**zeros, given.name: fed.contiguous().numpy()})[0]
        expected = (ours.permute(1, 2, 0) if channels_last else ours).numpy()
        if theirs.size != expected.size:
            raise ValueError(f"{path}: gives {theirs.shape} for an image, expected {expected.shape} probabilities")
        differences.append(float(np.abs(theirs.reshape(expected.shape) - expected).max()))
    return max(differences)


def _session(path: Path) -> Any:
    """Open a file as it is written: onnxruntime's optimizations alone change probabilities by up to 2e-4."""
    runtime = need("onnxruntime")
    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    with _naming_refusal(path):
        return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@contextlib.contextmanager
def _naming_refusal(path: Path) -> Iterator[None]:
    """Turn what onnxruntime raises into a ValueError that names the file."""
    runtime, state = need("onnxruntime"), need("onnxruntime.capi.onnxruntime_pybind11_state")
    refusals = tuple(getattr(state, name) for name in _REFUSALS)
    try:
        yield
    except (*refusals, RuntimeError, IndexError, TypeError) as error:
        reason = " ".join(str(error).split())[:300]
        raise ValueError(
            f"{path}: onnxruntime {runtime.__version__} cannot run it ({reason}); try a newer one, or fetch it again"
        ) from error


def _resizes(path: Path) -> bool:
    """Say whether a file takes images of any size and resizes them itself."""
    graph = read_onnx(path)
    return graph.side is None and first_layers(graph)[1] is not None
