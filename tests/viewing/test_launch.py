import sys

import pytest

from ctc_submission.viewing.launch import open_viewer
from ctc_submission.viewing.view import Viewpoint


def test_without_napari_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "napari", None)

    with pytest.raises(OSError, match=r"pip install 'ctc-submission\[view\]'"):
        open_viewer("title", [], Viewpoint(0))
