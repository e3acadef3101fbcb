"""Which reference annotations a training may ask for."""

from typing import Literal

Truth = Literal["GT", "ST", "GT+ST"]
TRUTHS: tuple[Truth, ...] = ("GT", "ST", "GT+ST")
"""Gold truth, silver truth, or gold where there is some and silver elsewhere, as the challenge names them."""
