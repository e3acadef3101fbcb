"""Seconds by stage."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

STAGES = ("read", "pseudocolor", "resize", "network", "stitch", "label", "write")
"""What happens to a frame, in order. Cutting a slice into patches counts as resizing."""

START = "start"
"""What happens once in a run: networks are loaded, and made ready by their runtime."""


class Stopwatch:
    """Adds up what each stage takes; a stage may be entered many times."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Time what happens inside, and count it for a stage."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - began
