"""How the networks are run on this machine: the device, and batches that fit its memory."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch

from ctc_submission.network.model import EfficientCellSeg


def choose_device(name: str = "auto") -> torch.device:
    """Choose where to compute.

    Parameters
    ----------
    name : str
        ``auto`` for the first of CUDA, MPS and CPU that is there, or a device by torch's name, such as ``cuda:1``.

    Raises
    ------
    ValueError
        If the device is unknown or not there.
    """
    if name == "auto":
        return torch.device(
            "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        )
    expected = "expected auto, cpu, cuda, cuda:N or mps"
    if name.split(":")[0] not in ("cpu", "cuda", "mps"):
        raise ValueError(f"device '{name}' is unknown: {expected}")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0].split(". ")[0]
        raise ValueError(f"device '{name}' cannot be used ({reason}): {expected}") from error
    return device


class Predictor:
    """Networks on a device, fed in batches; a batch that does not fit its memory is halved."""

    def __init__(
        self, models: Sequence[EfficientCellSeg], device: torch.device, batch_size: int = 4, *, resize: bool = True
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch size is {batch_size}, expected 1 or more images")
        self.models = [model.to(device).to(memory_format=torch.channels_last).eval() for model in models]
        self.device = device
        self.batch_size = batch_size
        self.resize = resize

    def predict(self, images: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Predict probabilities for a stream of images of one shape.

        Parameters
        ----------
        images : iterable of (Y, X, 3) ndarray of float32 in [0, 1]
            Pseudocoloured slices or patches; read no further ahead than a batch.

        Yields
        ------
        (M, Y, X) ndarray of float32
            Probabilities of every network, image by image.
        """
        stream = iter(images)
        while batch := list(itertools.islice(stream, self.batch_size)):
            yield from self._predict_batch(np.stack(batch))

    @torch.inference_mode()
    def _predict_batch(self, images: np.ndarray) -> Iterator[np.ndarray]:
        start = 0
        while start < len(images):
            batch = torch.from_numpy(images[start : start + self.batch_size]).permute(0, 3, 1, 2)
            try:
                part = batch.to(self.device)
                predicted = torch.stack([model.predict(part, resize=self.resize) for model in self.models], dim=1)
            except torch.cuda.OutOfMemoryError:
                if self.batch_size == 1:
                    raise
                self.batch_size //= 2
                torch.cuda.empty_cache()
                continue
            yield from predicted.cpu().numpy()
            start += len(batch)
