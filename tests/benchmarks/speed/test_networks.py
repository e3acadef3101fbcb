"""Networks side by side: who is compared, in turns, and the table of it."""

import pytest

from benchmarks.speed import networks
from benchmarks.speed.inputs import take_rounds
from benchmarks.speed.memory import Memory
from benchmarks.speed.network_tables import table_of_networks
from benchmarks.speed.networks import NETWORKS, TINY, NetworkResult, measure_networks, write_networks
from ctc_submission.network.efficientcellseg import EfficientCellSeg, count_parameters


def test_the_networks_are_those_of_the_paper_and_of_the_product():
    numbers = [count_parameters(EfficientCellSeg(architecture)) for architecture in NETWORKS.values()]
    assert numbers[0] == 6_697_817
    assert numbers[2:] == [878_209, 878_226]


def test_timers_take_turns_and_the_median_counts_without_the_first():
    log = []

    def timer(name, seconds):
        return lambda: log.append(name) or next(seconds)

    found = take_rounds({"a": timer("a", iter([9, 1, 5, 2])), "b": timer("b", iter([9, 4, 4, 7]))}, 3)
    assert found == {"a": 2, "b": 4}
    assert log == ["a", "b"] * 4


def test_checkpoints_are_written_once(tmp_path, monkeypatch):
    monkeypatch.setattr(networks, "NETWORKS", dict(list(NETWORKS.items())[2:3]))
    (first,) = write_networks(tmp_path, 64).values()
    (second,) = write_networks(tmp_path, 64).values()
    assert first.digest == second.digest
    assert first.architecture.input_size == 64


def test_the_table_compares_with_the_first():
    memory = Memory(100 * 2**20, 300 * 2**20)
    results = [
        NetworkResult("B5", 6_697_817, {"torch, float32": 0.25}, 3.0, memory, memory),
        NetworkResult("Lite0", 878_209, {"torch, float32": 0.05}, 1.0, memory, memory),
    ]
    text = table_of_networks(results)
    assert "| Lite0 | 0.88 | 50.0 (5.0) | 1.00 (3.0) | 200 | 200 |" in text


@pytest.mark.slow
def test_all_networks_are_measured(tmp_path):
    results = measure_networks(tmp_path, 1, TINY)
    assert [result.name for result in results] == list(NETWORKS)
    for result in results:
        assert next(iter(result.seconds)) == "OpenVINO, float32"
        assert min(*result.seconds.values(), result.step_seconds, result.predicting.used, result.training.used) > 0
