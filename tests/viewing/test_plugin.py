"""Reader, writer and segmenting of the plugin, without napari."""

from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import read_frame
from ctc_submission.viewing.plugin.reader import get_reader, read_folders
from ctc_submission.viewing.plugin.segmenting import segment_in_background
from ctc_submission.viewing.plugin.writer import write_labels


@pytest.mark.parametrize(
    ("name", "kind", "shape"),
    [("01", "image", (4, 5, 60, 64)), ("01_RES", "labels", (4, 5, 60, 64)), ("01_GT", "labels", (4, 5, 60, 64))],
)
def test_folders_of_a_sequence_are_read(dataset: Path, name: str, kind: str, shape: tuple[int, ...]) -> None:
    reader = get_reader(str(dataset / name))

    assert reader is not None
    ((data, settings, found),) = reader(str(dataset / name))
    assert (found, data.shape, settings["name"]) == (kind, shape, name)
    assert settings["scale"] == pytest.approx((1, 1 / 0.09, 1, 1))
    assert np.asarray(data[1]).any()


def test_other_folders_and_files_are_left_to_others(dataset: Path) -> None:
    (dataset / "02").mkdir()

    for path in (dataset, dataset / "02", dataset / "01/t000.tif", dataset / "nowhere"):
        assert get_reader(str(path)) is None
    assert get_reader([]) is None


def test_labels_of_ome_zarr_are_read(tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr")
    labels = np.arange(24, dtype=np.uint16).reshape(2, 3, 4)
    group = zarr.open_group(tmp_path / "a.zarr/labels/cells", mode="w")
    group.create_array("0", data=labels)
    scale = {"type": "scale", "scale": [2.0, 0.5, 0.5]}
    group.attrs["multiscales"] = [{"datasets": [{"path": "0", "coordinateTransformations": [scale]}]}]

    assert get_reader(str(tmp_path / "a.zarr")) is not None
    ((data, settings, kind),) = read_folders(str(tmp_path / "a.zarr"))
    np.testing.assert_array_equal(data, labels)
    assert (settings, kind) == ({"name": "cells", "scale": [2.0, 0.5, 0.5]}, "labels")


def test_corrected_frames_alone_are_written(dataset: Path, tmp_path: Path) -> None:
    ((data, settings, _),) = read_folders(str(dataset / "01_RES"))
    data[2, 0, 0, 0] = 55

    written = write_labels(str(tmp_path / "new/man_seg.tif"), data, settings)

    assert written == [str(tmp_path / "new/man_seg002.tif")]
    labels = read_frame(written[0], as_labels=True)
    assert labels[0, 0, 0] == 55
    assert labels.shape == (5, 60, 64)


def test_whole_sequences_and_single_frames_are_written(tmp_path: Path) -> None:
    stack = np.ones((2, 3, 4, 5), np.int32)

    assert len(write_labels(str(tmp_path / "SEG"), stack, {"metadata": {"numbers": [7, 8], "digits": 4}})) == 2
    assert (tmp_path / "SEG/man_seg0008.tif").is_file()
    assert write_labels(str(tmp_path / "man_seg003.tif"), stack[0, 0], {}) == [str(tmp_path / "man_seg003.tif")]
    with pytest.raises(ValueError, match=r"such as man_seg012\.tif"):
        write_labels(str(tmp_path / "a.tif"), stack[0], {})
    with pytest.raises(ValueError, match="number anew"):
        write_labels(str(tmp_path / "SEG"), stack * 70000, {})


def test_stacks_are_segmented_one_by_one_and_progress_is_told() -> None:
    def segment(stack, model, spacing, cell_diameter, advance):
        advance()
        assert (model, spacing, cell_diameter) == ("nuclei", (2.0, 1.0, 1.0), 9.0)
        return (stack > 0).astype(np.int32)

    stacks = [lambda value=value: np.full((2, 3, 3), value) for value in (0, 5)]
    steps = segment_in_background(stacks, "nuclei", (2.0, 1.0, 1.0), 9.0, segment)
    told = []
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            labels = end.value
            break

    assert [int(each.max()) for each in labels] == [0, 1]
    assert labels.dtype == np.int32
    assert all(step.done <= 1 for step in told)
