import argparse
import os
import subprocess
from pathlib import Path

import pytest

from ctc_submission.cli.segment import add_arguments, chosen_configuration
from ctc_submission.participation.fitted_executables import write_executables
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters

PYTHON = '#!/bin/sh\nif [ "$1" = -m ]; then printf "%s\\n" "$@"; else cat >/dev/null; fi\n'


@pytest.fixture
def configuration():
    labeling = LabelingParameters("centers", 0.35, spacing=(6.0, 1.242, 1.242), smoothing=0.5, field_margin=25)
    return Configuration(Path("a.safetensors"), Path("b.safetensors"), three_view=True, labeling=labeling)


def test_what_stands_in_an_executable_makes_the_configuration(entry, configuration, tmp_path):
    write_executables(entry, configuration)
    script = entry.executables / "Fluo-C3DL-MDA231-02.sh"
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    environment = {**os.environ, "PYTHON": str(python), "DATA_DIR": "/data"}
    words = subprocess.run([script], env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
    assert words[:3] == ["-m", "ctc_submission", "segment"]
    assert words[3:7] == ["/data/Fluo-C3DL-MDA231/02", "/data/Fluo-C3DL-MDA231/02_RES", "--dataset", entry.dataset]
    (tmp_path / "bare.toml").write_text("segmentation_model = 'none'\n")
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    made = chosen_configuration(parser.parse_args(["x", "y", "--config", str(tmp_path / "bare.toml"), *words[7:]]))
    assert made.labeling == configuration.labeling
    assert made.three_view
    assert made.segmentation_model.name == "Fluo-C3DL-MDA231-segmentation.safetensors"
    assert made.center_model.name == "Fluo-C3DL-MDA231-centers.safetensors"
