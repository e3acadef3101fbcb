"""What CPUs are slow at when they train in bfloat16, done otherwise there; results stay those of autocast."""

from types import MethodType
from typing import Any

from torch import Tensor, autocast, bfloat16, is_autocast_enabled, nn
from torch.nn import functional


def speed_up(model: nn.Module) -> None:
    """Change a network in place for training on a CPU in bfloat16; it computes the same as before without autocast.

    Depthwise convolutions are computed in single precision, since bfloat16 gradients take CPUs many times longer, but
    handed on in bfloat16. Squeeze-and-excitation averages by pooling, whose gradient keeps channels last.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and module.groups == module.in_channels > 1:
            module.forward = MethodType(_convolve_single, module)  # type: ignore[method-assign]
        elif hasattr(module, "conv_reduce"):  # squeeze-and-excitation, as timm builds it
            module.forward = MethodType(_squeeze_by_pooling, module)


def _convolve_single(convolution: nn.Conv2d, features: Tensor) -> Tensor:
    if not is_autocast_enabled("cpu"):
        return type(convolution).forward(convolution, features)
    with autocast("cpu", enabled=False):
        return type(convolution).forward(convolution, features.float()).to(bfloat16)


def _squeeze_by_pooling(block: Any, features: Tensor) -> Tensor:
    squeezed = functional.avg_pool2d(features, features.shape[2:])
    return features * block.gate(block.conv_expand(block.act1(block.conv_reduce(squeezed))))
