"""What a command does with its streams and signals, in processes of their own: no traceback, whatever happens."""

import os
import signal
import subprocess
import sys
import time

import pytest

from ctc_submission import cli

FAKE = """
import os, sys, time, types
from ctc_submission import cli

fake = types.ModuleType("fake")
fake.add_arguments = lambda parser: None
def run(arguments):
    {body}
    return 0
fake.run = run
cli.COMMANDS = {{"fake": ("fake", "nothing")}}
{before}
sys.modules["fake"] = fake
sys.exit(cli.main({arguments}))
"""


def take_interruptions() -> None:
    """Begin as from a terminal: tests that run in the background of a shell inherit that interruptions are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(body: str, before: str = "", arguments: str = "['fake']", **environment: str) -> subprocess.Popen:
    code = FAKE.format(body=body, before=before, arguments=arguments)
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
        preexec_fn=take_interruptions,
    )


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "latin-1"])
def test_any_path_can_be_printed(encoding):
    process = start(r"print(os.fsdecode(b'caf\xc3\xa9-\xff.tif'), chr(0x1F52C))", PYTHONIOENCODING=encoding)
    out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b"caf")
    assert out.endswith(b"\n")


def test_an_error_names_any_path():
    process = start(r"raise ValueError(os.fsdecode(b'\xff.tif'))", PYTHONIOENCODING="ascii")
    out, err = process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert err == b"ctc-submission: \\udcff.tif\n"


@pytest.mark.parametrize("body", ["print('a')", "print('a\\n' * 10**6)"])
@pytest.mark.parametrize("arguments", ["['fake']", "['--help']"])
def test_a_reader_that_has_enough_is_no_error(body, arguments):
    process = start(body, "time.sleep(0.3)", arguments)
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait() in (0, cli.UNREAD)


def test_an_interruption_while_modules_are_imported_is_one_line():
    before = """
import importlib
def load(name):
    print("importing", flush=True)
    try:
        time.sleep(20)
    except BaseException as error:
        raise ImportError("no such module") from error
importlib.import_module = load
"""
    process = start("pass", before)
    assert process.stdout.readline() == b"importing\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=15)
    assert process.returncode == cli.INTERRUPTED
    assert err.decode().splitlines() == ["ctc-submission: interrupted; the same command resumes"]


def test_memory_that_does_not_suffice_is_one_line(monkeypatch, capsys):
    def run(arguments):
        raise MemoryError("Unable to allocate\n1 EiB")

    monkeypatch.setattr("ctc_submission.cli.simulate.run", run)
    assert cli.main(["simulate", "Fluo-N3DL-TRIC", "nowhere"]) == cli.BAD_INPUT
    assert "memory does not suffice (Unable to allocate 1 EiB)" in capsys.readouterr().err
