"""The busy share as nvidia-smi tells it; a script stands in for that program where there is no GPU."""

import os
import time

import numpy as np
import pytest
import torch

from benchmarks.speed.gpu import measure_gpu, watch_busy
from ctc_submission.challenge.files import write_frame
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import ShippedConfigurations


def test_busy_share_is_the_mean_of_what_was_seen(tmp_path, monkeypatch):
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\nprintf '40\\n80\\n[N/A]\\n'\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert watch_busy(torch.device("cuda"), lambda: time.sleep(0.5)) == pytest.approx(0.6)


def test_without_nvidia_smi_the_work_is_done_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    done = []
    assert watch_busy(torch.device("cuda"), lambda: done.append(1)) is None
    assert done == [1]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_is_measured(models, tmp_path):
    write_frame(tmp_path / "t000.tif", np.random.default_rng(0).integers(0, 999, (2, 40, 56)).astype(np.uint16))
    configuration = ShippedConfigurations(models)["Fluo-N3DL-TRIC"]
    found = measure_gpu(torch.device("cuda"), configuration, Execution("cuda"), tmp_path, tmp_path / "masks")
    assert set(found.milliseconds) == {32, 64}
    assert min(found.milliseconds.values()) > 0
