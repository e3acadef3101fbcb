"""What networks compute in."""

from typing import Literal

Precision = Literal["auto", "float32", "bfloat16", "float16"]
