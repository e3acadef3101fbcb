"""From annotated frames to a configuration that segments."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ctc_submission.fine_tuning.adaptation import FineTuned, fine_tune
from ctc_submission.fine_tuning.fine_tuning_parameters import FineTuningParameters
from ctc_submission.network.card import read_card
from ctc_submission.network.execution import Execution
from ctc_submission.network.weights import load_checkpoint
from ctc_submission.segmentation.configuration import change_configuration, read_configuration
from tests.fine_tuning.conftest import write

SHORT = FineTuningParameters(minutes=0.004, batch_size=2, learning_rate=1e-3)
CPU = Execution(device="cpu", runtime="torch", threads=1)


def adapt(sources, start, output, parameters=SHORT):
    return fine_tune(sources, read_configuration(start), output, parameters, CPU)


@pytest.fixture(scope="module")
def adapted(start, tmp_path_factory):
    """What comes of three frames, and the folder."""
    folder = tmp_path_factory.mktemp("adapted")
    source = write(folder / "mine", 3)
    return source, folder / "tuned", adapt([source], start, folder / "tuned")


def test_the_configuration_lies_beside_its_checkpoint_and_says_where_it_comes_from(adapted, start):
    _, output, tuned = adapted
    configuration = read_configuration(tuned.configuration)
    assert tuned.configuration == output / "tuned.toml"
    assert configuration.segmentation_model == output / "averaged.safetensors"
    assert (output / "best.safetensors").is_file()
    assert (output / "last.safetensors").is_file()
    assert configuration.cell_diameter == 15  # as the start states it
    assert (configuration.labeling.method, configuration.precision) == ("components", "float32")
    assert abs(configuration.labeling.foreground_threshold - 0.5) < 0.21
    assert tuned.configuration.read_text().startswith("# Fine-tuned from general.safetensors")
    assert not (output / "probabilities").exists()


def test_scores_are_of_the_held_out_frame(adapted):
    _, _, tuned = adapted
    assert tuned.held_out == "mine/01 frame 1"
    assert 0 <= tuned.before <= 1
    assert 0 <= tuned.after <= 1
    assert re.match(r"SEG \d\.\d{4} before, \d\.\d{4} after.*; held out \(mine/01 frame 1\)\n", str(tuned))


def test_the_card_tells_the_start_and_keeps_its_license(adapted, start):
    _, output, _ = adapted
    before, card = read_card(start.with_suffix(".safetensors")), read_card(output / "best.safetensors")
    assert card.training_data == "none; then fine-tuned on mine"
    assert (card.license, card.dataset) == ("CC BY 4.0", "mine")
    assert (card.architecture, card.pseudocolor, card.diameter) == (
        before.architecture,
        before.pseudocolor,
        before.diameter,
    )


def test_weights_change_and_statistics_do_not(adapted, start):
    _, output, _ = adapted
    before = load_checkpoint(start.with_suffix(".safetensors"))[0]
    after = load_checkpoint(output / "last.safetensors")[0]
    for (name, old), new in zip(before.named_buffers(), after.buffers(), strict=True):
        if "running" in name:
            torch.testing.assert_close(new, old, msg=name)
    assert any(not torch.equal(old, new) for old, new in zip(before.parameters(), after.parameters(), strict=True))


def test_a_run_resumes_and_other_frames_are_refused(adapted, start, caplog):
    source, output, tuned = adapted
    caplog.set_level("INFO")
    assert replace(adapt([source], start, output), minutes=0) == replace(tuned, minutes=0)
    assert not any(line.startswith("epoch") for line in caplog.messages)
    with pytest.raises(ValueError, match=r"tuned: holds another fine-tuning \(frames differ\): name another folder"):
        adapt([replace(source, frames=frozenset({0, 2}))], start, output)


def test_slices_of_one_frame_are_enough(start, tmp_path):
    source = write(tmp_path / "mine", 1, slices=(2, 3, 4))
    given = replace(SHORT, license="CC0-1.0", training_data="my slices", spacing=(2.0, 1.0, 1.0))
    anywhere = change_configuration(read_configuration(start), {"cell_diameter": None})
    tuned = fine_tune([source], anywhere, tmp_path / "tuned", given, CPU)
    card = read_card(tmp_path / "tuned" / "last.safetensors")
    assert tuned.held_out == "mine/01 frame 0, slices 3"
    assert (card.training_data, card.license) == ("none; then fine-tuned on my slices", "CC0-1.0")
    configuration = read_configuration(tuned.configuration)
    assert configuration.labeling.spacing == (2.0, 1.0, 1.0)
    assert configuration.cell_diameter == pytest.approx(13, abs=0.7)  # that of the annotated sections, as in training


def test_a_single_frame_is_trained_on_as_a_whole_and_that_is_said(start, tmp_path, caplog):
    tuned = adapt([write(tmp_path / "mine", 1)], start, tmp_path / "tuned")
    assert tuned.held_out == ""
    assert "nothing is held out" in caplog.text
    assert "the frames trained on, nothing is held out" in str(tuned)
    assert read_configuration(tuned.configuration).segmentation_model.name == "averaged.safetensors"
    alone = adapt([write(tmp_path / "alone", 1)], start, tmp_path / "trained", replace(SHORT, start_share=0.0))
    assert read_configuration(alone.configuration).segmentation_model.name == "last.safetensors"


def test_networks_that_see_whole_slices_are_adapted_too(checkpoints, tmp_path, caplog):
    values = {
        "segmentation_model": checkpoints["segmentation"],
        "center_model": checkpoints["centers"],
        "labeling": {"method": "centers"},
    }
    tuned = fine_tune([write(tmp_path / "mine", 2)], change_configuration(None, values), tmp_path / "tuned", SHORT, CPU)
    configuration = read_configuration(tuned.configuration)
    assert configuration.cell_diameter is None
    assert configuration.center_model.resolve() == checkpoints["centers"].resolve()
    assert "centers.safetensors predicts the centers and stays as it is" in caplog.text
    assert read_card(configuration.segmentation_model).pseudocolor.coloring == "region"


def test_per_slice_labeling_keeps_its_thresholds(start, tmp_path, caplog):
    caplog.set_level("INFO")
    configuration = change_configuration(read_configuration(start), {"labeling": {"per_slice": True}})
    tuned = fine_tune([write(tmp_path / "mine", 2)], configuration, tmp_path / "tuned", SHORT, CPU)
    assert read_configuration(tuned.configuration).labeling.per_slice
    assert "thresholds stay as they are" in caplog.text


def test_a_start_that_was_better_is_said():
    assert "keep the start" in str(FineTuned(Path("mine.toml"), 0.8, 0.7, "frame 1", 1.0))
    assert "keep the start" not in str(FineTuned(Path("mine.toml"), 0.7, 0.8, "frame 1", 1.0))
