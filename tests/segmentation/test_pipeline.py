import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch

from ctc_submission.challenge.files import read_frame, write_frame
from ctc_submission.network.execution import Execution
from ctc_submission.network.weights import load_checkpoint, save_checkpoint
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices
from ctc_submission.preprocessing.tiling import tile_in_six
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters, label_cells
from ctc_submission.segmentation.pipeline import segment_sequence
from ctc_submission.segmentation.running import local, tasks
from ctc_submission.segmentation.segmenter import Segmenter
from tests.conftest import PARAMETERS

CPU = Execution(device="cpu", runtime="torch")
CUBES = LabelingParameters(spacing=(1.0, 1.0, 1.0))


def read_all(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize(
    ("tiles", "execution", "tolerance"),
    [
        (1, CPU, 1e-5),
        (6, CPU, 1e-5),
        pytest.param(6, Execution("cuda", precision="float32"), 5e-3, marks=pytest.mark.cuda),
        pytest.param(6, Execution("cuda"), 0.05, marks=pytest.mark.cuda),
    ],
)
def test_every_step_is_taken_once_and_in_order(configuration, sequence, tiles, execution, tolerance):
    configuration = replace(configuration, tiles=tiles)
    stack = read_frame(sequence / "t000.tif")
    model, card = load_checkpoint(configuration.segmentation_model)
    tiling = tile_in_six(stack.shape[1:])
    expected = []
    for image in pseudocolor_slices(stack, card.pseudocolor):
        patches = tiling.split(image) if tiles == 6 else [image]
        with torch.inference_mode():
            predicted = [model.predict(torch.from_numpy(p).permute(2, 0, 1)[None])[0, 0].numpy() for p in patches]
        expected.append(tiling.stitch(predicted) if tiles == 6 else predicted[0])
    found = Segmenter(configuration, execution).predict(stack)
    assert found.shape == (1, *stack.shape)
    np.testing.assert_allclose(found[0], expected, atol=tolerance)


def test_two_networks_see_the_same_slices(checkpoints, sequence):
    labeling = LabelingParameters(method="centers", spacing=(1.0, 1.0, 1.0))
    configuration = Configuration(checkpoints["segmentation"], checkpoints["centers"], labeling=labeling)
    segmenter = Segmenter(configuration, CPU)
    stack = read_frame(sequence / "t000.tif")
    probabilities = segmenter.predict(stack)
    alone = Segmenter(Configuration(checkpoints["segmentation"], labeling=CUBES), CPU).predict(stack)
    np.testing.assert_allclose(probabilities[0], alone[0], atol=1e-6)
    assert np.abs(probabilities[0] - probabilities[1]).max() > 1e-3
    assert segmenter.parameters == 2 * PARAMETERS
    expected = label_cells(probabilities[0], probabilities[1], parameters=labeling)
    np.testing.assert_array_equal(segmenter.segment(stack), expected)


def test_masks_are_written_for_every_frame_with_a_record_beside(configuration, sequence, tmp_path):
    results = tmp_path / "deep" / "01_RES"
    segment_sequence(sequence, results, configuration, CPU)
    assert sorted(path.name for path in results.iterdir()) == ["mask000.tif", "mask001.tif", "mask002.tif"]
    record = json.loads((tmp_path / "deep" / "01_RES.json").read_text())
    assert record["parameters"] == PARAMETERS
    assert record["made_by"]["configuration"]["labeling"]["method"] == "components"
    assert list(record["made_by"]["weights"]) == ["segmentation.safetensors"]
    for frame in ("t000.tif", "t001.tif", "t002.tif"):
        mask = read_frame(results / f"mask{frame[1:]}")
        assert mask.shape == read_frame(sequence / frame).shape
        assert mask.max() == record["frames"][frame]["cells"]
        assert record["frames"][frame]["seconds"] > 0


def test_the_same_input_gives_the_same_bytes(configuration, sequence, tmp_path):
    for name in ("a", "b"):
        segment_sequence(sequence, tmp_path / name, configuration, CPU)
    assert read_all(tmp_path / "a") == read_all(tmp_path / "b")


def test_a_stopped_run_goes_on_where_it_was(configuration, sequence, tmp_path, monkeypatch, caplog):
    whole, results = tmp_path / "whole", tmp_path / "results"
    segment_sequence(sequence, whole, configuration, CPU)
    labeled = []
    label = Segmenter.label

    def label_and_stop(self, found):
        labeled.append(found)
        if len(labeled) == 3:
            raise KeyboardInterrupt
        return label(self, found)

    monkeypatch.setattr(Segmenter, "label", label_and_stop)
    with pytest.raises(KeyboardInterrupt):
        segment_sequence(sequence, results, configuration, CPU)
    assert sorted(read_all(results)) == ["mask000.tif", "mask001.tif"]
    segment_sequence(sequence, results, configuration, CPU)
    assert len(labeled) == 4
    assert "2 of 3 masks are finished already" in caplog.text
    assert read_all(results) == read_all(whole)


def test_a_finished_run_does_nothing_and_says_so(configuration, sequence, tmp_path, caplog):
    segment_sequence(sequence, tmp_path / "res", configuration, CPU)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "res").iterdir()}
    segment_sequence(sequence, tmp_path / "res", configuration, CPU)
    assert times == {path: path.stat().st_mtime_ns for path in (tmp_path / "res").iterdir()}
    assert "3 of 3 masks are finished already" in caplog.text


