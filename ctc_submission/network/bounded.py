"""Files read in a process of their own: a library that hangs or crashes at a damaged one takes nothing with it."""

import multiprocessing
import struct
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

Read = TypeVar("Read")

DAMAGE = (
    *(OSError, TypeError, LookupError, ArithmeticError, RuntimeError, AttributeError, AssertionError),
    *(EOFError, MemoryError, StopIteration, ValueError, struct.error),
)
"""What readers of others raise at files that are not as these expect."""


def read_bounded(read: Callable[[Path], Read], path: Path, seconds: float) -> Read:
    """Call a reader in a process of its own, for a limited time.

    Parameters
    ----------
    read : callable
        A function of a module that is quickly imported; what it returns can be pickled.
    path : Path
        The file.
    seconds : float
        How long it may take.

    Raises
    ------
    ValueError
        If it refuses the file, crashes, or takes longer.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sender, read, path), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise ValueError(f"{path}: its reader came to no end in {seconds:g} s: it may be damaged; fetch it again")
        refusal, found = receiver.recv()
    except EOFError as error:
        raise ValueError(f"{path}: its reader crashed: it may be damaged; fetch it again") from error
    finally:
        process.kill()
        process.join()
        receiver.close()
    if refusal is not None:
        raise ValueError(refusal)
    return found


def _answer(sender: Connection, read: Callable[[Path], Read], path: Path) -> None:
    """Send what a reader returns, or why it refuses."""
    try:
        sender.send((None, read(path)))
    except DAMAGE as error:
        sender.send((" ".join(str(error).split())[:300] or type(error).__name__, None))
