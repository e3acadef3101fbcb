"""Networks run by torch: on GPUs, and on CPUs that OpenVINO does not know."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ctc_submission.network.efficientcellseg import EfficientCellSeg

_BATCH_SIZES = {"cpu": 4, "mps": 8, "cuda": 32}
_STREAMS = {"cpu": 1, "mps": 1, "cuda": 2}
"""On a GPU one batch is copied and prepared while another is computed."""


def memory_error(what: str, error: RuntimeError) -> OSError:
    """Word that a device's memory does not suffice, and what helps."""
    reason = str(error).partition(". ")[0]
    return OSError(f"{what} ({reason}): end other programs that use it, name another --device, or take --device cpu")


class TorchRuntime:
    """Networks on a device; a batch that does not fit its memory is halved."""

    def __init__(
        self,
        models: Sequence[EfficientCellSeg],
        device: torch.device | str,
        precision: str = "float32",
        batch_size: int | None = None,
        *,
        resize: bool = True,
    ) -> None:
        device = torch.device(device)
        try:
            self.models = [model.to(device).to(memory_format=torch.channels_last).eval() for model in models]
        except torch.cuda.OutOfMemoryError as error:
            raise memory_error(f"the networks do not fit the memory of {device}", error) from error
        self.device = device
        self.precision = precision
        self.batch_size = batch_size or _BATCH_SIZES[device.type]
        self.streams = _STREAMS[device.type]
        self.resize = resize
        name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
        self.description = f"torch on {name}"

    @torch.inference_mode()
    def predict(self, images: np.ndarray) -> np.ndarray:
        """Predict probabilities for images (N, Y, X, 3), float32: (N, C, Y, X), float32.

        Raises
        ------
        OSError
            If the device's memory does not hold a single image.
        """
        parts = []
        start = 0
        while start < len(images):
            part = images[start : start + self.batch_size]
            try:
                parts.append(self._predict(part))
            except torch.cuda.OutOfMemoryError as error:
                if len(part) == 1:
                    size = " x ".join(map(str, part.shape[1:3]))
                    raise memory_error(
                        f"one image of {size} pixels does not fit the memory of {self.device}", error
                    ) from error
                self.batch_size = min(self.batch_size, len(part) // 2)
                torch.cuda.empty_cache()
                continue
            start += len(part)
        return np.concatenate(parts)

    def _predict(self, images: np.ndarray) -> np.ndarray:
        batch = self._to_device(torch.from_numpy(images)).permute(0, 3, 1, 2)
        dtype = getattr(torch, self.precision)
        with torch.autocast(self.device.type, dtype, enabled=dtype != torch.float32):
            predicted = [model.predict(batch, resize=self.resize) for model in self.models]
        return torch.cat(predicted, dim=1).cpu().numpy()

    def _to_device(self, images: Tensor) -> Tensor:
        if self.device.type == "cuda":
            images = images.pin_memory()
        return images.to(self.device, non_blocking=True)
