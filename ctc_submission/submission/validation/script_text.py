"""What an executable says: its lines of code without comments, the weights and helpers that it names."""

import re
from dataclasses import dataclass

from ctc_submission.submission.naming import Run, parse_script
from ctc_submission.submission.software import Software

_COMMENT = re.compile(r"(^|\s)#.*$")
_WEIGHTS = re.compile(r"[\w.+-]+\.(?:safetensors|onnx|h5|hdf5|keras|pt|pth|ckpt|pkl|pb|tflite|npz)\b")
_HELPER = re.compile(r"[\w.+-]+\.(?:sh|bat)\b")


@dataclass(frozen=True)
class Script:
    """A shell or batch script of SW."""

    file: str
    """The file, for messages."""
    name: str
    """Its name."""
    text: str
    """Its text, line ends as they are."""
    executable: bool
    """Whether it may be executed."""
    run: Run | None
    """The dataset and sequence it is for; None for a helper of other scripts."""

    @property
    def lines(self) -> list[str]:
        """Its lines without comments, from the first on."""
        return [_COMMENT.sub("", line) for line in self.text.splitlines()]

    @property
    def weights(self) -> list[str]:
        """Names of the weights it names, without folders."""
        return sorted({name for line in self.lines for name in _WEIGHTS.findall(line)})

    @property
    def helpers(self) -> list[str]:
        """Names of the scripts it names, without folders."""
        return sorted({name for line in self.lines for name in _HELPER.findall(line)})


def read_scripts(software: Software) -> list[Script]:
    """Read the shell and batch scripts at the root of SW, sorted by name."""
    return [
        Script(
            file=software.path(file.name),
            name=file.name,
            text=file.read().decode(errors="replace"),
            executable=file.executable,
            run=parse_script(file.name),
        )
        for file in software.files
        if "/" not in file.name and file.name.endswith((".sh", ".bat"))
    ]


def read_shell_scripts(software: Software) -> list[Script]:
    """Read the shell scripts at the root of SW, sorted by name: those whose text is checked."""
    return [script for script in read_scripts(software) if script.name.endswith(".sh")]
