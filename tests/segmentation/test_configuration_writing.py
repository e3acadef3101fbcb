from dataclasses import replace
from pathlib import Path

import pytest

from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.segmentation.configuration import CONFIGURATIONS, MODELS, Configuration, read_configuration
from ctc_submission.segmentation.configuration_writing import format_configuration
from ctc_submission.segmentation.labeling import LabelingParameters


@pytest.mark.parametrize("dataset", CONFIGURATIONS)
def test_a_shipped_configuration_is_read_back(dataset, tmp_path):
    path = tmp_path / "copy.toml"
    path.write_text(format_configuration(CONFIGURATIONS[dataset], tmp_path))
    assert read_configuration(path) == CONFIGURATIONS[dataset]


@pytest.mark.parametrize(
    "colors", [PseudocolorParameters(0.1, "image"), PseudocolorParameters(coloring="intensity", neighbor_distance=0.2)]
)
def test_one_in_which_everything_is_stated_is_read_back(tmp_path, colors):
    folder = tmp_path / "run \u00e9\U0001f52c"
    folder.mkdir()
    stated = Configuration(
        segmentation_model=folder / 'my "best".safetensors',
        center_model=folder / "centers.safetensors",
        tiles=6,
        cell_diameter=17.5,
        shown_diameter=28.0,
        three_view=True,
        three_view_smoothing=0.0625,
        minimum_diameter=0.25,
        dimensions=2,
        axes="YX",
        pseudocolor=colors,
        labeling=LabelingParameters(
            "centers", 0.1, 0.2, 0.05, 0.6, (3.0, 2.0, 1.0), 0.0, 1e-5, 9, 0.5, 0.25, 8, 7, True
        ),
    )
    (folder / "own.toml").write_text(format_configuration(stated, folder), encoding="utf-8")
    assert read_configuration(folder / "own.toml") == stated


def test_defaults_are_left_out_but_for_the_method_and_what_has_a_note(tmp_path):
    configuration = Configuration(MODELS / "nuclei-segmentation.safetensors", labeling=LabelingParameters(smoothing=2))
    assert format_configuration(configuration, tmp_path, {"dynamics": "fitted", "adjacent_mean": "none"}) == (
        'segmentation_model = "nuclei-segmentation.safetensors"\n'
        '\n[labeling]\nmethod = "distance"\nsmoothing = 2.0\ndynamics = 0.75  # fitted\n'
    )


def test_checkpoints_are_found_from_where_the_file_lies(tmp_path):
    (tmp_path / "runs" / "deep").mkdir(parents=True)
    own = Configuration(tmp_path / "best.safetensors")
    assert '"../../best.safetensors"' in format_configuration(own, tmp_path / "runs" / "deep")


def test_a_shipped_checkpoint_is_not_mistaken_for_one_beside_the_file(tmp_path):
    shipped = CONFIGURATIONS["nuclei"]
    (tmp_path / shipped.segmentation_model.name).touch()
    (tmp_path / "own.toml").write_text(format_configuration(replace(shipped, tiles=6), tmp_path))
    read = read_configuration(tmp_path / "own.toml").segmentation_model
    assert Path(read).resolve() == shipped.segmentation_model
