from collections.abc import Sequence
from pathlib import Path

import pytest

from ctc_submission.cli import main, view
from ctc_submission.viewing import launch
from ctc_submission.viewing.layers import LayerData
from ctc_submission.viewing.view import Viewpoint


def test_a_viewer_is_opened_where_wanted(one_cell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[str, int, Viewpoint]] = []

    def open_viewer(title: str, layers: Sequence[LayerData], place: Viewpoint) -> None:
        opened.append((title, len(layers), place))

    monkeypatch.setattr(launch, "open_viewer", open_viewer)
    monkeypatch.setattr(view, "require_extra", lambda *_: None)

    assert main(["view", str(one_cell), "02", "--frame", "0", "--at", "1,7,8"]) == 0
    assert main(["view", "--frames", str(one_cell / "02"), "--masks", str(one_cell / "02_RES"), "--worst", "3"]) == 0

    assert opened == [("mine, sequence 02", 2, Viewpoint(0, (1.0, 7.0, 8.0))), ("02", 3, Viewpoint(0))]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["{}", "02", "--frame", "5"], "no frame 5, expected one from 0 to 0"),
        (["{}", "02", "--worst", "-1"], "expected 0 or more cells"),
        (["{}"], "expected DATASET_DIR SEQ"),
    ],
)
def test_bad_input_gets_one_clear_line(
    one_cell: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert main(["view", *(word.format(one_cell) for word in words)]) == 2

    assert message in capsys.readouterr().err
