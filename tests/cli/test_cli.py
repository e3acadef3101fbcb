import runpy
import subprocess
import sys

import pytest

from ctc_submission import __version__, cli
from ctc_submission.cli import COMMANDS, main


def test_help_says_what_every_command_does(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert all(f"{name} {summary}" in text for name, (_, summary) in COMMANDS.items())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_argument_of_a_command_has_a_line_of_help(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    (commands,) = (action for action in cli._parser(command)._actions if isinstance(action.choices, dict))
    for action in commands.choices[command]._actions:
        assert action.help, f"{command} {action.dest}"
        assert all(option in text for option in action.option_strings)


def test_help_comes_without_torch():
    code = (
        "import sys; from ctc_submission.cli import main\ntry: main(['--help'])\nfinally: print('torch' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.endswith("False\n")


def test_news_of_the_tool_are_shown_and_of_other_packages_warnings_alone():
    code = (
        "import logging; from ctc_submission.cli import main\n"
        "main(['info', 'nowhere.tif'])\n"
        "for name in ('ctc_submission.training', 'onnxscript'):\n"
        "    logging.getLogger(name).info('news of %s', name)\n"
        "    logging.getLogger(name).warning('warning of %s', name)\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr
    assert shown.splitlines()[1:] == [
        "news of ctc_submission.training", "warning of ctc_submission.training", "warning of onnxscript",
    ]  # fmt: skip


def test_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"ctc-submission {__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["sgment"], ["segment"], ["segment", "in", "out"]])
def test_an_incomplete_command_line_is_refused(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage: ctc-submission" in capsys.readouterr().err


def test_the_module_is_the_command(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["ctc_submission", "segment", "nowhere", "out", "--dataset", "none"])
    with pytest.raises(SystemExit) as stop:
        runpy.run_module("ctc_submission", run_name="__main__")
    assert stop.value.code == 2
    assert "unknown dataset 'none'" in capsys.readouterr().err


def test_an_interruption_says_how_to_go_on(monkeypatch, capsys):
    def run(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("ctc_submission.cli.simulate.run", run)
    assert main(["simulate", "Fluo-N3DL-TRIC", "nowhere"]) == cli.INTERRUPTED
    assert "the same command resumes" in capsys.readouterr().err
