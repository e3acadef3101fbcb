"""Peak memory: what is held counts, also what was held before; a child does not count its parent's."""

import json
import subprocess
import sys

import numpy as np
import pytest

from benchmarks.speed.memory import measure_alone, read_peak
from ctc_submission.challenge.files import write_frame
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import ShippedConfigurations

MIB = 2**20
EXECUTION = Execution("cpu", precision="float32")


def test_the_peak_stays_when_memory_is_given_back():
    code = (
        "from benchmarks.speed.memory import read_peak; import json\n"
        "before = read_peak(); held = bytearray(b'1') * (200 * 2**20); held = None; print(read_peak() - before)"
    )
    held = bytearray(b"1") * (300 * MIB)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 190 * MIB < json.loads(ran.stdout) < 230 * MIB
    assert read_peak() > len(held)


def test_the_product_is_measured_alone(models, tmp_path):
    (tmp_path / "01").mkdir()
    write_frame(tmp_path / "01" / "t000.tif", np.random.default_rng(0).integers(0, 999, (2, 40, 56)).astype(np.uint16))
    configuration = ShippedConfigurations(models)["Fluo-C3DH-A549-SIM"]
    found = measure_alone("segment", configuration, EXECUTION, tmp_path / "01", tmp_path / "masks")
    assert found.peak > found.imported > 50 * MIB
    assert (tmp_path / "masks" / "mask000.tif").is_file()


@pytest.mark.slow
def test_training_is_measured_alone(models):
    assert measure_alone("train", models / "regions.safetensors", 2, 32).used > MIB


def test_a_process_that_fails_is_named(tmp_path):
    with pytest.raises(ValueError, match="predict: the process whose memory is measured ended with 1"):
        measure_alone("predict", tmp_path / "absent.safetensors", EXECUTION, 1)
