"""What a fit can be scored by."""

from typing import Literal, get_args

Metric = Literal["SEG", "DET", "OP_CSB"]
METRICS: tuple[Metric, ...] = get_args(Metric)
"""What a fit can be scored by; OP_CSB is the mean of SEG and DET."""
