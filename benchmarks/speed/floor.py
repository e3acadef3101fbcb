"""The machine's floor: how fast it multiplies matrices, and how long one input of the network would take at that."""

import time
from dataclasses import dataclass

import torch

FLOP_PER_INPUT = 20.2e9
"""What one image of 384 x 384 costs in the network."""
_PROBE = 256
_LONGEST = 2.0  # seconds of a product
PRECISIONS = ("float32", "bfloat16")


@dataclass(frozen=True)
class Floor:
    """A precision's rate on one device."""

    device: str
    """Where it was measured, by torch's name."""
    precision: str
    """``float32`` or ``bfloat16``."""
    flop_per_second: float
    """Rate of torch's matrix product, the best of all runs."""

    @property
    def seconds_per_input(self) -> float:
        """Time of one image of 384 x 384, if all of the network were matrix products."""
        return FLOP_PER_INPUT / self.flop_per_second


def measure_floor(device: torch.device, side: int, runs: int) -> list[Floor]:
    """Measure the rates of square matrix products.

    Parameters
    ----------
    device : torch.device
        Where to compute.
    side : int
        Side of the matrices; less where a processor is slow in a precision that it does not have.
    runs : int
        Products, of which the fastest counts; one before them does not.
    """
    return [Floor(str(device), precision, _rate(device, precision, side, runs)) for precision in PRECISIONS]


def _rate(device: torch.device, precision: str, side: int, runs: int) -> float:
    probe = 2 * _PROBE**3 / _time_product(device, precision, _PROBE, 1)
    while side > _PROBE and 2 * side**3 / probe > _LONGEST:
        side //= 2
    return 2 * side**3 / _time_product(device, precision, side, runs)


def _time_product(device: torch.device, precision: str, side: int, runs: int) -> float:
    left, right = torch.rand(2, side, side, device=device, dtype=getattr(torch, precision))
    seconds = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        torch.mm(left, right)
        _wait(device)
        seconds.append(time.perf_counter() - began)
    return min(seconds[1:])


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
