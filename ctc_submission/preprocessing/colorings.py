"""Names of pseudocolorings and of their normalization, without what computes them."""

from typing import Literal

Normalization = Literal["channel", "image"]
Coloring = Literal["region", "intensity", "gray"]
