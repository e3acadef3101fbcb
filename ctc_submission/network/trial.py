"""A checkpoint tried on this machine: its network is built, its weights are loaded, an image is run through."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ctc_submission.network.execution import Execution, open_runtime
from ctc_submission.network.predictor import Predictor
from ctc_submission.network.stored import StoredNetwork


@dataclass(frozen=True)
class Trial:
    """What came of a trial."""

    parameters: int
    """Parameters as the paper counts them: weights, biases and batch norm's running statistics."""
    seconds: float
    """Duration of the forward pass, the first on the device."""
    runtime: str
    """What ran it, where, and in which precision."""


def try_checkpoint(path: Path, execution: Execution) -> Trial:
    """Load a checkpoint and predict an image of noise with it.

    Parameters
    ----------
    path : Path
        The checkpoint.
    execution : Execution
        Where and how to predict.

    Returns
    -------
    Trial
        The network's size, and how long an image took.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no checkpoint of this tool, or predicts anything but probabilities.
    """
    network = StoredNetwork(path)
    size = network.architecture.input_size
    image = np.random.default_rng(0).random((size, size, 3), dtype=np.float32)
    runtime = open_runtime([network], execution)
    start = time.perf_counter()
    (probability,) = Predictor(runtime).predict([image])
    seconds = time.perf_counter() - start
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError(
            f"{path}: predicts values from {probability.min()} to {probability.max()}, expected probabilities, "
            "0 to 1; fetch or train the weights again, or try --device cpu"
        )
    return Trial(network.parameters, seconds, f"{runtime.description}, {runtime.precision}")
