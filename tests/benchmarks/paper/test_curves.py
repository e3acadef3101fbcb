"""Curves: read from logs, called flat or not, drawn."""

import cv2
import pytest

from benchmarks.paper.curves import Curve, draw_curves, read_curve
from benchmarks.paper.verdicts import judge_curves

FALLING = Curve(tuple(1 / epoch for epoch in range(1, 11)), (0.9,) * 10, (2.0,) * 10)
FLAT = Curve((0.5,) * 8 + (0.2,) * 2 + (0.19, 0.2), (0.9,) * 12, (2.0,) * 12)
RISING = Curve((0.2,) * 10, (*[0.8] * 8, 0.85, 0.9), (2.0,) * 10)
SHORT = Curve((0.2, 0.2), (0.9, 0.9), (2.0, 2.0))


def test_change_is_that_of_the_last_fifth_against_the_one_before():
    assert FALLING.loss_change == pytest.approx((1 / 9 + 1 / 10) / (1 / 7 + 1 / 8) - 1)
    assert RISING.mean_iou_change == pytest.approx(0.075)
    assert SHORT.loss_change == 0
    assert FALLING.time == 20


def test_flat_is_neither_falling_nor_rising_nor_short():
    assert [curve.is_flat for curve in (FALLING, FLAT, RISING, SHORT)] == [False, True, False, None]


def test_trainings_are_counted_in_words():
    assert "**1 of 1 trainings were flat at their end**." in judge_curves({"unet": {1: FLAT}})
    text = judge_curves({"unet": {1: FLAT, 2: FALLING}, "dual-unet": {1: SHORT}})
    assert "**1 of 2 trainings were flat at their end, the others were still getting better**. 1 more had" in text
    assert "None has the 10 epochs" in judge_curves({"unet": {1: SHORT}})


def test_log_comes_back_and_a_broken_one_is_named(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("epoch,validation_loss,mean_iou,seconds\n1,0.5,0.75,3.5\n2,0.25,0.8,3.0\n")
    assert read_curve(log) == Curve((0.5, 0.25), (0.75, 0.8), (3.5, 3.0))
    log.write_text("epoch,seconds\n1,2\n")
    with pytest.raises(ValueError, match="log.csv: is no log of a training"):
        read_curve(log)


def test_every_row_is_drawn(tmp_path):
    path = tmp_path / "curves.png"
    draw_curves(path, {"a": "first"}, {"a": {1: FLAT}})
    one = cv2.imread(str(path)).shape[0]
    draw_curves(path, {"a": "first", "b": "second", "c": "not run"}, {"a": {1: FLAT, 2: FALLING}, "b": {1: SHORT}})
    assert cv2.imread(str(path)).shape[0] > one
