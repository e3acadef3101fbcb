"""The text of the challenge's executables."""

from pathlib import Path

import pytest

from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling_parameters import LabelingParameters
from ctc_submission.submission.executables import write_executable


def test_a_script_states_what_its_method_uses_alone() -> None:
    own = Configuration(
        Path("folder/own.safetensors"),
        cell_diameter=12.5,
        pseudocolor=PseudocolorParameters(coloring="gray"),
        labeling=LabelingParameters("single", minimum_size=9, spacing=(2, 0.5, 0.5), per_slice=True),
    )
    text = write_executable("Mine", "02", own)
    assert text.count("Mine/02") == 2
    assert "with 14 input parameters: dataset," in " ".join(text.replace("#", "").split())
    assert " ".join(text.split('02_RES"')[1].replace("\\\n", "").split()) == (
        '--dataset Mine --segmentation-model "$models/own.safetensors" --tiles 1 --cell-diameter 12.5 --coloring gray '
        "--method single --foreground-threshold 0.5 --spacing 2 0.5 0.5 --minimum-size 9 "
        '--minimum-confidence 0 --minimum-contrast 0 --largest-hole 0 --field-margin 0 --per-slice "$@"'
    )


def test_what_no_option_states_is_not_written() -> None:
    colors = PseudocolorParameters(coloring="intensity", neighbor_distance=0.2)
    with pytest.raises(ValueError, match="neighbor_distance"):
        write_executable("Mine", "01", Configuration(Path("folder/own.safetensors"), pseudocolor=colors))
