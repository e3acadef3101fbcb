"""Peak memory: what is held counts, also what was held before; a child does not count its parent's."""

import json
import subprocess
import sys

import numpy as np
import pytest

from benchmarks.speed.memory import measure_memory, read_peak, run_alone
from ctc_submission.challenge.files import write_frame

MIB = 2**20


@pytest.fixture
def frames(tmp_path):
    stack = np.random.default_rng(0).integers(0, 999, (2, 40, 56)).astype(np.uint16)
    (tmp_path / "01").mkdir()
    write_frame(tmp_path / "01" / "t000.tif", stack)
    return tmp_path / "01"


def test_the_peak_stays_when_memory_is_given_back():
    code = (
        "from benchmarks.speed.memory import read_peak; import json\n"
        "before = read_peak(); held = bytearray(b'1') * (200 * 2**20); held = None; print(read_peak() - before)"
    )
    held = bytearray(b"1") * (300 * MIB)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 190 * MIB < json.loads(ran.stdout) < 230 * MIB
    assert read_peak() > len(held)


def test_the_product_is_measured_alone(frames, models, tmp_path):
    found = run_alone(models, "Fluo-C3DH-A549-SIM", frames, tmp_path / "masks", {"device": "cpu", "unknown": 1})
    assert found.peak >= found.ready >= found.imported > 100 * MIB
    assert (tmp_path / "masks" / "mask000.tif").is_file()


@pytest.mark.slow
def test_a_process_that_fails_is_named(frames, models, tmp_path):
    with pytest.raises(ValueError, match="Fluo-C3DH-A549-SIM: the process whose memory is measured ended with 1"):
        measure_memory(models, "Fluo-C3DH-A549-SIM", tmp_path / "absent", tmp_path / "masks", {})
