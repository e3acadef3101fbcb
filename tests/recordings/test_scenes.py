"""Files of several scenes, as LIF nearly always are: one is chosen, by number or name; and what is no such image."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from ctc_submission.cli import main
from ctc_submission.recordings.finding import describe_recording, find_recording
from ctc_submission.recordings.opening import open_file
from ctc_submission.recordings.reading import read_info, read_stack
from tests.recordings.conftest import NAMES, SPACING, SQUARE
from tests.recordings.lif_writer import write_lif_file
from tests.recordings.nd2_writer import write_nd2_file

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

Write = Callable[[Path, dict[str, np.ndarray]], Path]


def several_in_lif(folder: Path, scenes: dict[str, np.ndarray]) -> Path:
    pytest.importorskip("bioio_lif")
    write_lif_file(folder / "plate.lif", scenes, NAMES, SPACING)
    return folder / "plate.lif"


def several_in_nd2(folder: Path, scenes: dict[str, np.ndarray]) -> Path:
    pytest.importorskip("bioio_nd2")
    write_nd2_file(folder / "plate.nd2", scenes, NAMES, (SQUARE[0], SQUARE[1]))
    return folder / "plate.nd2"


EVERY = pytest.mark.parametrize("write", [several_in_lif, several_in_nd2], ids=["lif", "nd2"])


@EVERY
def test_a_scene_is_chosen_by_number_or_name(tmp_path, recording, write):
    path = write(tmp_path, {"embryo": recording, "Wing disc": recording[:, ::-1] + 7})
    for wanted in ("1", "wing disc"):
        frames = find_recording(path, channel="GFP", scene=wanted)
        assert describe_recording(frames) == f"2 time points of {path.name}, scene 1 (Wing disc), channel 1 (GFP)"
        for time, frame in enumerate(frames):
            np.testing.assert_array_equal(read_stack(frame), recording[time, 0] + 7)
    first = find_recording(path, channel="GFP", scene="embryo")
    np.testing.assert_array_equal(read_stack(first[1]), recording[1, 1])


@EVERY
def test_scenes_are_listed_where_none_is_chosen(tmp_path, recording, write):
    path = write(tmp_path, {"embryo": recording, "wing": recording})
    listed = r"0 \(embryo\), 1 \(wing\)$"
    with pytest.raises(ValueError, match=rf"holds 2 scenes, expected one: choose it by --scene: {listed}"):
        find_recording(path, channel="GFP")
    with pytest.raises(ValueError, match=rf"holds no scene 'leg', expected one of: {listed}"):
        find_recording(path, channel="GFP", scene="leg")


def test_scenes_of_one_file_differ_in_size(tmp_path, recording):
    path = several_in_lif(tmp_path, {"movie": recording, "overview": recording[:1, :, :1, :20]})
    (frame,) = find_recording(path, channel="0", scene="overview")
    assert (read_info(frame).shape, frame.mask_name) == ((1, 20, 48), "plate_mask.tif")
    np.testing.assert_array_equal(read_stack(frame), recording[0, 0, :1, :20])


def test_the_command_line_segments_the_chosen_scene(tmp_path, recording, checkpoints, caplog):
    several_in_lif(tmp_path, {"a": recording[:1], "b": recording[1:]})
    config = tmp_path / "own.toml"
    config.write_text(
        f'segmentation_model = "{checkpoints["segmentation"]}"\nchannel = "DAPI"\n'
        '[labeling]\nmethod = "components"\nforeground_threshold = 0.5477\n'
    )
    machine = ["--config", str(config), "--device", "cpu", "--runtime", "torch", "--threads", "1"]
    caplog.set_level("INFO")
    options = [str(tmp_path / "plate.lif"), str(tmp_path / "masks"), *machine]
    assert main(["segment", *options, "--scene", "b"]) == 0
    assert "frames       plate.lif, scene 1 (b), channel 0 (DAPI)" in caplog.text
    assert main(["segment", *options, "--scene", "a"]) == 2  # the masks there are those of the other scene


def test_a_file_of_one_scene_takes_no_choice(tmp_path, recording):
    tifffile.imwrite(tmp_path / "cell.tif", recording[0, 0])
    with pytest.raises(ValueError, match="holds one scene, and --scene '0' chooses one of several: leave it out"):
        find_recording(tmp_path / "cell.tif", scene="0")


def test_damaged_files_are_named(tmp_path):
    pytest.importorskip("bioio_lif")
    (tmp_path / "cell.lif").write_bytes(b"no image")
    with pytest.raises((OSError, ValueError), match=r"cell\.lif"):
        open_file(tmp_path / "cell.lif")
