"""One function over many things, in turn or by threads; the order of the results is that of the things."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")

_AHEAD = 2 * (os.cpu_count() or 1)


def in_order(
    function: Callable[[Thing], Result], things: Iterable[Thing], executor: Executor | None
) -> Iterator[Result]:
    """Call a function on one thing after the other; with an executor, on a few ahead of what is asked for.

    Parameters
    ----------
    function : callable
        It must not use the executor itself, or all threads may wait for each other.
    things : iterable
        Taken as they are needed, so there may be more than memory holds.
    executor : Executor or None
        Threads that call the function; None to call it here.

    Yields
    ------
    object
        What the function gives for each thing, in their order.
    """
    if executor is None:
        yield from map(function, things)
        return
    ahead: deque[Future[Result]] = deque()
    try:
        for thing in things:
            ahead.append(executor.submit(function, thing))
            if len(ahead) > _AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        for future in ahead:
            future.cancel()
