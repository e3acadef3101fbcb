"""Where a command prints: any path can be printed, and a reader that has enough, such as ``head``, is no error."""

import contextlib
import os
import sys


def print_any_text() -> None:
    """Let standard output write what its encoding lacks, as bytes of a path, in escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def end_output() -> None:
    """Write what standard output still holds.

    Raises
    ------
    BrokenPipeError
        If nobody reads any more.
    """
    if sys.stdout is not None:
        sys.stdout.flush()


def drop_output() -> None:
    """Send to nowhere what standard output still holds, which Python would write at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError, ValueError):  # a stream that is no file
        os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
