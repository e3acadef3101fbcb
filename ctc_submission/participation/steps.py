"""The steps of a participation: what each runs, and how it is known that it was done."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ctc_submission
from ctc_submission.atomic import write_text_atomic
from ctc_submission.parsing import parse_json

Command = tuple[str, ...]
"""Arguments of ``ctc-submission``."""


@dataclass(frozen=True)
class Step:
    """Commands that belong together, and what they leave."""

    name: str
    """Of one word, for files."""
    title: str
    """What it does."""
    commands: tuple[Command, ...] = ()
    """What is run, one after the other; each of them resumes by itself."""
    results: tuple[Path, ...] = ()
    """Files and folders that it leaves."""
    prepare: Callable[[], None] | None = None
    """Called before the commands: writes what they read."""
    cost: Callable[[], str] | None = None
    """Estimates what it takes, in words, once the steps before are done."""


class StepLog:
    """Which steps were done, by a note for each in a folder.

    A step counts as done if it was finished with the same commands by the same version, and what it left is there.
    """

    def __init__(self, folder: Path, steps: Sequence[Step]) -> None:
        self.folder = folder
        self.steps = list(steps)

    def is_done(self, step: Step) -> bool:
        """Tell whether a step need not be run."""
        try:
            note = parse_json(self._note(step).read_bytes())
        except (FileNotFoundError, ValueError):
            return False
        return note == _describe(step) and all(path.exists() for path in step.results)

    def begin(self, step: Step) -> None:
        """Note that a step is run: it and all that come after it are no longer done."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for later in self.steps[self.steps.index(step) :]:
            self._note(later).unlink(missing_ok=True)

    def end(self, step: Step) -> None:
        """Note that a step is done."""
        write_text_atomic(self._note(step), json.dumps(_describe(step), indent=2) + "\n")

    def _note(self, step: Step) -> Path:
        return self.folder / f"{step.name}.json"


def _describe(step: Step) -> dict[str, object]:
    return {"version": ctc_submission.__version__, "commands": [list(command) for command in step.commands]}
