"""Work done ahead by threads, its results in order: no more of it than asked for is begun or held at a time."""

import itertools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 2 * (os.cpu_count() or 1)


def map_ahead(
    function: Callable[[Item], Result], items: Iterable[Item], executor: Executor | None, ahead: int = _AHEAD
) -> Iterator[Result]:
    """Apply a function to items in threads, some items ahead of what is asked for.

    Parameters
    ----------
    function : callable
        What to compute of an item. It must not use the executor itself, or all threads may wait for each other.
    items : iterable
        Read by the thread that asks for results, as far ahead as `ahead`.
    executor : Executor or None
        The threads; None to compute each item when its result is asked for.
    ahead : int
        Items that are being computed, or wait to be fetched, at most; 1 or more. Two for each core if not given.

    Yields
    ------
    object
        Results in the order of the items.
    """
    if executor is None:
        yield from map(function, items)
        return
    stream = iter(items)
    begun: deque[Future[Result]] = deque()
    try:
        for item in itertools.islice(stream, ahead):
            begun.append(executor.submit(function, item))
        while begun:
            yield begun.popleft().result()
            begun.extend(executor.submit(function, item) for item in itertools.islice(stream, 1))
    finally:
        for future in begun:
            future.cancel()
