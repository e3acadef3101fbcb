"""Where a training computes."""

import pytest
import torch

from ctc_submission.training.engine import choose_precision, start_engine

CPU = torch.device("cpu")


@pytest.mark.parametrize(("precision", "computed"), [("single", torch.float32), ("bfloat16", torch.bfloat16)])
def test_one_process_on_the_cpu(precision, computed):
    engine = start_engine(CPU, precision, workers=2)
    assert engine.workers == 2
    assert (engine.fabric.device, engine.fabric.world_size) == (CPU, 1)
    with engine.fabric.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == computed


@pytest.mark.parametrize(("processes", "workers"), [(0, 0), (1, -1)])
def test_impossible_numbers_are_refused(processes, workers):
    with pytest.raises(ValueError, match="expected 1 device or more and 0 workers or more"):
        start_engine(CPU, "single", processes, workers)


def test_more_gpus_than_there_are():
    with pytest.raises(ValueError, match="99 GPUs are asked for, this machine has"):
        start_engine(torch.device("cuda"), "single", 99)


def test_precision_is_one_that_the_device_has():
    assert choose_precision(torch.device("mps")) == "single"
    expected = "bfloat16" if torch.backends.cpu.get_cpu_capability() == "AVX512" else "single"
    assert choose_precision(CPU) == expected
