"""Labels of arrays are those of files, whatever the array's library, and mistakes are named."""

import json
from dataclasses import replace
from pathlib import Path

import dask.array
import numpy as np
import pytest

import ctc_submission as ctc
from ctc_submission.challenge.files import read_frame, write_frame
from ctc_submission.cli import main
from ctc_submission.network.execution import Execution
from ctc_submission.network.weights import load_checkpoint, save_checkpoint
from ctc_submission.segmentation.configuration import Configuration, change_configuration, read_configuration
from ctc_submission.segmentation.labeling import LabelingParameters
from tests.conftest import ball_stack

SPACING = (2.0, 0.5, 0.5)
OPTIONS = ["--device", "cpu", "--threads", "1", "--precision", "float32"]
LABELING = {"method": "components", "foreground_threshold": 0.5477}


@pytest.fixture
def general(checkpoints, tmp_path) -> Path:
    """A TOML configuration of an untrained network for cells 24 pixels wide."""
    model, card = load_checkpoint(checkpoints["segmentation"])
    path = tmp_path / "general.safetensors"
    coloring = replace(card.pseudocolor, coloring="intensity")
    save_checkpoint(path, model, replace(card, diameter=24.0, pseudocolor=coloring))
    config = tmp_path / "general.toml"
    config.write_text(
        'segmentation_model = "general.safetensors"\ncross_sections = true\n'
        '[labeling]\nmethod = "components"\nforeground_threshold = 0.5477\n'
    )
    return config


@pytest.fixture
def plain(checkpoints, tmp_path) -> Path:
    """A TOML configuration of an untrained network that sees whole slices."""
    config = tmp_path / "plain.toml"
    config.write_text(
        f'segmentation_model = "{checkpoints["segmentation"]}"\n'
        '[labeling]\nmethod = "components"\nforeground_threshold = 0.5477\n'
    )
    return config


def load(config: Path) -> ctc.Model:
    return ctc.Model.from_pretrained(config, device="cpu", threads=1, precision="float32")


@pytest.mark.parametrize("kind", ["plain", "general"])
def test_labels_are_those_of_the_command(request, tmp_path, kind):
    config = request.getfixturevalue(kind)
    (tmp_path / "01").mkdir()
    recording = np.stack([ball_stack(seed, (3, 40, 48)) for seed in range(3)])
    for number, stack in enumerate(recording):
        write_frame(tmp_path / "01" / f"t{number:03d}.tif", stack)
    command = ["segment", str(tmp_path / "01"), str(tmp_path / "masks"), "--config", str(config), *OPTIONS]
    assert main([*command, "--spacing", *map(str, SPACING)]) == 0
    masks = np.stack([read_frame(tmp_path / "masks" / f"mask{number:03d}.tif") for number in range(3)])
    seen: list[None] = []
    labels = load(config).segment(recording, SPACING, advance=lambda: seen.append(None))
    assert masks.max() > 0
    assert len(seen) == sum(len(stack) for stack in recording)
    np.testing.assert_array_equal(labels, masks)
    record = json.loads((tmp_path / "masks.json").read_text())
    found = load(config).segment_with_details(recording, SPACING)
    np.testing.assert_array_equal(found.labels, masks)
    diameter = found.cell_diameter.pixels if found.cell_diameter else None
    assert record["made_by"]["configuration"]["cell_diameter"] == diameter
    assert str(found.voxel_size).startswith("2 x 0.5 x 0.5")
    assert found.probabilities["foreground"].shape == recording.shape
    assert len(found.seconds) == 3


def test_images_stacks_and_lazy_arrays(plain):
    model = load(plain)
    stack = ball_stack(0, (3, 40, 48))
    image = model.segment(stack[1], (0.5, 0.5))
    assert image.shape == (40, 48)
    np.testing.assert_array_equal(model.segment(stack[1:2])[0], image)
    np.testing.assert_array_equal(model.segment(stack[1:2], axes="TYX")[0], image)
    np.testing.assert_array_equal(model.segment(dask.array.from_array(stack)), model.segment(stack))
    assert model.device
    assert model.precision == "float32"


