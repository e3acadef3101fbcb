import json

import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.files import read_frame, write_frame
from ctc_submission.cli import main
from ctc_submission.recordings.finding import find_recording
from ctc_submission.recordings.reading import read_info, read_stack
from ctc_submission.segmentation.ome_zarr_masks import check_zarr_target
from tests.conftest import ball_stack

zarr = pytest.importorskip("zarr", minversion="3")


@pytest.fixture
def command(checkpoints, tmp_path):
    config = tmp_path / "own.toml"
    config.write_text(
        f'segmentation_model = "{checkpoints["segmentation"]}"\n'
        '[labeling]\nmethod = "components"\nforeground_threshold = 0.5477\n'
    )
    options = ["--config", str(config), "--device", "cpu", "--runtime", "torch", "--threads", "1"]
    target = ["--ome-zarr", str(tmp_path / "labels.ome.zarr")]
    return lambda source, *more: main(["segment", str(source), str(tmp_path / "masks"), *options, *target, *more])


def test_masks_are_one_image_with_their_voxel_size(command, tmp_path):
    (tmp_path / "01").mkdir()
    for number in range(2):
        write_frame(tmp_path / "01" / f"t{number:03d}.tif", ball_stack(number, (3, 40, 48)), spacing=(2.0, 0.5, 0.25))
    assert command(tmp_path / "01") == 0
    assert command(tmp_path / "01") == 0  # over the older one
    frames = find_recording(tmp_path / "labels.ome.zarr")
    assert len(frames) == 2
    for number, frame in enumerate(frames):
        np.testing.assert_array_equal(read_stack(frame), read_frame(tmp_path / "masks" / f"mask{number:03d}.tif"))
    assert read_info(frames[0]).spacing == (2.0, 0.5, 0.25)
    assert zarr.open_array(tmp_path / "labels.ome.zarr" / "0").dtype == np.uint16
    ome = json.loads((tmp_path / "labels.ome.zarr" / "zarr.json").read_text())["attributes"]["ome"]
    assert ome["version"] == "0.5"
    assert [axis["name"] for axis in ome["multiscales"][0]["axes"]] == list("tzyx")


def test_one_image_has_no_time_axis_and_no_unit_where_none_is_known(command, tmp_path):
    tifffile.imwrite(tmp_path / "cell.tif", ball_stack(0, (1, 40, 48))[0])
    assert command(tmp_path / "cell.tif", "--mask-type", "uint32") == 0
    stored = zarr.open_array(tmp_path / "labels.ome.zarr" / "0")
    assert (stored.shape, stored.dtype, stored.metadata.dimension_names) == ((40, 48), np.uint32, ("y", "x"))
    (frame,) = find_recording(tmp_path / "labels.ome.zarr")
    assert read_info(frame).spacing is None


def test_the_format_is_valid(command, tmp_path):
    models = pytest.importorskip("ome_zarr_models")
    write_frame(tmp_path / "cell.tif", ball_stack(0, (3, 40, 48)), spacing=(2.0, 0.5, 0.5))
    assert command(tmp_path / "cell.tif") == 0
    assert models.open_ome_zarr(zarr.open_group(tmp_path / "labels.ome.zarr", mode="r")).ome_attributes.version == "0.5"


def test_other_targets_are_refused_before_anything_is_computed(command, tmp_path, capsys):
    with pytest.raises(ValueError, match="expected a name that ends with .zarr"):
        check_zarr_target(tmp_path / "labels.tif")
    (tmp_path / "labels.ome.zarr").mkdir()
    (tmp_path / "none.tif").touch()
    assert command(tmp_path / "none.tif") == 2
    assert "is there and is no zarr of this tool" in capsys.readouterr().err
    assert command(tmp_path / "none.tif", "--shard", "1/2") == 2
    assert "add it to the last call, without --shard" in capsys.readouterr().err
