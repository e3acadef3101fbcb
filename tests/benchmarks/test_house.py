import ast
from pathlib import Path

import pytest

from benchmarks.house import (
    Module,
    ambiguous_names,
    body_lines,
    count_arguments,
    files_of_changes,
    format_table,
    is_typed,
    measure,
    subpackage_imports,
)
from benchmarks.house import test_seconds as seconds_of


def module(path: str, text: str) -> Module:
    return Module(Path("ctc_submission", path), text)


def function(text: str) -> ast.FunctionDef:
    return module("a.py", text).functions[0]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("def f():\n    '''Docstring.'''\n    x = 1\n\n    return x\n", 3),
        ("def f():\n    '''Docstring alone.'''\n", 0),
        ("def f():\n    return (\n        1\n    )\n", 3),
    ],
)
def test_a_body_is_counted_without_its_docstring(text, lines):
    assert body_lines(function(text)) == lines


def test_arguments_are_counted_without_self():
    assert count_arguments(function("def f(self, a, /, b, *c, d, **e): pass")) == 5


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("def f(a: int) -> int: ...", True),
        ("def f(a) -> int: ...", False),
        ("def f(a: int): ...", False),
        ("def __init__(self, a: int): ...", True),
    ],
)
def test_a_function_is_typed_if_arguments_and_result_are(text, typed):
    assert is_typed(function(text)) is typed


def test_imports_are_counted_between_rooms_alone():
    text = "import numpy\nfrom ctc_submission.network.card import a\nfrom ctc_submission.cli.b import c\n"
    assert subpackage_imports([module("cli/x.py", text), module("cli/y.py", text)]) == {("cli", "network"): 2}


def test_a_name_is_ambiguous_in_two_rooms_not_in_two_modules_of_one():
    modules = [
        module("cli/a.py", "def run(): ...\nclass AugmentedSamples: ...\ndef _help(): ..."),
        module("cli/b.py", "def run(): ..."),
        module("network/a.py", "class AugmentedSamples: ...\ndef _help(): ..."),
    ]
    assert ambiguous_names(modules) == {"AugmentedSamples": ["cli", "network"], "a.py": ["cli", "network"]}


def test_files_of_changes_are_the_numbered_paths():
    guide = "### A\n1. `a.py`: x `b.py`\n2. `c/d.py`\n3. Test: `t.py`\n### B\n1. Do.\n2. `e.py`\n## C\n1. `f.py`\n"
    assert files_of_changes(guide) == {"A": ["a.py", "c/d.py"], "B": ["e.py"]}


def test_common_changes_take_two_files_that_are_there_but_for_a_format():
    root = Path(__file__).parents[2]
    changes = files_of_changes((root / "CONTRIBUTING.md").read_text())
    for change, files in changes.items():
        assert 1 <= len(files) <= (3 if change == "Add a format" else 2), change
        assert all((root / file).is_file() for file in files if "NAME" not in file), change
    assert "Add a post-processing step" in changes


def test_durations_are_summed_by_folder():
    log = "1.50s call     tests/network/test_a.py::x\n0.25s setup    tests/network/b.py::y\n3s call tests/cli/c.py::z"
    assert seconds_of(log) == {"cli": 3.0, "network": 1.75}


def test_a_working_tree_is_measured(tmp_path):
    (tmp_path / "ctc_submission/cli").mkdir(parents=True)
    (tmp_path / "ctc_submission/network").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "ctc_submission/__init__.py").write_text("")
    (tmp_path / "ctc_submission/cli/a.py").write_text("def f(a):\n    b = a\n    return b\n\n\ndef g(): ...\n")
    (tmp_path / "ctc_submission/network/a.py").write_text("def f(): ...\n")
    (tmp_path / "tests/test_a.py").write_text("x = 1\ny = 2\nz = 3\n")
    measured = measure(tmp_path)
    assert measured["modules / lines"] == "2 / 7"
    assert measured["tests : source"] == "0.43"
    assert measured["names in several subpackages, definitions / modules"] == "1 / 1"
    assert measured["function body, median / p90 / maximum"] == "1 / 2 / 2"
    assert format_table([measured], ["here"]).startswith("|  | here |\n| --- | --- |\n| modules / lines | 2 / 7 |")
