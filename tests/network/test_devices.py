"""Devices and cores of this machine."""

import os

import pytest
import torch

from ctc_submission.network.devices import choose_device, count_cores


def test_automatic_device_is_one_that_works():
    torch.zeros(1, device=choose_device())
    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["", "gpu", "meta", "hpu", "privateuseone", "AUTO", "cuda:x", "cuda:99", "cpu:x"])
def test_unusable_device_is_refused_in_one_line(name):
    with pytest.raises(ValueError, match="expected auto, cpu, cuda, cuda:N or mps") as caught:
        choose_device(name)
    assert f"device '{name}'" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="there is an MPS device")
def test_missing_mps_is_refused_in_one_line():
    with pytest.raises(ValueError, match="device 'mps' cannot be used") as caught:
        choose_device("mps")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(("machine", "counted"), [(6, 6), (None, 1)])
def test_where_processes_are_not_pinned_all_cores_count(monkeypatch, machine, counted):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: machine)
    assert count_cores() == counted


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processes cannot be pinned here")
def test_a_pinned_process_counts_its_own_cores():
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert count_cores() == 1
    finally:
        os.sched_setaffinity(0, before)
