"""Checks of one shell script: that it starts, fails when a step fails, and is at home on another machine."""

import re
import shutil
import subprocess
from collections.abc import Iterator

from ctc_submission.submission.findings import Finding, error, list_some, warning
from ctc_submission.submission.validation.script_text import Script

_STOPS_AT_ERRORS = re.compile(r"\bset\s+-(\w*e\w*\b|o\s+errexit)")
_ROOTED = re.compile(
    r"(?:^|[\s=(:])[\"']?(/(?!dev/|proc/|bin/(?:ba)?sh\b|usr/bin/env\b)[\w.+-]+(?:/[\w.+-]*)*|~/[\w./+-]*|[A-Za-z]:\\[\w.\\+-]*)"
)
_REMOVES = re.compile(r"(?<![\w-])rm\s+(?:-\w+\s+)*(?:-\w*[rR]\w*|--recursive)\s+(.*)")
_TEMPORARY_NAME = re.compile(r"(\w+)=[\"']?\$\(mktemp\b")
_RESULTS = re.compile(r"\b(\d\d_RES)((?:-(?:all)?[GS]T(?:\+(?:all)?[GS]T)?)?)")
_HEADER_LINES = 3


def check_mode(script: Script) -> Iterator[Finding]:
    """Find an executable without the right to be executed, or without a line that says by what."""
    if script.run is None:
        return
    if not script.executable:
        yield error(script.file, "may not be executed", "chmod +x the scripts before they are packed")
    if not script.text.startswith("#!"):
        yield warning(script.file, "does not begin with #!", "begin with #!/usr/bin/env bash")


def check_line_ends(script: Script) -> Iterator[Finding]:
    """Find line ends of Windows."""
    if "\r" in script.text:
        yield error(script.file, "has line ends of Windows (CRLF), which a shell takes for commands", "write LF")


def check_syntax(script: Script) -> Iterator[Finding]:
    """Find what bash cannot parse, where bash is at hand."""
    bash = shutil.which("bash")
    if bash is None or "\r" in script.text:
        return
    done = subprocess.run([bash, "-n"], input=script.text, capture_output=True, text=True, check=False)
    if done.returncode:
        yield error(script.file, f"bash cannot parse it: {' '.join(done.stderr.split())}", "mend its syntax")


def check_stops(script: Script) -> Iterator[Finding]:
    """Find an executable that goes on when a step fails."""
    is_asked = _STOPS_AT_ERRORS.search(script.text) or re.match(r"#!.*\bbash\s+-\w*e", script.text)
    if script.run and not is_asked:
        finding = "no 'set -e': a step that fails goes unnoticed, and the script ends as if all were well"
        yield warning(script.file, finding, "put 'set -euo pipefail' above the first command")


def check_paths(script: Script) -> Iterator[Finding]:
    """Find absolute paths."""
    found = [(number, path) for number, line in enumerate(script.lines, start=1) for path in _ROOTED.findall(line)]
    if found:
        shown = list_some([f"{path} in line {number}" for number, path in found], 3)
        fix = "name files relative to the script's folder: ../DATASET/SEQ; make temporary ones with mktemp"
        yield error(script.file, f"absolute paths, which other machines do not have: {shown}", fix)


def check_removals(script: Script) -> Iterator[Finding]:
    """Find folders being removed, other than those the script made with mktemp."""
    own = set(_TEMPORARY_NAME.findall(script.text))
    for number, line in enumerate(script.lines, start=1):
        found = _REMOVES.search(line)
        target = found[1].strip() if found else ""
        if found and not any(re.search(rf"\$\{{?{name}\b", target) for name in own):
            finding = f"line {number} removes a folder with all that is in it: {target}"
            yield error(script.file, finding, "leave users' folders alone; remove only what mktemp -d made")


def check_target(script: Script) -> Iterator[Finding]:
    """Find an executable that reads or writes another sequence than its name says."""
    if script.run is None:
        return
    code = "\n".join(script.lines)
    read = re.findall(rf"{re.escape(script.run.dataset)}/(\d\d)(?![\w])", code)
    written = ["".join(parts) for parts in _RESULTS.findall(code)]
    others = sorted({*read} - {script.run.sequence}) + sorted({*written} - {script.run.results})
    if others:
        finding = f"names {list_some(others)}, but by its name reads {script.run.sequence}, writes {script.run.results}"
        yield error(script.file, finding, "let every script read and write its own sequence")
    elif not read or not written:
        finding = f"does not name {script.run.dataset}/{script.run.sequence} and {script.run.results}"
        yield warning(script.file, finding, "write the parameters out in the script: input, output and all others")


def check_header(script: Script) -> Iterator[Finding]:
    """Find an executable without the customary comment at its head."""
    lines = [line for line in script.text.splitlines() if not line.startswith("#!") and line.strip()]
    if script.run and not all(line.strip().startswith("#") for line in lines[:_HEADER_LINES]):
        fix = "say at its head which routine runs with how many input parameters and their names, and what it needs"
        yield warning(script.file, "no comment at its head", fix)
