import subprocess
import sys
from pathlib import Path

import pytest

WORLDS = Path(__file__).parents[2] / "benchmarks" / "evaluation_worlds.py"
STATUS = Path("/proc/self/status")
SCORE = f"""
import sys
from pathlib import Path
from ctc_submission.evaluation.evaluate import evaluate_sequence
measures = evaluate_sequence(Path(sys.argv[1]), "01").measures
peak = next(line for line in Path("{STATUS}").read_text().splitlines() if line.startswith("VmHWM"))
print(measures.det, peak.split()[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(not STATUS.is_file(), reason="the peak of memory is not told here")
@pytest.mark.parametrize("world", ["12 x 30 x 512 x 512, 40 cells", "3 x 13 x 1745 x 2440, 1500 nuclei"])
def test_large_frames_are_scored_in_less_than_400_mib(tmp_path, world):
    subprocess.run([sys.executable, WORLDS, world, tmp_path], check=True)
    done = subprocess.run([sys.executable, "-c", SCORE, tmp_path], capture_output=True, text=True, check=True)
    det, kibibytes = map(float, done.stdout.split())
    assert 0.86 < det < 0.88
    assert kibibytes < 400 * 1024
