"""Measure the code itself: size of modules and functions, imports, ambiguous names, files of a change, test times.

``python benchmarks/house.py [ROOT ...] [--durations LOG]`` prints a table with a column for each working tree.
Subpackages are the folders and modules directly in the package.
"""

import argparse
import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median, quantiles

PACKAGE = "ctc_submission"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A source file."""

    path: Path
    """Path relative to the folder that holds the package."""
    text: str
    """Its source."""

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        """Number of lines, blank ones and comments included."""
        return len(self.text.splitlines())

    @property
    def subpackage(self) -> str:
        """The subpackage it lies in."""
        return _subpackage(self.path.with_suffix("").parts)

    @property
    def functions(self) -> list[Function]:
        """Its functions and methods, nested ones included."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @property
    def public_names(self) -> list[str]:
        """Public classes and functions that it defines at its top level, and the module's own name."""
        defined = [node.name for node in self.tree.body if isinstance(node, (ast.ClassDef, Function))]
        return [name for name in (*defined, f"{self.path.stem}.py") if not name.startswith("_")]


def read_modules(root: Path, folder: str) -> list[Module]:
    """Read the modules in a folder of a working tree; those without a line are left out."""
    modules = [Module(path.relative_to(root), path.read_text()) for path in sorted((root / folder).rglob("*.py"))]
    return [module for module in modules if module.text.strip()]


def body_lines(function: Function) -> int:
    """Count the lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def count_arguments(function: Function) -> int:
    """Count a function's arguments, without self and cls."""
    return len(_arguments(function))


def is_typed(function: Function) -> bool:
    """Whether all arguments and the result have annotations (the result of __init__ needs none)."""
    typed = all(argument.annotation is not None for argument in _arguments(function))
    return typed and (function.returns is not None or function.name == "__init__")


def subpackage_imports(modules: Sequence[Module]) -> Counter[tuple[str, str]]:
    """Count the import statements between subpackages: (importing subpackage, imported subpackage)."""
    pairs = [(module.subpackage, subpackage) for module in modules for subpackage in _imported_subpackages(module.tree)]
    return Counter(pair for pair in pairs if pair[0] != pair[1])


def ambiguous_names(modules: Sequence[Module]) -> dict[str, list[str]]:
    """Find public names that are defined in several subpackages: the subpackages by name."""
    subpackages: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        for name in module.public_names:
            subpackages[name].add(module.subpackage)
    return {name: sorted(found) for name, found in sorted(subpackages.items()) if len(found) > 1}


def files_of_changes(guide: str) -> dict[str, list[str]]:
    """List the files, without tests, that each common change takes, by the numbered steps of CONTRIBUTING.md."""
    _, *sections = re.split(r"^### ", guide, flags=re.MULTILINE)
    return {
        section.partition("\n")[0]: re.findall(r"^\d+\. `([^`\n]+)`", section.partition("\n## ")[0], re.MULTILINE)
        for section in sections
    }


def test_seconds(log: str) -> dict[str, float]:
    """Sum the durations in the log of ``pytest --durations=0 -vv`` by folder of the tests, longest first."""
    seconds: Counter[str] = Counter()
    for duration, part in re.findall(r"^([\d.]+)s (?:call|setup|teardown) +tests/([\w.]+)", log, re.MULTILINE):
        seconds[part] += float(duration)
    return dict(seconds.most_common())


def measure(root: Path) -> dict[str, str]:
    """Measure a working tree: values by what they say."""
    modules, tests = read_modules(root, PACKAGE), read_modules(root, "tests")
    functions = [function for module in modules for function in module.functions]
    files = [module.lines for module in modules]
    bodies = [body_lines(function) for function in functions]
    arguments = [count_arguments(function) for function in functions]
    imports = subpackage_imports(modules)
    names = ambiguous_names(modules)
    of_modules = sum(name.endswith(".py") for name in names)
    return {
        "modules / lines": f"{len(modules)} / {sum(files)}",
        "file, median / maximum": f"{median(files):.0f} / {max(files)}",
        "function body, median / p90 / maximum": f"{median(bodies):.0f} / {_p90(bodies):.0f} / {max(bodies)}",
        "arguments, p90 / maximum": f"{_p90(arguments):.0f} / {max(arguments)}",
        "typed": f"{100 * sum(map(is_typed, functions)) / len(functions):.0f} %",
        "tests : source": f"{sum(module.lines for module in tests) / sum(files):.2f}",
        "imports between subpackages, pairs / statements": f"{len(imports)} / {sum(imports.values())}",
        "names in several subpackages, definitions / modules": f"{len(names) - of_modules} / {of_modules}",
    }


def format_table(measured: Sequence[dict[str, str]], titles: Sequence[str]) -> str:
    """Format measurements as a Markdown table with a column for each."""
    rows = [["", *titles], ["---"] * (len(titles) + 1)]
    rows += [[name, *(each[name] for each in measured)] for name in measured[0]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    """Print the table, and for the last tree imports, names, files of changes and test times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roots", nargs="*", type=Path, default=[Path(__file__).parents[1]], metavar="ROOT")
    parser.add_argument("--durations", type=Path, metavar="LOG", help="output of pytest --durations=0 -vv")
    arguments = parser.parse_args()
    roots = arguments.roots
    for root in roots:
        if not (root / PACKAGE).is_dir():
            parser.error(
                f"{root}: no folder {PACKAGE} in it, expected a working tree (git worktree add FOLDER COMMIT makes one)"
            )
    sys.stdout.write(format_table([measure(root) for root in roots], [root.resolve().name for root in roots]) + "\n")
    modules = read_modules(roots[-1], PACKAGE)
    imports = {
        f"{importing} -> {imported}": n for (importing, imported), n in sorted(subpackage_imports(modules).items())
    }
    _say("Import statements between subpackages", imports)
    _say("Names defined in several subpackages", {name: ", ".join(it) for name, it in ambiguous_names(modules).items()})
    changes = files_of_changes((roots[-1] / "CONTRIBUTING.md").read_text())
    _say("Files of a change, beside its test", {change: len(files) for change, files in changes.items()})
    if arguments.durations:
        _say("Seconds of the tests", test_seconds(arguments.durations.read_text()))


def _say(title: str, values: Mapping[str, object]) -> None:
    lines = [f"  {name}: {value}\n" for name, value in values.items()]
    sys.stdout.write("".join([f"\n{title}:\n", *lines]))


def _subpackage(parts: Sequence[str]) -> str:
    return parts[1] if len(parts) > 1 else parts[0]


def _imported_subpackages(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            if name.startswith(f"{PACKAGE}."):
                yield _subpackage(name.split("."))


def _arguments(function: Function) -> list[ast.arg]:
    given = function.args
    starred = [argument for argument in (given.vararg, given.kwarg) if argument is not None]
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *starred]
    return [argument for argument in every if argument.arg not in ("self", "cls")]


def _p90(values: Sequence[int]) -> float:
    return quantiles(values, n=10, method="inclusive")[-1]


if __name__ == "__main__":
    main()
