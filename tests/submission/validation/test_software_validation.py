"""Which files of SW count as executables."""

import pytest

from ctc_submission.submission.findings import Severity
from ctc_submission.submission.naming import Run
from ctc_submission.submission.software import Software, file_of_text
from ctc_submission.submission.validation.software_validation import validate_software

BATCH = "rem model.pt lies in\r\npython C:\\me\\segment.py ..\\Fluo-N3DL-TRIC\\01\r\ncall helper.bat\r\n"


def findings(*names):
    files = [file_of_text(name, BATCH) for name in names] + [file_of_text("README.md", "x")]
    found = validate_software(Software("SW", tuple(files)), [Run("Fluo-N3DL-TRIC", "01")])
    return [(each.severity, each.finding) for each in found]


@pytest.mark.parametrize("names", [("Fluo-N3DL-TRIC-01.bat",), ("Fluo-N3DL-TRIC-01.bat", "helper.bat")])
def test_a_batch_file_is_an_executable_by_its_name_alone(names):
    assert findings(*names) == []


def test_a_batch_file_of_another_name_is_found():
    (severity, finding), *_ = findings("TRIC-1.bat", "Fluo-N3DL-TRIC-01.bat")[::-1]
    assert severity is Severity.ERROR
    assert finding.startswith("is not named as an executable")
