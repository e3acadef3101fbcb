"""One recording in every format: the same frames, the same voxel size, the same channels, the same masks."""

import json

import numpy as np
import pytest

from ctc_submission.challenge.files import read_frame, write_frame
from ctc_submission.cli import main
from ctc_submission.recordings import reading
from ctc_submission.recordings.finding import describe_recording, find_recording
from ctc_submission.recordings.reading import hash_content, read_info, read_stack
from tests.recordings.conftest import NAMELESS, WRITERS, spacing_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
EVERY = pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)


@EVERY
def test_frames_are_those_that_were_written(tmp_path, recording, write):
    path = write(tmp_path / "movie", recording)
    channel = "1" if write in NAMELESS else "GFP"
    frames = find_recording(path, channel=channel)
    assert [frame.mask_name for frame in frames] == ["mask000.tif", "mask001.tif"]
    for time, frame in enumerate(frames):
        np.testing.assert_array_equal(read_stack(frame), recording[time, 1])
        info = read_info(frame)
        assert (info.shape, info.dtype) == (recording.shape[2:], recording.dtype)
        assert info.spacing == pytest.approx(spacing_of(write))
    named = "" if write in NAMELESS else " (GFP)"
    assert describe_recording(frames) == f"2 time points of {path.name}, channel 1{named}"
    assert hash_content(frames[0]) != hash_content(frames[1])


@EVERY
def test_channels_are_listed_where_none_is_chosen(tmp_path, recording, write):
    path = write(tmp_path / "movie", recording)
    listed = "0, 1" if write in NAMELESS else r"0 \(DAPI\), 1 \(GFP\)"
    with pytest.raises(ValueError, match=rf"holds 2 channels, expected one: choose it by --channel: {listed}$"):
        find_recording(path)
    with pytest.raises(ValueError, match=rf"holds no channel 'RFP', expected one of: {listed}$"):
        find_recording(path, channel="RFP")


@EVERY
def test_one_time_point_is_read_alone_and_named_after_its_file(tmp_path, recording, write):
    path = write(tmp_path / "movie", recording[:1])
    (frame,) = find_recording(path, channel="0")
    assert frame.mask_name == "movie_mask.tif"
    np.testing.assert_array_equal(read_stack(frame), recording[0, 0])


@EVERY
def test_masks_are_those_of_plain_files(tmp_path, recording, checkpoints, write, capsys):
    path = write(tmp_path / "movie", recording)
    (tmp_path / "plain").mkdir()
    for time in range(2):
        write_frame(tmp_path / "plain" / f"t{time:03d}.tif", recording[time, 0], spacing=spacing_of(write))
    config = tmp_path / "own.toml"
    config.write_text(
        f'segmentation_model = "{checkpoints["segmentation"]}"\n'
        '[labeling]\nmethod = "components"\nforeground_threshold = 0.5477\n'
    )
    options = ["--config", str(config), "--device", "cpu", "--runtime", "torch", "--threads", "1"]
    assert main(["segment", str(tmp_path / "plain"), str(tmp_path / "expected"), *options]) == 0
    assert main(["segment", str(path), str(tmp_path / "found"), "--channel", "0", *options]) == 0, capsys.readouterr()
    for name in ("mask000.tif", "mask001.tif"):
        assert (tmp_path / "found" / name).read_bytes() == (tmp_path / "expected" / name).read_bytes()
    assert read_frame(tmp_path / "found" / "mask000.tif").max() > 0
    record = json.loads((tmp_path / "found.json").read_text())
    assert list(record["frames"]) == [f"{path.name}[0]", f"{path.name}[1]"]
    assert main(["segment", str(path), str(tmp_path / "found"), "--channel", "1", *options]) == 2
    assert "made with another configuration" in capsys.readouterr().err


def test_a_frame_is_known_by_its_intensities(tmp_path, recording, monkeypatch):
    first, second = (
        find_recording(write(tmp_path / name, recording), channel="1")[0]
        for name, write in (("a", WRITERS[0]), ("b", WRITERS[1]))
    )
    assert hash_content(first) == hash_content(second)
    stack, content = reading.read_with_content(first)
    assert content == reading.hash_stack(stack)
    assert content != reading.hash_stack(stack.astype(np.float32))