def test_a_changed_frame_or_a_lost_mask_is_computed_again(configuration, sequence, tmp_path):
    results = tmp_path / "res"
    segment_sequence(sequence, results, configuration, CPU)
    before = {path.name: path.stat().st_mtime_ns for path in results.iterdir()}
    (results / "mask002.tif").unlink()
    write_frame(sequence / "t000.tif", read_frame(sequence / "t001.tif"))
    segment_sequence(sequence, results, configuration, CPU)
    after = {path.name: path.stat().st_mtime_ns for path in results.iterdir()}
    assert [name for name in sorted(after) if after[name] != before[name]] == ["mask000.tif", "mask002.tif"]
    np.testing.assert_array_equal(read_frame(results / "mask000.tif"), read_frame(results / "mask001.tif"))


def test_a_changed_configuration_is_noticed_and_masks_stay(configuration, sequence, tmp_path):
    results = tmp_path / "res"
    segment_sequence(sequence, results, configuration, CPU)
    before = read_all(results)
    other = replace(configuration, labeling=LabelingParameters(method="components", foreground_threshold=0.2))
    with pytest.raises(ValueError, match=r"res: holds masks made with another configuration .*--overwrite"):
        segment_sequence(sequence, results, other, CPU)
    assert read_all(results) == before
    segment_sequence(sequence, results, other, CPU, overwrite=True)
    assert read_all(results) != before


def test_changed_weights_are_noticed(configuration, sequence, tmp_path, checkpoints):
    segment_sequence(sequence, tmp_path / "res", configuration, CPU)
    model, card = load_checkpoint(checkpoints["segmentation"])
    model.head.bias.data += 1
    (tmp_path / "other").mkdir()
    save_checkpoint(tmp_path / "other" / "segmentation.safetensors", model, card)
    other = replace(configuration, segmentation_model=tmp_path / "other" / "segmentation.safetensors")
    with pytest.raises(ValueError, match="made with another weights"):
        segment_sequence(sequence, tmp_path / "res", other, CPU)


def test_masks_of_unknown_origin_are_not_touched(configuration, sequence, tmp_path):
    results = tmp_path / "res"
    results.mkdir()
    (results / "mask000.tif").write_bytes(b"mine")
    with pytest.raises(ValueError, match="masks of unknown origin"):
        segment_sequence(sequence, results, configuration, CPU)
    assert read_all(results) == {"mask000.tif": b"mine"}


def test_a_damaged_record_is_refused(configuration, sequence, tmp_path):
    (tmp_path / "res.json").write_text("{")
    with pytest.raises(ValueError, match=r"res\.json: not a readable run record"):
        segment_sequence(sequence, tmp_path / "res", configuration, CPU)


@pytest.mark.parametrize(("name", "mask"), [("t0042.tif", "mask0042.tif"), ("embryo.tif", "embryo_mask.tif")])
def test_a_single_file_is_a_sequence_of_one(configuration, sequence, tmp_path, name, mask):
    (tmp_path / name).write_bytes((sequence / "t001.tif").read_bytes())
    segment_sequence(tmp_path / name, tmp_path / "one", configuration, CPU)
    segment_sequence(sequence, tmp_path / "all", configuration, CPU)
    assert list(read_all(tmp_path / "one")) == [mask]
    assert read_all(tmp_path / "one")[mask] == read_all(tmp_path / "all")["mask001.tif"]


