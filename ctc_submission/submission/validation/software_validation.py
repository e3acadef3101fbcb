"""All checks of SW."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from ctc_submission.submission.findings import Finding, error
from ctc_submission.submission.naming import Run
from ctc_submission.submission.software import Software
from ctc_submission.submission.validation import script_checks, software_checks
from ctc_submission.submission.validation.script_text import Script, read_shell_scripts

SOFTWARE_CHECKS: tuple[Callable[[Software], Iterator[Finding]], ...] = (
    software_checks.check_names,
    software_checks.check_weights_inside,
    software_checks.check_weights_whole,
    software_checks.check_offline,
    software_checks.check_documents,
    software_checks.check_leftovers,
)
"""What SW shows as a whole."""
SCRIPT_CHECKS: tuple[Callable[[Script], Iterator[Finding]], ...] = (
    script_checks.check_mode,
    script_checks.check_line_ends,
    script_checks.check_syntax,
    script_checks.check_stops,
    script_checks.check_paths,
    script_checks.check_removals,
    script_checks.check_target,
    script_checks.check_header,
)
"""What each shell script shows."""


def validate_software(packed: Software, runs: Iterable[Run] = ()) -> list[Finding]:
    """Check the executables of a submission and all they need.

    Parameters
    ----------
    packed : Software
        The files of SW.
    runs : iterable of Run
        Results that an executable must be there for.

    Returns
    -------
    list of Finding
        In the order of the checks.
    """
    findings = list(chain.from_iterable(check(packed) for check in SOFTWARE_CHECKS))
    for script in read_shell_scripts(packed):
        findings += chain.from_iterable(check(script) for check in SCRIPT_CHECKS)
    return [*findings, *_check_all_there(packed, runs)]


def _check_all_there(packed: Software, runs: Iterable[Run]) -> Iterator[Finding]:
    """Find results without an executable."""
    for run in runs:
        if run.script not in packed and run.script.replace(".sh", ".bat") not in packed:
            finding = f"there is no executable for the results {run.upload_folder}"
            yield error(packed.path(run.script), finding, "add it: one for each sequence, with SW as its folder")
