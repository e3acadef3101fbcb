"""How far augmented samples may stray from the sample."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AugmentationParameters:
    """How far views may stray from the sample."""

    crop: int = 384
    """Side of the view in pixels of the network's input."""
    zoom: tuple[float, float] = (0.8, 1.25)
    """Least and largest magnification."""
    gamma: tuple[float, float] = (0.7, 1.4)
    """Least and largest exponent of the intensities."""
    noise: float = 0.04
    """Largest standard deviation of added noise, in intensities of [0, 1]."""
    blur: float = 1.0
    """Largest standard deviation of a Gaussian blur, in pixels."""

    def __post_init__(self) -> None:
        if self.crop < 32 or self.crop % 16:
            raise ValueError(f"crop is {self.crop}, expected a multiple of 16, at least 32")
        for name, (low, high) in (("zoom", self.zoom), ("gamma", self.gamma)):
            if not 0 < low <= high:
                raise ValueError(f"{name} is {low} to {high}, expected two positive numbers, the smaller first")
