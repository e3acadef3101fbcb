"""TIFF files with time points: which pages are read, and in which order."""

import numpy as np
import pytest
import tifffile
from PIL import Image

from ctc_submission.recordings.finding import find_recording
from ctc_submission.recordings.reading import read_stack
from ctc_submission.recordings.tiff import TiffRecording


@pytest.fixture
def movie() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 60000, (3, 2, 20, 24), np.uint16)


def test_only_the_pages_of_a_time_point_are_read(tmp_path, movie, monkeypatch):
    tifffile.imwrite(tmp_path / "movie.tif", movie, imagej=True, metadata={"axes": "TZYX"})
    read: list[object] = []
    decode = tifffile.TiffFile.asarray
    monkeypatch.setattr(
        tifffile.TiffFile, "asarray", lambda self, **options: (read.append(options["key"]), decode(self, **options))[1]
    )
    np.testing.assert_array_equal(TiffRecording(tmp_path / "movie.tif").read(1, 0), movie[1])
    assert read == [[2, 3]]


@pytest.mark.parametrize("order", [">", "<"])
def test_plain_data_behind_one_page_is_read_in_part(tmp_path, movie, order):
    path = tmp_path / "large.tif"
    description = "ImageJ=1.54\nimages=6\nslices=2\nframes=3\nhyperstack=true\n"
    tifffile.imwrite(
        path, movie[0, 0], description=description, metadata=None, byteorder=order, photometric="minisblack"
    )
    with tifffile.TiffFile(path) as file:
        start = file.pages.first.dataoffsets[0]
    data = path.read_bytes()[:start] + movie.astype(f"{order}u2").tobytes()
    path.write_bytes(data)
    recording = TiffRecording(path)
    assert recording.layout.times == 3
    for time in range(3):
        np.testing.assert_array_equal(recording.read(time, 0), movie[time])


def test_pages_are_time_points_where_the_user_says_so(tmp_path, movie):
    with tifffile.TiffWriter(tmp_path / "movie.tif") as writer:
        for plane in movie[:, 0]:
            writer.write(plane, photometric="miniswhite", metadata=None)
    frames = find_recording(tmp_path / "movie.tif", axes="TYX")
    assert len(frames) == 3
    np.testing.assert_array_equal(read_stack(frames[2])[0], 65535 - movie[2, 0])
    (stack,) = find_recording(tmp_path / "movie.tif", axes="ZYX")
    assert (stack.part, stack.mask_name) == (None, "movie_mask.tif")


def test_pages_of_another_writer_are_time_points_too(tmp_path, movie):
    first, *others = [Image.fromarray(plane) for plane in movie[:, 0]]
    first.save(tmp_path / "movie.tif", save_all=True, append_images=others, compression="tiff_lzw")
    for time, frame in enumerate(find_recording(tmp_path / "movie.tif", axes="TYX")):
        np.testing.assert_array_equal(read_stack(frame)[0], movie[time, 0])


def test_planes_that_are_no_pages_are_read_too(tmp_path, movie):
    tifffile.imwrite(tmp_path / "odd.tif", movie, metadata={"axes": "ZYTX"}, photometric="minisblack")
    recording = TiffRecording(tmp_path / "odd.tif")
    assert recording.layout.times == 20
    np.testing.assert_array_equal(recording.read(7, 0), movie[:, :, 7])


@pytest.mark.parametrize(
    ("shape", "axes", "message"),
    [
        ((2, 3, 20, 24), "RTYX", "images along an axis 'R': export one stack per file"),
        ((3, 20, 24), "TXX", "expected each axis once"),
        ((3, 20, 24), "TZX", "expected YX or ZYX"),
    ],
)
def test_other_axes_are_refused(tmp_path, shape, axes, message):
    tifffile.imwrite(tmp_path / "odd.tif", np.zeros(shape, np.uint8), metadata={"axes": axes}, photometric="minisblack")
    with pytest.raises(ValueError, match=message):
        TiffRecording(tmp_path / "odd.tif")


def test_what_is_no_number_is_refused_in_its_time_point_alone(tmp_path, movie):
    values = movie.astype(np.float32)
    values[1, 0, 0, 0] = np.nan
    tifffile.imwrite(tmp_path / "movie.tif", values, imagej=True, metadata={"axes": "TZYX"})
    frames = find_recording(tmp_path / "movie.tif")
    np.testing.assert_array_equal(read_stack(frames[2]), values[2])
    with pytest.raises(ValueError, match=r"movie\.tif\[1\]' holds NaN or infinity"):
        read_stack(frames[1])
