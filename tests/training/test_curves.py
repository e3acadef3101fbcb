from pathlib import Path

import pytest
from matplotlib.figure import Figure

from ctc_submission.training.curves import draw_curves
from ctc_submission.training.epoch_results import EpochResult


def test_axes_begin_at_zero_and_the_score_ends_at_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[tuple[float, float]] = []
    save = Figure.savefig

    def note(figure: Figure, *values: object, **named: object) -> None:
        limits.extend(axes.get_ylim() for axes in figure.axes)
        save(figure, *values, **named)

    monkeypatch.setattr(Figure, "savefig", note)
    results = [EpochResult(epoch, 0.52 - 0.01 * epoch, 0.5, 0.9, 1e-3, 1.0) for epoch in (1, 2, 3)]

    draw_curves(tmp_path / "curves.png", results)

    losses, score = limits
    assert losses[0] == 0 < losses[1]
    assert score == (0, 1)
    assert (tmp_path / "curves.png").stat().st_size > 5000
