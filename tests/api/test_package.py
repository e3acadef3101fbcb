import subprocess
import sys

import pytest

import ctc_submission as ctc


def test_names_are_imported_when_they_are_used() -> None:
    assert set(ctc.__all__) <= set(dir(ctc))
    for name in ctc.__all__:
        assert getattr(ctc, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Modell'"):
        ctc.Modell  # noqa: B018


def test_the_package_itself_imports_nothing_large() -> None:
    code = "import sys, ctc_submission; print(sorted({'torch', 'numpy', 'scipy', 'openvino'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
