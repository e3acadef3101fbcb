"""Keras' layers with weights as operations of a graph."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ctc_submission.network.importing.graph import Affine, BatchNorm, Convolution, Operation

_SMALLEST_DEVIATION = 1e-7
_BATCH_NORM_EPSILON = 1e-3
Arrays = Mapping[str, np.ndarray]


def rescaling(settings: Mapping[str, Any]) -> Affine:
    """Return a layer that multiplies by its ``scale`` and adds its ``offset``, numbers or one for each channel."""
    scale, offset = (np.atleast_1d(np.asarray(settings.get(key, 0), np.float64)) for key in ("scale", "offset"))
    return Affine(scale, offset)


def stored_operation(path: Path, layer: str, arrays: Arrays, settings: Mapping[str, Any]) -> Operation | None:
    """Return what a layer with weights does.

    Parameters
    ----------
    path : Path
        The file, for messages.
    layer : str
        The layer's name.
    arrays : mapping
        Its weights by Keras' names: kernel, bias, gamma, beta, moving_mean, moving_variance, mean, variance.
    settings : mapping
        Its configuration; empty where the file holds weights alone.

    Returns
    -------
    Operation or None
        None for a layer that computes nothing with what it stores, as a generator of random numbers.

    Raises
    ------
    ValueError
        If it is a layer that this network does not have.
    """
    kernel = arrays.get("kernel", arrays.get("depthwise_kernel"))
    if kernel is not None and kernel.ndim == 4:
        bias = arrays["bias"].astype(np.float32) if "bias" in arrays else None
        return Convolution(
            _weight(kernel, "depthwise_kernel" in arrays), bias, max(settings.get("strides", [0])) or None
        )
    if "moving_mean" in arrays:
        return _batch_norm(arrays, settings)
    mean, variance = (arrays.get(key, settings.get(key)) for key in ("mean", "variance"))
    if mean is not None and variance is not None:
        return _normalization(np.asarray(mean, np.float64), np.asarray(variance, np.float64))
    if any(name not in ("seed_generator_state", "count") for name in arrays):
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"{path}: layer '{layer}' holds {shapes}; expected a network of convolutions and batch norms")
    return None


def _weight(kernel: np.ndarray, named_depthwise: bool) -> np.ndarray:
    """Turn (Y, X, I, O), or (Y, X, C, 1) of a depthwise layer, into (O, I / groups, Y, X)."""
    rows, _, channels, filters = kernel.shape
    depthwise = named_depthwise or (filters == 1 and rows > 1 and channels > 1)
    return np.ascontiguousarray(kernel.transpose((2, 3, 0, 1) if depthwise else (3, 2, 0, 1)), dtype=np.float32)


def _batch_norm(arrays: Arrays, settings: Mapping[str, Any]) -> BatchNorm:
    mean = arrays["moving_mean"]
    values = (arrays.get("gamma", np.ones_like(mean)), arrays.get("beta", np.zeros_like(mean)), mean)
    return BatchNorm(*values, arrays["moving_variance"], settings.get("epsilon", _BATCH_NORM_EPSILON))


def _normalization(mean: np.ndarray, variance: np.ndarray) -> Affine:
    """Return (x - mean) / sqrt(variance), the deviation at least 1e-7, as Keras' Normalization computes it."""
    scale = 1 / np.maximum(np.sqrt(variance.ravel()), _SMALLEST_DEVIATION)
    return Affine(scale, -mean.ravel() * scale)
