from dataclasses import replace

import numpy as np
import pytest

from ctc_submission.challenge.frames import read_frame_info
from ctc_submission.evaluation.evaluate import evaluate_sequence
from ctc_submission.fitting.fit import FitParameters, fit_configuration
from ctc_submission.fitting.record import write_fit
from ctc_submission.network.execution import Execution
from ctc_submission.network.weights import load_checkpoint, save_checkpoint
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.segmentation.configuration import Configuration, read_configuration
from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.segmentation.pipeline import segment_sequence
from ctc_submission.simulation.simulate import simulate_sequence
from ctc_submission.training.data.sources import Source

ON_CPU = Execution("cpu", "torch", threads=1)


@pytest.fixture
def start(strict_network):
    return Configuration(strict_network, labeling=LabelingParameters("distance", spacing=(4.0, 1.0, 1.0)))


@pytest.fixture
def sources(dataset):
    return [Source(dataset, "01"), Source(dataset, "02")]


def test_a_fit_finds_a_threshold_at_which_the_rims_are_there_and_its_score_is_that_of_the_masks(
    sources, start, dataset, tmp_path
):
    fit = fit_configuration(sources, start, FitParameters(), tmp_path, ON_CPU)

    assert fit.found.before < 0.7
    assert fit.found.after > 0.85
    assert fit.configuration.labeling.foreground_threshold < 0.5
    write_fit(tmp_path / "fitted.toml", fit)
    read = read_configuration(tmp_path / "fitted.toml")
    assert replace(read, segmentation_model=read.segmentation_model.resolve()) == fit.configuration
    scores = []
    for sequence in ("01", "02"):
        segment_sequence(dataset / sequence, tmp_path / f"{sequence}_RES", read, ON_CPU)
        scores.append(evaluate_sequence(dataset, sequence, tmp_path / f"{sequence}_RES").measures.seg)
    assert np.mean(scores) == pytest.approx(fit.found.after, abs=0.005)


def test_the_file_says_what_was_fitted_on_what(sources, start, tmp_path):
    fit = fit_configuration(sources[:1], start, FitParameters("OP_CSB", most_frames=1), tmp_path, ON_CPU)
    write_fit(tmp_path / "fitted.toml", fit)

    text = (tmp_path / "fitted.toml").read_text()
    assert "# - cells/01: 1 frames, 2 reference files\n" in text
    assert f"# OP_CSB, mean over the sequences: {fit.found.before:.4f} before, {fit.found.after:.4f} after.\n" in text
    assert "# adjacent_mean is 0.03; twice the cells' share of the annotated slices is 0.4" in text
    threshold = fit.configuration.labeling.foreground_threshold
    assert f"foreground_threshold = {threshold}  # fitted; 0.5 before\n" in text
    assert "fitted, as it was\n" in text
    assert "spacing = [4.0, 1.0, 1.0]\n" in text


def test_the_file_says_which_frames_were_held_out(sources, start, tmp_path):
    held_out = replace(sources[0], frames=frozenset({1, 2}))
    write_fit(tmp_path / "fitted.toml", fit_configuration([held_out], start, FitParameters(), tmp_path, ON_CPU))
    text = (tmp_path / "fitted.toml").read_text()
    assert "# - cells/01: 1 frames, 1 reference files, of frames 1 to 2 only\n" in text


def test_networks_run_once_for_the_same_frames(sources, start, tmp_path):
    fit_configuration(sources[:1], start, FitParameters(), tmp_path, ON_CPU)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.npy")}
    assert len(kept) == 2
    other_start = replace(start, labeling=replace(start.labeling, foreground_threshold=0.3))
    fit_configuration(sources[:1], other_start, FitParameters(), tmp_path, ON_CPU)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.npy")} == kept
    assert all(np.load(path).dtype == np.float16 for path in kept)


def test_other_adjacent_means_are_tried_when_asked_for(sources, start, tmp_path):
    fit = fit_configuration(sources[:1], start, FitParameters(adjacent_means=(0.03, "truth")), tmp_path, ON_CPU)
    assert len(list(tmp_path.glob("*.npy"))) == 4
    # green alone decides, so every coloring scores the same: the one of the training stays
    assert fit.configuration.pseudocolor is None
    other = replace(start, pseudocolor=PseudocolorParameters(0.2, "image"))
    fit = fit_configuration(sources[:1], other, FitParameters(), tmp_path, ON_CPU)
    assert fit.configuration.pseudocolor == PseudocolorParameters(0.2, "image")


def test_adjacent_mean_is_not_fitted_where_it_plays_no_part(sources, strict_network, start, tmp_path):
    model, card = load_checkpoint(strict_network)
    path = tmp_path / "intensity.safetensors"
    save_checkpoint(path, model, replace(card, pseudocolor=PseudocolorParameters(coloring="intensity")))
    own = replace(start, segmentation_model=path)
    with pytest.raises(ValueError, match="colored by intensity, in which adjacent_mean plays no part"):
        fit_configuration(sources, own, FitParameters(adjacent_means=("truth",)), tmp_path, ON_CPU)


def test_the_width_of_cells_is_measured_but_not_fitted(sources, strict_network, start, tmp_path, caplog):
    model, card = load_checkpoint(strict_network)
    path = tmp_path / "general.safetensors"
    save_checkpoint(path, model, replace(card, diameter=18))
    own = replace(start, segmentation_model=path)
    fit = fit_configuration(sources[:1], own, FitParameters(most_frames=1), tmp_path, ON_CPU)
    assert "cells are taken to be about" in caplog.text
    assert fit.configuration.cell_diameter is None


def test_frames_of_several_voxel_sizes_are_recordings_of_their_own(strict_network, tmp_path, caplog, monkeypatch):
    headers = []

    def read(path, **options):
        headers.append(path.name)
        return read_frame_info(path, **options)

    monkeypatch.setattr("ctc_submission.recordings.reading.read_frame_info", read)
    folder = tmp_path / "varied"
    simulate_sequence(folder, "nuclei", frames=2, seed=3, scale=0.3, varied=True, annotate="frames")
    sources = [Source(folder, "01")]
    start = Configuration(strict_network, labeling=LabelingParameters("components"))
    fit = fit_configuration(sources, start, FitParameters(), tmp_path, ON_CPU)
    assert len(fit.frames[sources[0]]) == 2
    assert "01: frames have 2 sizes or voxel sizes; those alike are taken for a recording of their own" in caplog.text
    assert headers == ["t000.tif", "t001.tif"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"metric": "TRA"}, "metric is 'TRA', expected one of SEG, DET, OP_CSB"),
        ({"most_frames": 0}, "most_frames is 0"),
        ({"reach": 0}, "reach is 0, expected 1 or more steps"),
    ],
)
def test_wrong_parameters_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        FitParameters(**values)