def test_time_points_of_zarr_arrays_are_read_one_by_one(plain):
    zarr = pytest.importorskip("zarr", minversion="3")
    recording = np.stack([ball_stack(seed, (2, 32, 32)) for seed in range(2)])
    stored = zarr.create_array({}, shape=recording.shape, dtype=recording.dtype, chunks=(1, 2, 32, 32))
    stored[...] = recording
    np.testing.assert_array_equal(load(plain).segment(stored), load(plain).segment(recording))


def test_centers_are_among_the_probabilities(checkpoints):
    labeling = LabelingParameters(method="centers", spacing=SPACING)
    model = ctc.Model(Configuration(checkpoints["segmentation"], checkpoints["centers"], labeling=labeling))
    found = model.segment_with_details(ball_stack(0, (2, 32, 32)))
    assert {name: values.shape for name, values in found.probabilities.items()} == {
        "foreground": (2, 32, 32),
        "centers": (2, 32, 32),
    }
    assert found.voxel_size.source == "configuration"


def test_a_checkpoint_alone_is_a_model(checkpoints):
    model = ctc.Model.from_pretrained(
        checkpoints["segmentation"], settings={"center_model": checkpoints["centers"], "labeling": {"minimum_size": 7}}
    )
    assert model.configuration.segmentation_model == checkpoints["segmentation"]
    assert model.configuration.labeling.minimum_size == 7
    assert model.configuration.labeling.method == "centers"  # as its card's dataset has it


@pytest.mark.parametrize(
    ("stack", "options", "kind", "message"),
    [
        (np.full((2, 32, 32), np.nan), {}, ValueError, "stack holds NaN or infinity"),
        (np.full((2, 32, 32), -1), {}, ValueError, "stack holds int64 values from -1 to -1, expected 0 to 65535"),
        (np.zeros((2, 32, 32), bool), {}, TypeError, "stack holds bool pixels, expected one of uint8"),
        (np.zeros((2, 32, 32)), {"spacing": (1, 1)}, ValueError, r"spacing is \(1, 1\), expected"),
    ],
)
def test_mistakes_are_named(plain, stack, options, kind, message):
    with pytest.raises(kind, match=message):
        load(plain).segment(stack, **options)


def test_other_dimensions_and_names_are_refused(plain):
    model = ctc.Model.from_pretrained(plain, settings={"dimensions": 3})
    with pytest.raises(ValueError, match="stack is 2D .* expected 3D"):
        model.segment(np.zeros((32, 32)))
    with pytest.raises(ValueError, match="unknown dataset 'nuclie'"):
        ctc.Model.from_pretrained("nuclie")
    with pytest.raises(ValueError, match="unknown key 'tile'"):
        ctc.Model.from_pretrained(plain, settings={"tile": 1})


def test_a_model_is_fine_tuned_to_annotated_slices(general, tmp_path):
    stack = ball_stack(0, (4, 48, 48))
    masks = np.where(stack > 400, 1, 0)
    masks[[0, 3]] = -1
    stated = change_configuration(read_configuration(general), {"cell_diameter": 12.0})
    model = ctc.Model(stated, Execution(device="cpu", runtime="torch", threads=1))
    before = model.segment(stack, SPACING)
    tuned = model.fine_tune(stack, masks, SPACING, output=tmp_path / "tuned", minutes=0.002, license="CC0-1.0")
    assert tuned.configuration.segmentation_model == tmp_path / "tuned" / "averaged.safetensors"
    card = load_checkpoint(tuned.configuration.segmentation_model)[1]
    assert (card.training_data, card.license) == ("nothing; then fine-tuned on annotated arrays", "CC0-1.0")
    assert tuned.segment(stack).shape == stack.shape
    np.testing.assert_array_equal(model.segment(stack, SPACING), before)
    assert read_configuration(tmp_path / "tuned" / "tuned.toml") == tuned.configuration
