"""Executables for Windows."""

import pytest

from ctc_submission.submission.findings import Severity
from ctc_submission.submission.naming import Run
from ctc_submission.submission.software import Software, file_of_text
from ctc_submission.submission.validation.executables import validate_software

GOOD = (
    "@echo off\r\nrem Segments Fluo-N3DL-TRIC, sequence 01.\r\nrem Runs segment.py with 2 input parameters.\r\n"
    "python segment.py ..\\Fluo-N3DL-TRIC\\01 ..\\Fluo-N3DL-TRIC\\01_RES || exit /b 1\r\n"
)


def findings(text):
    files = (file_of_text("Fluo-N3DL-TRIC-01.bat", text), file_of_text("README.md", "x"))
    found = validate_software(Software("SW", files), [Run("Fluo-N3DL-TRIC", "01")])
    return [(each.severity, each.finding) for each in found]


def test_a_batch_file_without_a_flaw_passes():
    assert findings(GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("python segment.py", "python C:\\Users\\me\\segment.py", "C:\\Users\\me\\segment.py in line 4"),
        ("python", "rmdir /s /q ..\\Fluo-N3DL-TRIC\\01_RES\r\npython", "line 4 removes a folder"),
        ("01_RES", "02_RES", "names 02_RES"),
    ],
)
def test_a_flaw_of_a_batch_file_is_found(before, after, words):
    found = findings(GOOD.replace(before, after))
    assert [severity for severity, _ in found] == [Severity.ERROR]
    assert words in found[0][1]
