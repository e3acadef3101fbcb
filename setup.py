"""What pyproject.toml cannot say: a wheel takes weights, executables and documents along from the repository's top.

They lie there because the challenge's layout wants them there, and in the wheel in the package, where
``ctc_submission.resources`` finds them. An editable installation finds them where they are.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

TOP = Path(__file__).parent
TAKEN = {"models": ("*.toml", "*.safetensors", "*.md"), "SW": ("*.sh",)}
"""Folders that are taken along, and their files."""
DOCUMENTS = ("LICENSE", "NOTICE", "CITATION.cff", "requirements.txt")


class BuildWithResources(build_py):
    """Copies the package, then what it takes along; copies of an earlier build are removed first."""

    def run(self) -> None:
        """Build."""
        super().run()
        if self.editable_mode:
            return
        package = Path(self.build_lib) / "ctc_submission"
        for folder, patterns in TAKEN.items():
            shutil.rmtree(package / folder, ignore_errors=True)
            (package / folder).mkdir(parents=True)
            for path in (path for pattern in patterns for path in sorted((TOP / folder).glob(pattern))):
                shutil.copy2(path, package / folder)
        for name in DOCUMENTS:
            shutil.copy2(TOP / name, package)


setup(cmdclass={"build_py": BuildWithResources})
