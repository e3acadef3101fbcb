"""What a check finds: file, finding, fix and how grave it is; findings as text and as JSON."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

_MOST_FILES = 4


class Severity(Enum):
    """How grave a finding is."""

    ERROR = "error"
    """The organizers' tools refuse it or misread it, or the executable does not run."""
    WARNING = "warning"
    """It is read as it stands, and is most probably not what was meant."""
    NOTE = "note"
    """Good to know."""


@dataclass(frozen=True)
class Finding:
    """One thing found in one file."""

    severity: Severity
    """How grave it is."""
    file: str
    """The file or folder."""
    finding: str
    """What was found there."""
    fix: str
    """What to do about it; empty where nothing needs to be done."""


def error(file: object, finding: str, fix: str) -> Finding:
    """Make a finding that must be dealt with."""
    return Finding(Severity.ERROR, str(file), finding, fix)


def warning(file: object, finding: str, fix: str) -> Finding:
    """Make a finding that should be checked."""
    return Finding(Severity.WARNING, str(file), finding, fix)


def note(file: object, finding: str, fix: str = "") -> Finding:
    """Make a finding that is good to know."""
    return Finding(Severity.NOTE, str(file), finding, fix)


def has_errors(findings: Sequence[Finding]) -> bool:
    """Whether any finding is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def format_findings(findings: Sequence[Finding]) -> str:
    """Write findings as aligned text, errors first; those with one and the same fix are listed together.

    Returns
    -------
    str
        Lines of severity, file, finding; below them their fix; last a line that counts.
    """
    ordered = sorted(findings, key=lambda finding: list(Severity).index(finding.severity))
    groups: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in ordered:
        groups.setdefault((finding.severity, finding.fix), []).append(finding)
    width = max((len(finding.file) for group in groups.values() for finding in _shown(group)), default=0)
    lines = itertools.chain.from_iterable(_format_group(group, width) for group in groups.values())
    return "\n".join([*lines, _count(findings)])


def findings_as_json(findings: Sequence[Finding]) -> str:
    """Write findings as JSON: their numbers by severity, and each with severity, file, finding and fix."""
    numbers = {f"{each.value}s": sum(finding.severity is each for finding in findings) for each in Severity}
    rows = [
        {"severity": each.severity.value, "file": each.file, "finding": each.finding, "fix": each.fix}
        for each in findings
    ]
    return json.dumps({**numbers, "findings": rows}, indent=2) + "\n"


def list_some(items: Sequence[object], most: int = 5) -> str:
    """Write the first of many items, separated by commas."""
    return ", ".join(str(item) for item in items[:most]) + (", ..." if len(items) > most else "")


def _shown(group: Sequence[Finding]) -> Sequence[Finding]:
    """Return the first findings of many with one fix; all where there is nothing to be done."""
    return group[:_MOST_FILES] if group[0].fix else group


def _format_group(group: Sequence[Finding], width: int) -> Iterator[str]:
    """Write findings with one fix."""
    shown = _shown(group)
    for finding in shown:
        yield f"{finding.severity.value:<7}  {finding.file:<{width}}  {finding.finding}"
    indent = " " * (9 + width)
    if len(shown) < len(group):
        yield f"{indent}  ... and the like in {len(group) - len(shown)} more"
    if group[0].fix:
        yield f"{indent}  -> {group[0].fix}"


def _count(findings: Sequence[Finding]) -> str:
    """Write how many findings there are of each severity."""
    numbers = [(sum(finding.severity is each for finding in findings), each.value) for each in Severity]
    return ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in numbers)
