import sys
from pathlib import Path

import pytest

from ctc_submission.reporting.page import check_libraries
from ctc_submission.reporting.report import write_reports
from ctc_submission.reporting.source import open_masked_recording


@pytest.mark.parametrize(("library", "message"), [("jinja2", "needs jinja2"), ("plotly.offline", "needs plotly")])
def test_missing_libraries_are_named_with_the_extra(
    library: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(OSError, match=rf"{message}: pip install 'ctc-submission\[report\]'"):
        check_libraries()


def test_nothing_is_measured_where_a_library_is_missing(
    own: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)

    with pytest.raises(OSError, match="jinja2"):
        write_reports([open_masked_recording(*own)], tmp_path / "new")

    assert not (tmp_path / "new").exists()