def test_masks_of_32_bit_are_written_on_demand_and_not_mixed_with_others(configuration, sequence, tmp_path):
    segment_sequence(sequence / "t000.tif", tmp_path / "wide", configuration, CPU, mask_type="uint32")
    segment_sequence(sequence / "t000.tif", tmp_path / "usual", configuration, CPU)
    masks = [tifffile.imread(tmp_path / name / "mask000.tif") for name in ("wide", "usual")]
    assert [mask.dtype for mask in masks] == ["uint32", "uint16"]
    np.testing.assert_array_equal(*masks)
    with pytest.raises(ValueError, match="made with another mask_type"):
        segment_sequence(sequence, tmp_path / "wide", configuration, CPU)


def test_frames_of_four_digits_that_start_late_give_masks_of_their_names(configuration, sequence, tmp_path):
    for number in range(3):
        (sequence / f"t{number:03d}.tif").rename(sequence / f"t{number + 998:04d}.tif")
    segment_sequence(sequence, tmp_path / "res", configuration, CPU)
    assert list(read_all(tmp_path / "res")) == ["mask0998.tif", "mask0999.tif", "mask1000.tif"]


def test_a_slice_becomes_a_2d_mask(configuration, tmp_path):
    write_frame(tmp_path / "t000.tif", np.arange(48 * 40, dtype=np.uint16).reshape(1, 48, 40))
    segment_sequence(tmp_path / "t000.tif", tmp_path / "res", configuration, CPU)
    with tifffile.TiffFile(tmp_path / "res" / "mask000.tif") as file:
        assert len(file.pages) == 1
        assert file.pages[0].shape == (48, 40)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_8_bit_and_float_frames_are_segmented(configuration, tmp_path, dtype):
    stack = np.random.default_rng(0).uniform(0, 255, (3, 40, 48)).astype(dtype)
    tifffile.imwrite(tmp_path / "t000.tif", stack, photometric="minisblack")
    manifest = segment_sequence(tmp_path / "t000.tif", tmp_path / "res", configuration, CPU)
    assert read_frame(tmp_path / "res" / "mask000.tif").shape == stack.shape
    assert list(manifest.frames) == ["t000.tif"]


@pytest.mark.parametrize("value", [0, 7])
def test_constant_frames_are_segmented(configuration, tmp_path, value):
    write_frame(tmp_path / "t000.tif", np.full((3, 40, 48), value, np.uint16))
    segment_sequence(tmp_path / "t000.tif", tmp_path / "res", configuration, CPU)
    assert (tmp_path / "res" / "mask000.tif").is_file()


def test_a_checkpoint_that_predicts_something_else_is_refused(checkpoints):
    with pytest.raises(
        ValueError, match=r"centers\.safetensors: predicts centers, expected a checkpoint that predicts foreground"
    ):
        Segmenter(Configuration(checkpoints["centers"], labeling=CUBES), CPU)


def test_a_voxel_size_that_is_not_resolved_is_refused(checkpoints):
    with pytest.raises(ValueError, match=r"the voxel size is not resolved: .* state spacing"):
        Segmenter(Configuration(checkpoints["segmentation"]), CPU)


def test_models_trained_on_other_colors_must_be_told_which(checkpoints, tmp_path):
    model, card = load_checkpoint(checkpoints["centers"])
    save_checkpoint(tmp_path / "other.safetensors", model, replace(card, pseudocolor=PseudocolorParameters(0.2)))
    labeling = LabelingParameters(method="centers", spacing=(1.0, 1.0, 1.0))
    configuration = Configuration(checkpoints["segmentation"], tmp_path / "other.safetensors", labeling=labeling)
    with pytest.raises(ValueError, match=r"other\.safetensors: trained on differently colored slices; state adjacent"):
        Segmenter(configuration, CPU)
    stated = replace(configuration, pseudocolor=PseudocolorParameters(0.1))
    assert Segmenter(stated, CPU).pseudocolor == PseudocolorParameters(0.1)


def cut_in(folder, checkpoint, tiles, diameter=None):
    """A checkpoint whose card says how slices were cut."""
    model, card = load_checkpoint(checkpoint)
    save_checkpoint(folder / f"cut-{checkpoint.name}", model, replace(card, tiles=tiles, diameter=diameter))
    return folder / f"cut-{checkpoint.name}"


