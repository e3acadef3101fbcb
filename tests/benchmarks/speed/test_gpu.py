"""Networks on a device: the same on a CPU, in other precisions, where there is no GPU."""

import pytest
import torch

from benchmarks.speed import networks
from benchmarks.speed.gpu import GpuResult, measure_gpu
from benchmarks.speed.network_tables import table_of_gpu
from benchmarks.speed.networks import TINY


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=pytest.mark.cuda)])
def test_networks_are_measured_by_precision_and_batch(tmp_path, monkeypatch, device):
    some = dict(list(networks.NETWORKS.items())[-1:])
    monkeypatch.setattr(networks, "NETWORKS", some)
    precisions = ("bfloat16", "float32") if device == "cpu" else ("float16", "float32")
    found = measure_gpu(torch.device(device), tmp_path, 1, TINY, precisions, (1, 2))
    assert [(each.precision, each.parameters) for each in found] == [(name, 878_226) for name in precisions]
    assert all(list(each.seconds) == [1, 2] and min(each.seconds.values()) > 0 for each in found)
    assert all((each.memory is None) == (device == "cpu") for each in found)


def test_the_table_has_a_column_for_every_batch():
    text = table_of_gpu([GpuResult("Lite0", 878_209, "float16", {1: 0.002, 32: 0.0005}, 0.03, 3 * 2**20)])
    assert "| ms, batch 1 | ms, batch 32 |" in text
    assert "| Lite0 | 0.88 | float16 | 2.00 | 0.50 | 30.0 | 3 |" in text
