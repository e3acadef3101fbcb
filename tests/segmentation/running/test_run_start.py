"""The start of a run: one voxel size, one cell diameter and one count of inputs, whichever command asks."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ctc_submission.challenge.files import find_frames, read_frame, write_frame, write_mask
from ctc_submission.cli import main
from ctc_submission.network.execution import Execution
from ctc_submission.network.weights import load_checkpoint, save_checkpoint
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.segmentation.pipeline import segment_sequence
from ctc_submission.segmentation.running.run_start import open_recording
from tests.conftest import ball_stack

CPU = Execution(device="cpu", runtime="torch", threads=1)
OPTIONS = ["--device", "cpu", "--runtime", "torch", "--threads", "1"]


@pytest.fixture
def general(checkpoints, tmp_path):
    """A configuration of an untrained network for cells 24 pixels wide, three-view prediction asked for."""
    model, card = load_checkpoint(checkpoints["segmentation"])
    coloring = replace(card.pseudocolor, coloring="intensity")
    path = tmp_path / "general.safetensors"
    save_checkpoint(path, model, replace(card, diameter=24.0, pseudocolor=coloring))
    return Configuration(path, three_view=True, labeling=LabelingParameters(method="components"))


@pytest.fixture
def recording(tmp_path):
    """Two tiny frames under a name that tells nothing, their voxel size in the files, and a reference of the first."""
    folder = tmp_path / "mine"
    (folder / "01").mkdir(parents=True)
    for number in range(2):
        write_frame(folder / "01" / f"t{number:03d}.tif", ball_stack(number, (2, 24, 30)), spacing=(2.0, 0.5, 0.5))
    (folder / "01_GT" / "SEG").mkdir(parents=True)
    labels = np.zeros((2, 24, 30), np.uint16)
    labels[:, 5:15, 5:15] = 1
    write_mask(folder / "01_GT" / "SEG" / "man_seg000.tif", labels)
    return folder


def lines(text):
    """What a command says of a recording."""
    return [
        line
        for line in text.splitlines()
        if line.split(" ")[0] in ("voxel", "network", "cells", "inputs") and "   " in line
    ]


def test_segment_fit_and_info_say_the_same_of_a_recording(recording, general, tmp_path, capsys, caplog):
    config = tmp_path / "own.toml"
    config.write_text(
        f'segmentation_model = "{general.segmentation_model}"\ncross_sections = true\n[labeling]\nmethod = "distance"\n'
    )
    chosen = ["--config", str(config), *OPTIONS]
    assert main(["info", str(recording / "01"), *chosen]) == 0
    said = lines(capsys.readouterr().out)
    assert [line.split("  ")[0] for line in said] == ["voxel size", "network", "cells", "inputs"]
    assert said[0] == "voxel size   2 x 0.5 x 0.5 um (t000.tif)"
    assert said[1] == "network      general.safetensors, 0.9 million parameters, in float32, by torch on cpu"
    assert main(["segment", str(recording / "01"), str(tmp_path / "01_RES"), *chosen]) == 0
    assert lines("\n".join(caplog.messages)) == said
    caplog.clear()
    fit = ["fit", str(recording), "--sequences", "01", "--output", str(tmp_path / "fitted.toml")]
    assert main([*fit, *chosen]) == 0
    assert lines("\n".join(caplog.messages)) == said
    record = json.loads((tmp_path / "01_RES.json").read_text())
    assert record["voxel_size"]["text"] in said[0]
    assert record["networks"] in said[1]
    assert record["cell_diameter"]["text"] in said[2]
    assert record["inputs"] in said[3]
    assert "spacing" not in (tmp_path / "fitted.toml").read_text()


def test_isotropic_voxels_are_assumed_in_one_line_and_recorded(sequence, configuration, tmp_path, caplog):
    unknown = replace(configuration, labeling=replace(configuration.labeling, spacing=None))
    manifest = segment_sequence(sequence, tmp_path / "res", unknown, CPU)
    said = [message for message in caplog.messages if "isotropic voxels are assumed" in message]
    assert len(said) == 1
    assert "--spacing" in said[0]
    assert "\n" not in said[0]
    record = json.loads(manifest.path.read_text())
    assert record["voxel_size"]["source"] == "not stated, assumed isotropic"
    assert record["voxel_size"]["known"] is False
    caplog.clear()
    segment_sequence(sequence, tmp_path / "res2", configuration, CPU)
    assert not any("assumed" in message for message in caplog.messages)


def test_a_dataset_s_folder_tells_the_voxel_size(recording, general):
    plain = replace(general, cell_diameter=12.0)
    named = recording.rename(recording.with_name("Fluo-N3DH-CHO"))
    for frame in find_frames(named / "01"):
        write_frame(frame.path, read_frame(frame.path))
    opened = open_recording(find_frames(named / "01"), plain, CPU)
    assert opened.voxel_size.source == "Fluo-N3DH-CHO"
    assert opened.segmenter.configuration.labeling.spacing == (1.0, 0.202, 0.202)


@pytest.mark.parametrize("command", ["segment", "info"])
def test_frames_of_different_voxel_sizes_are_refused(recording, general, tmp_path, capsys, command):
    stack = read_frame(recording / "01" / "t001.tif")
    write_frame(recording / "01" / "t001.tif", stack, spacing=(4.0, 0.5, 0.5))
    config = tmp_path / "own.toml"
    config.write_text(f'segmentation_model = "{general.segmentation_model}"\ncell_diameter = 12.0\n')
    target = [str(tmp_path / "res")] if command == "segment" else []
    assert main([command, str(recording / "01"), *target, "--config", str(config), *OPTIONS]) == 2
    error = capsys.readouterr().err
    assert "t001.tif' states a voxel size z,y,x of 4 x 0.5 x 0.5 um, but 't000.tif' of 2 x 0.5 x 0.5 um" in error
    assert not (tmp_path / "res").exists()


def test_units_and_a_z_that_an_image_has_not_do_not_change_its_mask(configuration, tmp_path):
    generator = np.random.default_rng(0)
    image = generator.integers(0, 4000, (1, 40, 48)).astype(np.uint16)
    labeling = replace(configuration.labeling, method="distance", smoothing=1.0, spacing=None)
    masks = []
    for number, spacing in enumerate([None, (1.0, 0.2, 0.2), (1.0, 2.5, 2.5), (9.0, 40.0, 40.0)]):
        path = tmp_path / str(number) / "t000.tif"
        path.parent.mkdir()
        write_frame(path, image, spacing=spacing)
        segment_sequence(path, tmp_path / f"res{number}", replace(configuration, labeling=labeling), CPU)
        masks.append(read_frame(tmp_path / f"res{number}" / "mask000.tif"))
    assert masks[0].any()
    for mask in masks[1:]:
        np.testing.assert_array_equal(mask, masks[0])


def test_cells_are_measured_where_something_shows(recording, general, caplog):
    stack = read_frame(recording / "01" / "t000.tif")
    write_frame(recording / "01" / "t000.tif", np.zeros_like(stack), spacing=(2.0, 0.5, 0.5))
    frames = find_frames(recording / "01")
    source = open_recording(frames, general, CPU).facts["cell_diameter"]["source"]
    assert "t000.tif" not in source
    for frame in frames:
        write_frame(frame.path, np.zeros_like(stack), spacing=(2.0, 0.5, 0.5))
    dark = open_recording(frames, general, CPU)
    assert dark.segmenter.configuration.cell_diameter == 24.0
    assert dark.facts["cell_diameter"]["known"] is False
    assert "about 24 pixels wide (fallback, the network's own" in caplog.text
