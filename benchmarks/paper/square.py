"""What the networks to compare with share: they see squares of one size, as EfficientCellSeg does."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class SquareNetwork(nn.Module):
    """A network that images of any size are resized for."""

    def __init__(self, input_size: int) -> None:
        super().__init__()
        if input_size < 32 or input_size % 16:
            raise ValueError(f"input_size is {input_size}, expected a multiple of 16, at least 32")
        self.input_size = input_size

    def activate(self, output: Tensor) -> Tensor:
        """Turn output (N, C, S, S) into what is to be labeled."""
        raise NotImplementedError

    def predict(self, images: Tensor, *, resize: bool = True) -> Tensor:
        """Predict maps for images of any size.

        Parameters
        ----------
        images : (N, 3, Y, X) Tensor of float in [0, 1]
            Colored slices; resized to the network's input, bilinear with half-pixel centers.
        resize : bool
            False to show them as they are; their sides must be multiples of 16 then.

        Returns
        -------
        (N, C, Y, X) Tensor of float32
            Maps, resized back.
        """
        size = [self.input_size] * 2 if resize else list(images.shape[-2:])
        resized = _resize(images, size).contiguous(memory_format=torch.channels_last)
        return _resize(self.activate(self(resized).float()), list(images.shape[-2:]))


def convolve_twice(channels_in: int, channels_out: int) -> nn.Sequential:
    """Two convolutions of 3 x 3, each with batch norm and ReLU."""
    return nn.Sequential(
        *convolve(channels_in, channels_out, stride=1), *convolve(channels_out, channels_out, stride=1)
    )


def convolve(channels_in: int, channels_out: int, *, stride: int) -> list[nn.Module]:
    """One convolution of 3 x 3 with batch norm and ReLU."""
    return [
        nn.Conv2d(channels_in, channels_out, kernel_size=3, padding=1, stride=stride),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(inplace=True),
    ]


def _resize(images: Tensor, size: list[int]) -> Tensor:
    if list(images.shape[-2:]) == size:
        return images
    return functional.interpolate(images, size=size, mode="bilinear", align_corners=False)
