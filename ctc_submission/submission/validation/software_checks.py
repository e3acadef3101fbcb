"""Checks of SW as a whole: names of executables, weights and helpers inside, nothing to be fetched, no leftovers."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from safetensors import SafetensorError, deserialize

from ctc_submission.challenge.datasets import DATASETS
from ctc_submission.submission.findings import Finding, error, list_some, note, warning
from ctc_submission.submission.software import Software, SoftwareFile
from ctc_submission.submission.validation.script_text import read_scripts, read_shell_scripts

_FETCHES = re.compile(
    r"(?<![\w-])(wget|curl|git\s+clone|docker\s+pull|pip3?\s+(?:install|download)|conda\s+install|hf\s+download)\b"
)
_INSTALLS = re.compile(r"pip3?\s+install")
_POINTER = b"version https://git-lfs"
_LEFTOVER_FOLDERS = frozenset({".git", "__pycache__", ".ipynb_checkpoints", ".vscode", ".idea", "__MACOSX"})
_LEFTOVER = re.compile(r"\.DS_Store|.*\.(pyc|part|tmp|bak|swp)|.*~|(t|mask)\d{3,4}\.tiff?", re.IGNORECASE)


def check_names(software: Software) -> Iterator[Finding]:
    """Find executables whose names the organizers do not expect."""
    scripts = read_scripts(software)
    named = {name for script in scripts for name in script.helpers}
    wanted = "DATASET-SEQ.sh, or DATASET-SEQ-CONFIG.sh with CONFIG one of GT, ST, GT+ST, allGT, allST, allGT+allST"
    for script in scripts:
        if script.run is None and script.name not in named:
            yield error(script.file, "is not named as an executable, and no executable calls it", f"name it {wanted}")
        elif script.run and script.run.dataset not in DATASETS:
            yield warning(script.file, f"'{script.run.dataset}' is no dataset of the challenge", f"name it {wanted}")
    if not any(script.run for script in scripts):
        yield error(software.location, "there is no executable", f"add one for each sequence, named {wanted}")


def check_weights_inside(software: Software) -> Iterator[Finding]:
    """Find weights and scripts that an executable names and that are not inside."""
    inside = {PurePosixPath(file.name).name for file in software.files}
    for script in read_shell_scripts(software):
        for name in script.weights:
            if name not in inside:
                yield error(
                    script.file, f"its weights {name} are not inside", "put the weights into SW: none are fetched"
                )
        for name in script.helpers:
            if name not in inside:
                yield error(script.file, f"calls {name}, which is not inside", "put it into SW")


def check_weights_whole(software: Software) -> Iterator[Finding]:
    """Find weights that are empty, placeholders of Git LFS, or (safetensors) damaged."""
    named = {name for script in read_shell_scripts(software) for name in script.weights}
    for file in software.files:
        if PurePosixPath(file.name).name in named and (reason := _damage(file)):
            yield error(software.path(file.name), reason, "fetch, train or copy the weights again")


def check_offline(software: Software) -> Iterator[Finding]:
    """Find what executables fetch from the internet; installing is fine where the wheels are inside.

    A script that executables share may install what requirements.txt lists, for machines that do not have it.
    """
    has_wheels = any(file.name.endswith(".whl") for file in software.files)
    for script in read_shell_scripts(software):
        found = [match[1] for line in script.lines for match in _FETCHES.finditer(line)]
        if fetched := sorted({each for each in found if not (has_wheels and _INSTALLS.match(each))}):
            finding = f"{list_some(fetched)}: the organizers promise no connection to the internet"
            fix = "put all that is needed into SW (ctc-submission package --wheels)"
            lists_packages = script.run is None and "requirements.txt" in software
            only_installs = all(_INSTALLS.match(each) for each in fetched)
            yield (note if lists_packages and only_installs else warning)(script.file, finding, fix)


def check_documents(software: Software) -> Iterator[Finding]:
    """Find missing files that tell what is needed."""
    has_python = any(file.name.endswith(".py") for file in software.files)
    if has_python and not any(PurePosixPath(file.name).name == "requirements.txt" for file in software.files):
        yield warning(software.location, "no requirements.txt beside Python code", "list the packages it needs")
    if not any(PurePosixPath(file.name).stem.upper() == "README" for file in software.files):
        yield warning(software.location, "no README", "say what it is, what it needs and how it is run")


def check_leftovers(software: Software) -> Iterator[Finding]:
    """Find what does not belong to SW."""
    for file in software.files:
        path = PurePosixPath(file.name)
        if _LEFTOVER.fullmatch(path.name) or _LEFTOVER_FOLDERS & set(path.parts):
            yield warning(software.path(file.name), "a leftover", "pack code, weights and documents alone")


def _damage(file: SoftwareFile) -> str:
    """Say what is wrong with a file of weights; nothing if it is whole as far as can be told."""
    content = file.read()
    if not content or content.startswith(_POINTER):
        return "holds a placeholder of Git LFS instead of weights" if content else "is empty"
    if file.name.endswith(".safetensors"):
        try:
            deserialize(content)
        except SafetensorError as cause:
            return f"cannot be read ({cause})"
    return ""
