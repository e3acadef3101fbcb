"""What runs networks, and what they compute in."""

from typing import Literal

Precision = Literal["auto", "float32", "bfloat16", "float16"]
RuntimeName = Literal["auto", "openvino", "torch"]
