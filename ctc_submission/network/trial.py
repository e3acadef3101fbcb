"""A checkpoint tried on this machine: its network is built, its weights are loaded, an image is run through."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ctc_submission.network.execution import Execution, open_runtime
from ctc_submission.network.predictor import Predictor
from ctc_submission.network.weights import load_checkpoint


@dataclass(frozen=True)
class Trial:
    """What came of a trial."""

    parameters: int
    """Numbers the network learned."""
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
    model, card = load_checkpoint(path)
    size = card.architecture.input_size
    image = np.random.default_rng(0).random((size, size, 3), dtype=np.float32)
    runtime = open_runtime([model], execution)
    start = time.perf_counter()
    (probability,) = Predictor(runtime).predict([image])
    seconds = time.perf_counter() - start
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError(
            f"{path}: predicts values from {probability.min()} to {probability.max()}, expected probabilities, "
            "0 to 1; fetch or train the weights again, or try --device cpu"
        )
    parameters = sum(tensor.numel() for tensor in model.parameters())
    return Trial(parameters, seconds, f"{runtime.description}, {runtime.precision}")
