"""Whole annotated frames in memory."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.training.data.sample import SampleParameters
from ctc_submission.training.data.sources import Source
from ctc_submission.training.data.targets import UNKNOWN
from ctc_submission.training.data.volumes import fingerprint_volumes, load_volumes


def balls(radius: int, shape: tuple[int, int, int] = (12, 60, 60)) -> np.ndarray:
    """Labels (Z, Y, X) of two balls."""
    z, y, x = np.indices(shape)
    labels = np.zeros(shape, np.uint16)
    for label, middle in ((3, (5, 20, 20)), (7, (6, 40, 38))):
        labels[(z - middle[0]) ** 2 + (y - middle[1]) ** 2 + (x - middle[2]) ** 2 <= radius**2] = label
    return labels


def write(folder: Path, labels: dict[int, np.ndarray], spacing: float | None = None) -> Source:
    """Write frames as bright as their labels are cells, and the labels; the voxel size where it is stated."""
    for part in ("01", "01_GT/SEG"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for number, of_frame in labels.items():
        path = folder / "01" / f"t{number:03d}.tif"
        image = np.where(of_frame > 0, 800, 100).astype(np.uint16)
        if spacing:
            tifffile.imwrite(
                path,
                image,
                imagej=True,
                resolution=(1.0, 1.0),
                metadata={"axes": "ZYX", "spacing": spacing, "unit": "um"},
            )
        else:
            write_frame(path, image)
        write_mask(folder / "01_GT" / "SEG" / f"man_seg{number:03d}.tif", of_frame)
    return Source(folder, "01")


def test_frames_are_read_with_labels_width_and_depth(tmp_path):
    (volume,) = load_volumes([write(tmp_path / "mine", {0: balls(5)}, spacing=2.0)])
    assert volume.diameter == pytest.approx(10, abs=0.6)
    assert volume.depth == pytest.approx(2)
    np.testing.assert_array_equal(volume.labels, balls(5))
    np.testing.assert_array_equal(volume.image > 127, balls(5) > 0)
    assert (volume.labels[tuple(volume.cells.T)] > 0).all()


def test_a_depth_that_nobody_states_is_unknown(tmp_path):
    (volume,) = load_volumes([write(tmp_path / "mine", {0: balls(5)})])
    assert volume.depth is None


def test_wide_cells_are_shrunk_when_they_are_read(tmp_path):
    (volume,) = load_volumes([write(tmp_path / "mine", {0: balls(48, (3, 200, 200))[:, :, :]}, spacing=6.0)])
    wide = volume.labels.shape[1] / 200
    assert volume.diameter == pytest.approx(48)
    assert volume.image.shape == volume.labels.shape == (3, round(200 * wide), round(200 * wide))
    assert volume.depth == pytest.approx(6 * wide, rel=0.02)


def test_frames_without_a_cell_are_left_out_and_only_wanted_ones_read(tmp_path):
    source = write(tmp_path / "mine", {0: balls(5), 1: np.zeros((12, 60, 60), np.uint16), 2: balls(4)})
    assert len(load_volumes([source])) == 2
    (volume,) = load_volumes([Source(source.folder, "01", frozenset({2}))])
    np.testing.assert_array_equal(volume.labels, balls(4))


def test_volumes_know_their_source(tmp_path):
    sources = [write(tmp_path / "a", {0: balls(5)}), write(tmp_path / "b", {0: balls(4), 1: balls(6)})]
    assert [volume.source for volume in load_volumes(sources)] == [0, 1, 1]


def sparse(folder: Path, sections: dict[int, np.ndarray]) -> Source:
    """Write a frame of two balls of which only some slices are annotated."""
    source = write(folder, {0: balls(7)}, spacing=1.0)
    whole = source.folder / "01_GT" / "SEG" / "man_seg000.tif"
    for z, section in sections.items():
        write_mask(whole.with_name(f"man_seg_000_{z:03d}.tif"), section[np.newaxis], ndim=2)
    whole.unlink()
    return source


def test_of_frames_with_annotated_slices_only_these_are_known(tmp_path):
    (volume,) = load_volumes([sparse(tmp_path / "mine", {5: balls(7)[5], 8: balls(7)[8]})])
    assert volume.slices == (5, 8)
    np.testing.assert_array_equal(volume.labels[5], np.searchsorted([0, 3, 7], balls(7)[5]))
    assert set(np.unique(volume.labels[[0, 4, 6, 7, 9, 11]])) == {UNKNOWN}
    assert set(volume.cells[:, 0]) == {5, 8}
    np.testing.assert_array_equal(volume.image > 127, balls(7) > 0)  # the neighbors are those of the frame
    assert volume.diameter == pytest.approx(13, abs=1)


def test_bright_regions_without_a_label_are_unknown_in_annotated_slices(tmp_path):
    half = np.where(balls(7)[5] == 3, 3, 0).astype(np.uint16)
    source = sparse(tmp_path / "mine", {5: half})
    (volume,) = load_volumes([source])
    assert (volume.labels[5][balls(7)[5] == 7] == UNKNOWN).all()
    (taught,) = load_volumes([source], SampleParameters(unannotated="background"))
    assert (taught.labels[5][balls(7)[5] == 7] == 0).all()


def test_only_wanted_slices_are_read(tmp_path):
    source = sparse(tmp_path / "mine", {5: balls(7)[5], 8: balls(7)[8]})
    (volume,) = load_volumes([replace(source, slices=frozenset({8}))])
    assert volume.slices == (8,)


def test_frames_whose_annotations_show_no_cell_are_refused_with_what_is_expected(tmp_path):
    source = sparse(tmp_path / "mine", {5: np.zeros((60, 60), np.uint16)})
    with pytest.raises(ValueError, match=r"mine/01: no annotated frame has a cell, expected labels above 0"):
        load_volumes([source])


def test_a_stated_voxel_size_is_taken(tmp_path):
    (volume,) = load_volumes([write(tmp_path / "mine", {0: balls(5)}, spacing=2.0)], spacing=(3.0, 0.5, 0.5))
    assert volume.depth == pytest.approx(6)


def test_a_reference_without_its_frame_is_named(tmp_path):
    source = write(tmp_path / "mine", {0: balls(5)})
    (source.folder / "01" / "t000.tif").rename(source.folder / "01" / "t001.tif")
    with pytest.raises(FileNotFoundError, match=r"man_seg000.tif: there is no frame t000.tif"):
        load_volumes([source])


def test_volumes_are_told_from_others_by_every_pixel(tmp_path):
    one = load_volumes([write(tmp_path / "a", {0: balls(5)})])
    other = load_volumes([write(tmp_path / "b", {0: balls(5)})])
    assert fingerprint_volumes(one) == fingerprint_volumes(other)
    other[0].image[0, 0, 0] += 1
    assert fingerprint_volumes(one) != fingerprint_volumes(other)


def test_cells_that_share_a_label_are_measured_one_by_one(tmp_path, caplog):
    source = write(tmp_path / "mine", {0: np.where(balls(5) > 0, 255, 0).astype(np.uint16)})
    (volume,) = load_volumes([source])
    assert len(np.unique(volume.labels)) == 3
    assert volume.diameter == pytest.approx(10, abs=0.6)
    assert "gives several cells one label" in caplog.text
