"""Networks that know cells at one size: what they see, from which sides, and what is recorded of it."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from ctc_submission.challenge.files import read_frame, write_frame
from ctc_submission.network.execution import Execution
from ctc_submission.network.weights import load_checkpoint, save_checkpoint
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.segmentation.cell_diameter import FrameSample
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.estimate import describe_inputs
from ctc_submission.segmentation.labeling import LabelingParameters, label_cells
from ctc_submission.segmentation.pipeline import segment_sequence
from ctc_submission.segmentation.segmenter import Found, Segmenter

CPU = Execution(device="cpu", runtime="torch")
CUBES = LabelingParameters(method="components", spacing=(1.0, 1.0, 1.0))


@pytest.fixture
def general(checkpoints, tmp_path):
    """A checkpoint for cells 24 pixels wide."""
    model, card = load_checkpoint(checkpoints["segmentation"])
    coloring = replace(card.pseudocolor, coloring="intensity")
    save_checkpoint(tmp_path / "general.safetensors", model, replace(card, diameter=24.0, pseudocolor=coloring))
    return tmp_path / "general.safetensors"


@pytest.fixture
def stack(sequence):
    return read_frame(sequence / "t000.tif")


@pytest.fixture
def deep(stack):
    """The stack at five times its depth: as deep as a cell."""
    return np.repeat(stack, 5, axis=0)


def test_half_as_wide_cells_are_seen_twice_as_large(general, stack):
    inputs = [
        Segmenter(Configuration(general, cell_diameter=width, labeling=CUBES), CPU).inputs(stack.shape)
        for width in (12, 24, 48)
    ]
    heights = [each.tiling.shape[0] for each in inputs]
    assert heights == [2 * stack.shape[1], stack.shape[1], round(stack.shape[1] / 2)]


def test_cells_may_be_shown_wider_than_the_network_knows_them(general, stack):
    configuration = Configuration(general, cell_diameter=48, labeling=CUBES)
    wider = Segmenter(replace(configuration, shown_diameter=36), CPU)
    assert wider.inputs(stack.shape).tiling.shape[0] == round(stack.shape[1] * 0.75)
    as_if = Segmenter(replace(configuration, cell_diameter=32), CPU)
    np.testing.assert_array_equal(wider.predict(stack), as_if.predict(stack))


def test_cross_sections_average_what_is_seen_along_each_axis(general, deep):
    configuration = Configuration(general, cell_diameter=20, labeling=CUBES)
    single = Segmenter(configuration, CPU)
    seen = [np.moveaxis(single.predict(np.moveaxis(deep, axis, 0))[0], 0, axis) for axis in range(3)]
    crossed = Segmenter(replace(configuration, three_view=True), CPU).predict(deep)[0]
    np.testing.assert_allclose(crossed, np.mean(seen, axis=0), atol=1e-5)
    assert np.abs(crossed - seen[0]).max() > 1e-3


def test_averages_of_three_views_are_smoothed_in_proportion_to_the_cells(general, deep):
    labeling = LabelingParameters(method="components", spacing=(2.0, 1.0, 1.0))
    configuration = Configuration(general, cell_diameter=20, labeling=labeling, three_view=True)
    plain = Segmenter(configuration, CPU).predict(deep)
    smoothed = Segmenter(replace(configuration, three_view_smoothing=0.1), CPU).predict(deep)
    expected = ndimage.gaussian_filter(plain, (0, 1, 2, 2), mode="nearest", truncate=3)
    np.testing.assert_allclose(smoothed, expected, atol=1e-6)
    assert smoothed.max() <= 1
    assert np.abs(smoothed - plain).max() > 1e-3
    flat = replace(configuration, three_view=False)
    along_z = Segmenter(replace(flat, three_view_smoothing=0.1), CPU).predict(deep)
    np.testing.assert_array_equal(along_z, Segmenter(flat, CPU).predict(deep))


def test_cells_are_small_in_proportion_to_the_cell_diameter(general):
    configuration = Configuration(general, cell_diameter=10, labeling=CUBES, minimum_diameter=0.5)
    segmenter = Segmenter(configuration, CPU)
    assert segmenter.smallest_cell(slices=12) == 65
    assert segmenter.smallest_cell(slices=1) == 19
    assert segmenter.for_spacing((2.0, 1.0, 1.0)).smallest_cell(slices=12) == 32
    assert segmenter.for_spacing((9.0, 1.0, 1.0)).smallest_cell(slices=12) == 19
    assert Segmenter(replace(configuration, cell_diameter=None), CPU).smallest_cell(slices=12) == 0
    foreground = np.zeros((6, 8, 30), bool)
    foreground[:, :4, 10:14], foreground[:, :4, 20:23] = True, True
    assert segmenter.label(Found(foreground)).max() == 2
    foreground[5, :4, 20:23] = False
    assert segmenter.label(Found(foreground)).max() == 1
    stated = replace(configuration, labeling=replace(CUBES, minimum_size=100))
    assert Segmenter(stated, CPU).label(Found(foreground)).max() == 0


def test_debris_does_not_make_cells_narrow(general, monkeypatch):
    stack = np.zeros((1, 150, 150), np.uint8)
    y, x = np.indices(stack.shape[1:])
    for row, column in ((30, 30), (30, 80), (75, 110), (115, 40)):
        stack[0][(y - row) ** 2 + (x - column) ** 2 <= 10**2] = 255
    stack[0, 55:60:4, 20:90:8] = stack[0, 140:145:4, 20:90:8] = 255
    segmenter = Segmenter(Configuration(general, labeling=CUBES), CPU)
    monkeypatch.setattr(segmenter, "predict_slices", lambda part, inputs: np.float32(part > 0)[np.newaxis])
    segmenter.measure_cells([FrameSample("the frame", stack)])
    assert segmenter.cell_diameter.is_measured
    assert segmenter.cell_diameter.pixels == pytest.approx(20, rel=0.06)


@pytest.mark.parametrize("three_view", [False, True])
def test_cells_are_judged_by_their_probabilities(general, deep, three_view):
    configuration = Configuration(general, cell_diameter=12, labeling=CUBES, three_view=three_view)
    predicted = Segmenter(configuration, CPU).predict(deep)
    labeling = replace(CUBES, foreground_threshold=float(np.quantile(predicted[0], 0.95)))
    cells = Segmenter(replace(configuration, labeling=labeling), CPU).label_probabilities(predicted, deep)
    means = ndimage.mean(predicted[0], cells, np.arange(1, cells.max() + 1))
    least = float(np.sort(means)[len(means) // 2])
    judging = Segmenter(replace(configuration, labeling=replace(labeling, minimum_confidence=least)), CPU)
    kept = judging.segment(deep)
    assert 0 < kept.max() < cells.max()
    assert np.array_equal(kept > 0, np.isin(cells, 1 + np.flatnonzero(means >= least)))
    assert np.array_equal(kept, judging.label_probabilities(predicted, deep))


@pytest.mark.parametrize("three_view", [False, True])
def test_cells_are_judged_by_their_contrast(general, deep, three_view):
    configuration = Configuration(general, cell_diameter=12, labeling=CUBES, three_view=three_view)
    predicted = Segmenter(configuration, CPU).predict(deep)
    labeling = replace(CUBES, foreground_threshold=float(np.quantile(predicted[0], 0.95)), minimum_contrast=0.9)
    expected = label_cells(predicted[0], image=deep, parameters=labeling)
    assert 0 < expected.max() < label_cells(predicted[0], parameters=replace(labeling, minimum_contrast=0)).max()
    judging = Segmenter(replace(configuration, labeling=labeling), CPU)
    assert np.array_equal(judging.segment(deep), expected)
    assert np.array_equal(judging.label_probabilities(predicted, deep), expected)


def test_slices_far_apart_are_not_looked_at_from_the_side(general):
    flat = LabelingParameters(method="components", spacing=(5.0, 1.0, 1.0))
    asked = Configuration(general, cell_diameter=24, labeling=flat, three_view=True)
    shape = (30, 60, 72)
    assert not Segmenter(asked, CPU).uses_three_views(shape)
    assert Segmenter(replace(asked, labeling=CUBES), CPU).uses_three_views(shape)
    assert not Segmenter(replace(asked, labeling=CUBES, three_view=False), CPU).uses_three_views(shape)


@pytest.mark.parametrize(
    ("slices", "width", "step", "crosses"),
    [(1, 24, 1, False), (1, 1, 1, False), (23, 24, 1, False), (24, 24, 1, True), (11, 24, 2, False), (12, 24, 2, True)],
)
def test_images_and_stacks_thinner_than_a_cell_are_not_cut_from_the_side(general, slices, width, step, crosses):
    labeling = LabelingParameters(method="components", spacing=(step, 1.0, 1.0))
    segmenter = Segmenter(Configuration(general, cell_diameter=width, labeling=labeling, three_view=True), CPU)
    shape = (slices, 60, 50)
    assert segmenter.uses_three_views(shape) == crosses
    assert segmenter.count_slices(shape) == (sum(shape) if crosses else slices)


def test_orthogonal_slices_are_not_padded_to_squares(general):
    configuration = Configuration(general, cell_diameter=12, labeling=CUBES, three_view=True)
    segmenter = Segmenter(configuration, CPU)
    shape = (12, 200, 210)
    (_, plane), (_, along_y), (_, along_x) = segmenter.cuts(shape)
    assert along_y.size[0] == along_x.size[0] == 32
    pixels = [slices * cut.count * cut.size[0] * cut.size[1] for slices, cut in segmenter.cuts(shape)]
    assert sum(pixels[1:]) < 4 * pixels[0]
    assert describe_inputs(shape, segmenter).startswith(f"{segmenter.count_images(shape)} inputs a frame: ")
    assert f"{12 * plane.count} of {plane.size[0]} x {plane.size[1]}" in describe_inputs(shape, segmenter)


def test_width_and_voxels_that_are_not_stated_are_found_and_recorded(general, stack, tmp_path, caplog):
    (tmp_path / "01").mkdir()
    for number in range(2):
        write_frame(tmp_path / "01" / f"t{number:03d}.tif", stack, spacing=(2.0, 0.5, 0.5))
    configuration = Configuration(general, labeling=LabelingParameters(method="components"))
    manifest = segment_sequence(tmp_path / "01", tmp_path / "01_RES", configuration, CPU)
    record = json.loads(manifest.path.read_text())["made_by"]["configuration"]
    assert record["labeling"]["spacing"] == pytest.approx([2.0, 0.5, 0.5], rel=1e-3)
    assert record["cell_diameter"] > 1
    assert "state cell_diameter" in caplog.text
    again = segment_sequence(tmp_path / "01", tmp_path / "01_RES", configuration, CPU)
    assert again.frames == manifest.frames


def test_networks_for_cells_of_different_widths_do_not_go_together(general, checkpoints, tmp_path):
    model, card = load_checkpoint(checkpoints["centers"])
    coloring = replace(card.pseudocolor, coloring="intensity")
    save_checkpoint(tmp_path / "centers.safetensors", model, replace(card, diameter=12.0, pseudocolor=coloring))
    labeling = LabelingParameters(method="centers", spacing=(1.0, 1.0, 1.0))
    with pytest.raises(ValueError, match=r"general\.safetensors and centers\.safetensors: trained for different"):
        Segmenter(Configuration(general, tmp_path / "centers.safetensors", labeling=labeling), CPU)


@pytest.mark.parametrize("width", [0, 0.5, float("inf")])
def test_widths_below_a_pixel_are_refused(general, width):
    with pytest.raises(ValueError, match="cell_diameter is"):
        Configuration(general, cell_diameter=width)


def test_colors_that_a_network_was_not_trained_on_are_refused(general):
    stated = Configuration(general, pseudocolor=PseudocolorParameters(), labeling=CUBES)
    with pytest.raises(ValueError, match=r"general\.safetensors: trained on slices colored by intensity"):
        Segmenter(stated, CPU)


def test_all_images_that_the_network_sees_are_counted(general, deep, monkeypatch):
    stack = deep[:10]
    configuration = Configuration(general, cell_diameter=8, labeling=CUBES, three_view=True)
    segmenter = Segmenter(configuration, CPU)
    seen = []
    predict = segmenter.predictor.predict
    monkeypatch.setattr(segmenter.predictor, "predict", lambda images: predict(seen.append(0) or i for i in images))
    advanced = []
    segmenter.predict(stack, lambda: advanced.append(0))
    assert len(seen) == segmenter.count_images(stack.shape) > sum(stack.shape)
    assert len(advanced) == segmenter.count_slices(stack.shape) == sum(stack.shape)
