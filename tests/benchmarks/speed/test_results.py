"""Figures that follow from others, and what tables make of them."""

import pytest

from benchmarks.speed.agreement import Agreement
from benchmarks.speed.memory import Memory
from benchmarks.speed.results import B5, SEQUENTIAL, DatasetResult, Version
from benchmarks.speed.scaling import Series
from benchmarks.speed.tables import (
    table_of_agreement,
    table_of_frames,
    table_of_memory,
    table_of_scaling,
    table_of_stages,
)
from benchmarks.speed.worlds import World

SLOW = {"start": 1.0, "total": 41.0, "read": 1.0, "pseudocolor": 4.0, "resize": 1.0, "network": 12.0}
QUICK = {"start": 0.5, "total": 5.5, "read": 0.1, "pseudocolor": 0.2, "resize": 0.1, "network": 2.0}
REST = {"stitch": 0.5, "label": 1.0, "write": 0.5}


@pytest.fixture
def result():
    return DatasetResult(
        world=World("Fluo-N3DL-TRIC", (10, 100, 200), 2),
        seconds={SEQUENTIAL: SLOW | REST, B5: QUICK | {"stitch": 0.1, "label": 0.3, "write": 0.2}},
        versions={
            SEQUENTIAL: Version(48, 6_697_817, None, "ONNX Runtime"),
            B5: Version(60, 6_697_817, 12.5, "OpenVINO on the CPU, bfloat16"),
        },
        agreement=Agreement(400_000, 3, 2, 1),
        memory={B5: Memory(500 * 2**20, 1500 * 2**20)},
    )


def test_a_frame_is_counted_without_the_start(result):
    assert result.frame_seconds(SEQUENTIAL) == 20
    assert result.frame_seconds(B5) == 2.5
    assert result.ratio(B5) == 8
    assert result.outside_network(B5) == pytest.approx(0.2)
    assert result.memory[B5].used == 1000 * 2**20


def test_tables_show_the_figures(result):
    frames = table_of_frames([result])
    assert "| sequential | 6.70 | 48 | 20.00 | 3.0 | 1.0 | 1.00 | - | ONNX Runtime |" in frames
    assert "| Fluo-N3DL-TRIC | B5 | 6.70 | 60 | 2.50 | 24.0 | 8.0 | 0.50 | 12 | OpenVINO on the CPU, " in frames
    assert "| 12.000 | 0.500 | 1.000 | 0.500 | 20.00 | 40 % |" in table_of_stages([result])
    assert "| 400,000 | 3 | 2 | 1 | differ |" in table_of_agreement([result])
    assert "| Fluo-N3DL-TRIC | B5 | 500 | 1,500 | 1,000 |" in table_of_memory([result])


def test_a_line_explains_linear_growth():
    series = Series("pixels", "one slice", (1000, 2000, 3000, 4000), (1.5, 2.5, 3.5, 4.5))
    assert series.line == pytest.approx((0.001, 0.5))
    assert series.fit == pytest.approx(1)
    assert "| 1 000, 2 000, 3 000, 4 000 | 1.50, 2.50, 3.50, 4.50 | 0.001 | 100.00 % |" in table_of_scaling([series])
    assert Series("pixels", "", (1, 2, 3, 4), (1, 4, 9, 16)).fit < 0.97
