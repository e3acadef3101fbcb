"""The console command ``ctc-submission``: parse, call, print."""

import argparse
import contextlib
import importlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from types import FrameType, MappingProxyType
from typing import NoReturn

from ctc_submission import __version__
from ctc_submission.cli.lists import split_lists
from ctc_submission.cli.streams import drop_output, end_output, print_any_text
from ctc_submission.renamed import modernize_options

COMMANDS = MappingProxyType(
    {
        "segment": ("ctc_submission.cli.segment", "segment a folder of frames, or one file, into challenge masks"),
        "download": ("ctc_submission.cli.download", "fetch a dataset's training or test data and unpack it"),
        "info": ("ctc_submission.cli.info", "describe a recording, and estimate time and memory to segment it"),
        "check": ("ctc_submission.cli.check", "check that networks, weights and device work on this machine"),
        "simulate": ("ctc_submission.cli.simulate", "simulate a sequence with annotations in the challenge's layout"),
        "train": ("ctc_submission.cli.train_arguments", "train a network on annotated sequences"),
        "fine-tune": ("ctc_submission.cli.fine_tune", "adapt a network to a few annotated frames, in minutes"),
        "fit": ("ctc_submission.cli.fit", "fit thresholds and sizes to annotated sequences"),
        "import-weights": ("ctc_submission.cli.import_arguments", "convert an ONNX file to a checkpoint"),
        "export": ("ctc_submission.cli.export", "write a checkpoint as an ONNX file"),
        "evaluate": ("ctc_submission.cli.evaluate", "score results with the challenge's measures"),
        "link": ("ctc_submission.cli.link", "link masks over time for the tracking benchmark"),
        "validate": ("ctc_submission.cli.validate", "find what the organizers' software would refuse or misread"),
        "package": ("ctc_submission.cli.package", "pack executables and results for the upload"),
        "report": ("ctc_submission.cli.report", "write a page on a result, to open in a browser"),
        "view": ("ctc_submission.cli.view", "look at a result in napari"),
        "picture": ("ctc_submission.cli.picture", "draw frame, reference annotation and result side by side"),
    }
)
"""Every command: the module that adds its arguments and runs it, and what it does."""

BAD_INPUT = 2
INTERRUPTED = 130
UNREAD = 141
_INTERRUPTED_LINE = "ctc-submission: interrupted; the same command resumes"


class _HelpFormatter(argparse.ArgumentDefaultsHelpFormatter):
    """States defaults, but for options that are merely not given."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        is_absent = action.default is None or action.default is False
        return action.help if is_absent else super()._get_help_string(action)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status: 0, 2 for bad input, 130 when interrupted, 141 when nobody reads.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line without the program's name; that of the process if not given.
    """
    print_any_text()
    logging.basicConfig(format="%(message)s")
    logging.getLogger("ctc_submission").setLevel(logging.INFO)  # of other packages, warnings are enough
    try:
        status = _run(sys.argv[1:] if arguments is None else arguments)
        end_output()
        return status
    except BrokenPipeError:
        drop_output()
        return UNREAD
    except (OSError, ValueError) as error:
        print(f"ctc-submission: {' '.join(str(error).split())}", file=sys.stderr)
        return BAD_INPUT
    except MemoryError as error:
        reason = f" ({' '.join(str(error).split())})" if str(error) else ""
        print(
            f"ctc-submission: memory does not suffice{reason}: end other programs, or take a larger machine",
            file=sys.stderr,
        )
        return BAD_INPUT
    except KeyboardInterrupt:
        print(_INTERRUPTED_LINE, file=sys.stderr)
        return INTERRUPTED


def _run(given: Sequence[str]) -> int:
    """Parse and call; help that is printed is written before the exit."""
    options = split_lists(modernize_options(given))
    with _ending_at_once():
        parser = _parser(options[0] if options else "")
    try:
        parsed = parser.parse_args(options)
    except SystemExit:
        end_output()
        raise
    with _ending_at_once():
        command = importlib.import_module(COMMANDS[parsed.command][0])
    return command.run(parsed)


@contextlib.contextmanager
def _ending_at_once() -> Iterator[None]:
    """End the process at once when it is interrupted while modules are imported.

    Nothing is begun then, and some modules make another error of an interruption, or go on without a part of them.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    os.write(2, f"{_INTERRUPTED_LINE}\n".encode())
    os._exit(INTERRUPTED)


def _parser(wanted: str) -> argparse.ArgumentParser:
    """Build the parser; only the wanted command is imported, so that help comes at once."""
    parser = argparse.ArgumentParser(
        prog="ctc-submission", description="Cell Tracking Challenge submission toolkit: EfficientCellSeg."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, summary) in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            formatter_class=_HelpFormatter,
        )
        if name == wanted:
            importlib.import_module(module).add_arguments(command)
    return parser