@pytest.mark.parametrize(
    ("trained", "tiles", "message"),
    [
        (6, 1, r"on six square .* \(tiles 6\), the .* shows it whole .* \(tiles 1\); state tiles = 6, or --tiles 6"),
        (1, 6, r"on whole slices \(tiles 1\), the .* shows it six .* \(tiles 6\); state tiles = 1, or --tiles 1"),
    ],
)
def test_slices_cut_otherwise_than_in_training_are_refused(checkpoints, tmp_path, trained, tiles, message):
    path = cut_in(tmp_path, checkpoints["segmentation"], trained)
    with pytest.raises(ValueError, match=rf"cut-segmentation\.safetensors: trained {message}"):
        Segmenter(Configuration(path, tiles=tiles, labeling=CUBES), CPU)
    assert Segmenter(Configuration(path, tiles=trained, labeling=CUBES), CPU).inputs((4, 60, 72)).count == trained


def test_the_network_of_centers_may_be_the_one_that_says_how_slices_were_cut(checkpoints, tmp_path):
    labeling = LabelingParameters(method="centers", spacing=(1.0, 1.0, 1.0))
    centers = cut_in(tmp_path, checkpoints["centers"], 6)
    configuration = Configuration(checkpoints["segmentation"], centers, labeling=labeling)
    with pytest.raises(ValueError, match=r"cut-centers\.safetensors: trained on six .*state tiles = 6"):
        Segmenter(configuration, CPU)
    Segmenter(replace(configuration, tiles=6), CPU)
    whole = replace(configuration, tiles=6, segmentation_model=cut_in(tmp_path, checkpoints["segmentation"], 1))
    with pytest.raises(ValueError, match=r"cut-seg.* and cut-centers.*: trained on differently cut slices; train one"):
        Segmenter(whole, CPU)


def test_tiles_play_no_part_where_a_network_has_a_diameter(checkpoints, tmp_path):
    path = cut_in(tmp_path, checkpoints["segmentation"], 6, diameter=24.0)
    assert Segmenter(Configuration(path, tiles=1, labeling=CUBES), CPU).diameter == 24.0


def test_an_error_in_a_late_frame_keeps_the_masks_before(configuration, broken, tmp_path):
    with pytest.raises(ValueError, match=r"t002\.tif.*NaN"):
        segment_sequence(broken, tmp_path / "res", configuration, CPU)
    assert list(read_all(tmp_path / "res")) == ["mask000.tif", "mask001.tif"]
    assert list(json.loads((tmp_path / "res.json").read_text())["frames"]) == ["t000.tif", "t001.tif"]


def test_a_full_disk_ends_the_run_and_leaves_whole_masks_only(configuration, sequence, tmp_path, monkeypatch):
    results = tmp_path / "res"
    real = os.fsync

    def fsync(descriptor):
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        if "mask001" in name:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match=r"mask001\.tif.*No space left on device.*free some space"):
        segment_sequence(sequence, results, configuration, CPU)
    assert list(read_all(results)) == ["mask000.tif"]


def test_results_below_a_file_are_refused(configuration, sequence, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"cannot make this folder .*name another"):
        segment_sequence(sequence, tmp_path / "file" / "01_RES", configuration, CPU)


def test_a_frame_is_read_once_the_one_before_is_at_the_networks(configuration, sequence, tmp_path, monkeypatch):
    events = []
    read, find = tasks.read_with_content, Segmenter.find_foreground

    def note_read(frame, axes=None):
        events.append(f"read {frame.path.stem}")
        return read(frame, axes)

    def note_found(self, stack, advance=None):
        found = find(self, stack, advance)
        events.append("found")
        return found

    monkeypatch.setattr(tasks, "read_with_content", note_read)
    monkeypatch.setattr(Segmenter, "find_foreground", note_found)
    segment_sequence(sequence, tmp_path / "res", configuration, CPU)
    reads = [event for event in events if event.startswith("read")]
    assert reads == ["read t000", "read t001", "read t002"]
    assert events.index("read t001") < events.index("found") < events.index("read t002")


def test_a_large_frame_is_alone_in_memory(configuration, sequence, tmp_path, monkeypatch):
    events = []
    read, finish = tasks.read_with_content, Segmenter.label

    def note_read(frame, axes=None):
        events.append(f"read {frame.path.stem}")
        return read(frame, axes)

    def note_label(self, *found):
        labels = finish(self, *found)
        events.append("labeled")
        return labels

    monkeypatch.setattr(local, "_LARGE", 1)
    monkeypatch.setattr(tasks, "read_with_content", note_read)
    monkeypatch.setattr(Segmenter, "label", note_label)
    segment_sequence(sequence, tmp_path / "res", configuration, CPU)
    assert events == ["read t000", "labeled", "read t001", "labeled", "read t002", "labeled"]
