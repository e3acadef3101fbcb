"""Time of an input through a network, in the runtime and batches of the product; and many timers taking turns."""

import statistics
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np

from ctc_submission.network.execution import Execution, open_runtime
from ctc_submission.network.predictor import Predictor
from ctc_submission.network.stored import Network

Timer = Callable[[], float]
"""Does something and returns the seconds of one of it."""
Key = TypeVar("Key")


def time_images(network: Network, execution: Execution, count: int) -> Timer:
    """Make a network ready, and return a timer of one of so many images of its own size, streamed as in a run."""
    predictor = Predictor(open_runtime([network], execution))
    side = network.architecture.input_size
    images = [np.random.default_rng(0).random((side, side, 3), np.float32)] * count

    def timer() -> float:
        began = time.perf_counter()
        deque(predictor.predict(images), maxlen=0)
        return (time.perf_counter() - began) / count

    return timer


def take_rounds(timers: Mapping[Key, Timer], rounds: int) -> dict[Key, float]:
    """Let timers take turns, so that the machine's moods meet them alike.

    Parameters
    ----------
    timers : mapping
        Timers by any key.
    rounds : int
        Turns of each, after one that does not count.

    Returns
    -------
    dict
        The median of each timer's seconds.
    """
    taken: dict[Key, list[float]] = {key: [] for key in timers}
    for _ in range(rounds + 1):
        for key, timer in timers.items():
            taken[key].append(timer())
    return {key: statistics.median(seconds[1:]) for key, seconds in taken.items()}
