from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.pictures.scene_files import read_files, read_label_image, read_scene


def test_first_frame_with_mask_and_reference_is_read(dataset: Path, frame: NDArray, labels: NDArray) -> None:
    scene = read_scene(dataset, "01")

    assert scene.name == "Fluo-C3DL-MDA231, sequence 01, frame 1"
    np.testing.assert_array_equal(scene.frame, frame)
    np.testing.assert_array_equal(scene.result, labels)
    assert sorted(scene.reference) == [0, 2]
    np.testing.assert_array_equal(scene.reference[2], labels[2])


def test_reference_of_a_whole_frame_annotates_every_slice(dataset: Path, labels: NDArray) -> None:
    scene = read_scene(dataset, "01", number=2)

    assert sorted(scene.reference) == [0, 1, 2, 3]
    np.testing.assert_array_equal(scene.reference[1], labels[1])


def test_reference_may_be_missing(dataset: Path, labels: NDArray) -> None:
    write_mask(dataset / "01_RES/mask000.tif", labels)

    assert not read_scene(dataset, "01", number=0).reference


def test_size_of_a_pixel_is_that_of_the_file_or_else_of_the_dataset(dataset: Path, frame: NDArray) -> None:
    assert read_scene(dataset, "01").pixel_size == 1.242

    write_frame(dataset / "01/t001.tif", frame, spacing=(2.0, 0.5, 0.5))
    assert read_scene(dataset, "01").pixel_size == pytest.approx(0.5)

    elsewhere = dataset.rename(dataset.with_name("my-recording"))
    assert read_scene(elsewhere, "01", number=2).pixel_size is None


def test_results_may_lie_elsewhere(dataset: Path, tmp_path: Path) -> None:
    (dataset / "01_RES").rename(tmp_path / "other")

    assert read_scene(dataset, "01", tmp_path / "other").result.any()


def test_missing_mask_is_named(dataset: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"mask000\.tif"):
        read_scene(dataset, "01", number=0)


def test_missing_frame_is_named(dataset: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no frame 3, expected one from 0 to 2"):
        read_scene(dataset, "01", number=3)


def test_mask_of_another_size_is_refused(dataset: Path, labels: NDArray) -> None:
    write_mask(dataset / "01_RES/mask001.tif", labels[:, :-1])

    with pytest.raises(ValueError, match="the mask is 4 x 29 x 40, expected 4 x 30 x 40"):
        read_scene(dataset, "01")


def test_reference_of_another_size_or_slice_is_refused(dataset: Path, labels: NDArray) -> None:
    write_mask(dataset / "01_GT/SEG/man_seg_001_002.tif", labels[2:3, :, 1:], ndim=2)
    with pytest.raises(ValueError, match="reference of slice 2 is 30 x 39"):
        read_scene(dataset, "01")

    (dataset / "01_GT/SEG/man_seg_001_002.tif").rename(dataset / "01_GT/SEG/man_seg_001_004.tif")
    with pytest.raises(ValueError, match="reference of slice 4"):
        read_scene(dataset, "01")


def test_masks_of_floats_are_refused(tmp_path: Path) -> None:
    tifffile = pytest.importorskip("tifffile")
    tifffile.imwrite(tmp_path / "mask.tif", np.ones((5, 5), np.float32))

    with pytest.raises(ValueError, match="holds float32 values, expected labels"):
        read_label_image(tmp_path / "mask.tif")


def test_files_are_read_wherever_they_are(dataset: Path, labels: NDArray) -> None:
    scene = read_files(dataset / "01/t000.tif", dataset / "01_RES/mask002.tif", {}, name="mine")

    assert scene.name == "mine"
    assert scene.pixel_size == 1.242  # of the dataset whose folder it lies in
    np.testing.assert_array_equal(scene.result, labels)
