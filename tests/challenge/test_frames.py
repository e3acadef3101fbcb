from pathlib import Path

import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.frames import read_frame, read_frame_info

REAL = Path(__file__).parents[3] / "shared" / "data"
RNG = np.random.default_rng(0)
STACK = RNG.integers(0, 60_000, (3, 20, 24)).astype(np.uint16)
GRAY = {"photometric": "minisblack"}
STORED = {
    "uncompressed": {},
    "lzw": {"compression": "lzw"},
    "deflate": {"compression": "zlib"},
    "packbits": {"compression": "packbits"},
    "zstd": {"compression": "zstd"},
    "lzma": {"compression": "lzma"},
    "jpeg 2000": {"compression": "jpeg2000"},
    "strips": {"compression": "lzw", "rowsperstrip": 7},
    "uncompressed strips": {"rowsperstrip": 7},
    "predictor": {"compression": "zlib", "predictor": 2},
    "tiles": {"tile": (16, 16)},
    "compressed tiles": {"tile": (16, 16), "compression": "zstd"},
    "big-endian": {"byteorder": ">"},
    "compressed big-endian": {"byteorder": ">", "compression": "lzw", "predictor": 2},
    "BigTIFF": {"bigtiff": True},
    "no description": {"metadata": None},
    "ImageJ": {"imagej": True, "metadata": {"axes": "ZYX"}},
    "compressed ImageJ": {"imagej": True, "metadata": {"axes": "ZYX"}, "compression": "zlib"},
    "OME": {"ome": True, "metadata": {"axes": "ZYX"}},
    "one page for all": {"metadata": {"axes": "ZYX"}, "contiguous": True},
}


def save(path, array, **how):
    tifffile.imwrite(path, array, **{**GRAY, **how})
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t000.tif"


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("stored", STORED.values(), ids=list(STORED))
def test_stacks_come_back_however_they_are_stored(path, stored, dtype):
    stack = STACK.astype(dtype)
    read = read_frame(save(path, stack, **stored))
    assert read.dtype == np.dtype(dtype)
    assert read.dtype.isnative
    np.testing.assert_array_equal(read, stack)


@pytest.mark.parametrize("stored", [how for name, how in STORED.items() if how.get("metadata", {}) != {"axes": "ZYX"}])
def test_2d_images_become_a_stack_of_one(path, stored):
    read = read_frame(save(path, STACK[0], **stored))
    np.testing.assert_array_equal(read, STACK[:1])
    assert read_frame_info(path).ndim == 2


@pytest.mark.parametrize("how", [{}, {"compression": "zlib", "predictor": 3}, {"byteorder": ">"}])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_are_read_as_they_are(path, dtype, how):
    stack = STACK.astype(dtype) / 7
    read = read_frame(save(path, stack, **how))
    assert read.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(read, stack)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_floats_that_are_no_numbers_are_refused(path, value):
    stack = STACK.astype(np.float32)
    stack[1, 2, 3] = value
    with pytest.raises(ValueError, match=r"t000.tif' holds NaN or infinity"):
        read_frame(save(path, stack))


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.uint32, np.int64])
def test_other_integers_are_read_if_they_fit(path, dtype):
    stack = STACK.astype(dtype) % 30_000
    read = read_frame(save(path, stack))
    assert read.dtype == np.uint16
    np.testing.assert_array_equal(read, stack)


@pytest.mark.parametrize(
    ("dtype", "value"), [(np.int16, -1), (np.int32, 65_536), (np.uint32, 2**32 - 1), (np.int8, -5)]
)
def test_other_integers_that_do_not_fit_are_refused(path, dtype, value):
    stack = np.full((2, 5, 7), 3, dtype)
    stack[0, 1, 2] = value
    with pytest.raises(ValueError, match=f"holds {np.dtype(dtype)} values from .*{value}"):
        read_frame(save(path, stack))


@pytest.mark.parametrize("dtype", [bool, np.float16, np.complex64])
def test_other_types_are_refused(path, dtype):
    save(path, np.ones((2, 5, 7), dtype))
    for read in (read_frame, read_frame_info):
        with pytest.raises(ValueError, match=f"holds {np.dtype(dtype)} pixels, expected one of uint8, uint16"):
            read(path)


@pytest.mark.parametrize("shape", [(3, 5, 7), (4, 5, 7), (6, 5, 3), (6, 5, 4), (3, 4, 3)])
def test_nothing_is_guessed_to_be_color(path, shape):
    stack = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    np.testing.assert_array_equal(read_frame(save(path, stack)), stack)


@pytest.mark.parametrize("axes", ["TZYX", "ZCYX", "TZCYX"])
@pytest.mark.parametrize("kind", ["imagej", "ome"])
def test_single_time_points_and_channels_are_dropped(path, kind, axes):
    array = STACK.reshape([3 if axis == "Z" else 1 for axis in axes[:-2]] + [20, 24])
    save(path, array, **{kind: True, "metadata": {"axes": axes}})
    np.testing.assert_array_equal(read_frame(path), STACK)
    assert read_frame_info(path).axes == "ZYX"


@pytest.mark.parametrize("kind", ["imagej", "ome"])
@pytest.mark.parametrize(("axis", "named"), [("T", "3 time points: export one file per frame"), ("C", "3 channels")])
def test_time_points_and_channels_are_refused_unless_called_slices(path, kind, axis, named):
    save(path, STACK, **{kind: True, "metadata": {"axes": f"{axis}YX"}})
    for read in (read_frame, read_frame_info):
        with pytest.raises(ValueError, match=f"{named}.*--axes ZYX"):
            read(path)
    np.testing.assert_array_equal(read_frame(path, axes="ZYX"), STACK)
    assert read_frame_info(path, axes="ZYX").shape == STACK.shape


def test_a_movie_of_stacks_is_refused(path):
    save(path, np.stack([STACK, STACK]), imagej=True, metadata={"axes": "TZYX"})
    with pytest.raises(ValueError, match=r"TZYX of 2 x 3 x 20 x 24: found 2 time points: export one file per frame$"):
        read_frame(path)


@pytest.mark.parametrize(
    ("shape", "how", "axes"),
    [
        ((20, 24, 3), {"photometric": "rgb"}, "YXZ"),
        ((3, 20, 24), {"photometric": "rgb", "planarconfig": "separate"}, "ZYX"),
        ((20, 24, 2), {"planarconfig": "contig"}, "YXZ"),
    ],
)
def test_color_is_refused_unless_called_slices(path, shape, how, axes):
    array = RNG.integers(0, 255, shape).astype(np.uint8)
    save(path, array, **how)
    for read in (read_frame, read_frame_info):
        with pytest.raises(ValueError, match=f"t000.tif' .*color.*--axes {axes}"):
            read(path)
    stack = np.moveaxis(array, axes.index("Z"), 0)
    np.testing.assert_array_equal(read_frame(path, axes=axes), stack)


@pytest.mark.parametrize(("stack", "axes"), [(STACK[0], "YX"), (STACK, "ZYX")])
def test_palettes_are_refused_unless_the_axes_are_named(path, stack, axes):
    stack = stack.astype(np.uint8)
    save(path, stack, photometric="palette", colormap=np.zeros((3, 256), np.uint16))
    with pytest.raises(ValueError, match=f"in color .palette, .*--axes {axes}"):
        read_frame(path)
    np.testing.assert_array_equal(read_frame(path, axes=axes).squeeze(), stack)


@pytest.mark.parametrize("axes", ["YX", "TZYX", "Z"])
def test_axes_that_do_not_fit_are_refused(path, axes):
    with pytest.raises(ValueError, match=f"t000.tif' holds .*3 x 20 x 24, but axes '{axes}' name {len(axes)}"):
        read_frame(save(path, STACK), axes=axes)


@pytest.mark.parametrize(
    ("odd", "named"),
    [
        (STACK[1, :, :-1], "page 1 is 20 x 23 uint16"),
        (STACK[1].astype(np.uint8), "page 1 is 20 x 24 uint8"),
        (STACK[1].T.copy(), "page 1 is 24 x 20 uint16"),
    ],
)
@pytest.mark.parametrize("description", [{}, None])
def test_pages_that_differ_are_refused(path, odd, named, description):
    with tifffile.TiffWriter(path) as writer:
        for page in (STACK[0], odd, STACK[2]):
            writer.write(page, metadata=description, **GRAY)
    with pytest.raises(ValueError, match=f"pages that differ: page 0 is 20 x 24 uint16 .none., {named}"):
        read_frame(path)


def test_pages_written_one_by_one_are_slices(path):
    with tifffile.TiffWriter(path) as writer:
        for page in STACK:
            writer.write(page, **GRAY)
    np.testing.assert_array_equal(read_frame(path), STACK)


def test_several_stacks_in_one_file_are_refused(path):
    with tifffile.TiffWriter(path) as writer:
        for _ in range(2):
            writer.write(STACK, **GRAY)
    with pytest.raises(ValueError, match="holds 2 images, expected one stack"):
        read_frame(path)


def test_imagej_hyperstack_with_one_directory(path):
    save(path, STACK, imagej=True, metadata={"axes": "ZYX"}, byteorder=">")
    content = path.read_bytes()
    with tifffile.TiffFile(path) as file:
        end_of_chain = file.pages[0].offset + 2 + 12 * len(file.pages[0].tags)
    path.write_bytes(content[:end_of_chain] + bytes(4) + content[end_of_chain + 4 :])
    np.testing.assert_array_equal(read_frame(path), STACK)
    with tifffile.TiffFile(path) as file:
        assert len(file.pages) == 1
        end = file.pages[0].dataoffsets[0] + STACK.nbytes
    path.write_bytes(path.read_bytes()[: end - 1])
    with pytest.raises(ValueError, match="does not fit how it describes itself: it may be truncated"):
        read_frame(path)


def test_a_page_taken_out_of_a_stack_is_read_if_the_axes_are_named(path):
    save(path, STACK[0], compression="zlib", metadata=None, description="ImageJ=1.54\nimages=3\nslices=3\n")
    with pytest.raises(ValueError, match=r"holds YX of 20 x 24, which does not fit .*--axes YX"):
        read_frame(path)
    np.testing.assert_array_equal(read_frame(path, axes="YX"), STACK[:1])


def test_ome_sets_of_several_files_are_refused(tmp_path):
    uuids = [f"urn:uuid:{number:08d}-0000-0000-0000-000000000000" for number in range(2)]
    planes = "".join(
        f'<TiffData FirstT="{t}" PlaneCount="1"><UUID FileName="t{t:03d}.tif">{uuid}</UUID></TiffData>'
        for t, uuid in enumerate(uuids)
    )
    for t, uuid in enumerate(uuids):
        description = (
            f'<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="{uuid}">'
            '<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint16" SizeX="24" SizeY="20" '
            f'SizeZ="1" SizeC="1" SizeT="2">{planes}</Pixels></Image></OME>'
        )
        save(tmp_path / f"t{t:03d}.tif", STACK[t], metadata=None, description=description)
    with pytest.raises(ValueError, match=r"t000.tif' holds YX .* one of several files of an image.*--axes YX"):
        read_frame(tmp_path / "t000.tif")
    np.testing.assert_array_equal(read_frame(tmp_path / "t001.tif", axes="YX"), STACK[1:2])
    (tmp_path / "t000.tif").unlink()
    with pytest.raises(ValueError, match=r"t001.tif' holds YX .* one of several files of an image"):
        read_frame(tmp_path / "t001.tif")


def test_ome_planes_are_put_in_their_order(path):
    planes = "".join(f'<TiffData FirstZ="{z}" IFD="{2 - z}" PlaneCount="1"/>' for z in range(3))
    description = (
        '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">'
        '<Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint16" SizeX="24" SizeY="20" SizeZ="3" SizeC="1" '
        f'SizeT="1">{planes}</Pixels></Image></OME>'
    )
    save(path, STACK, metadata=None, description=description)
    np.testing.assert_array_equal(read_frame(path), STACK[::-1])
    np.testing.assert_array_equal(read_frame(path, axes="ZYX"), STACK)


def test_ome_that_cannot_be_parsed_is_refused(path):
    save(path, STACK, metadata=None, description='<?xml version="1.0"?><OME><Image></OME>')
    with pytest.raises(ValueError, match=r"holds IYX of 3 x 20 x 24, which does not fit .*--axes ZYX"):
        read_frame(path)
    np.testing.assert_array_equal(read_frame(path, axes="ZYX"), STACK)


WHOLE = {name: STORED[name] for name in ("uncompressed", "strips", "zstd", "tiles", "BigTIFF", "ImageJ", "OME", "lzw")}


@pytest.mark.parametrize("stored", WHOLE.values(), ids=list(WHOLE))
def test_truncated_files_never_become_zeros(path, stored):
    content = save(path, STACK, **stored).read_bytes()
    for end in range(0, len(content), 41):
        path.write_bytes(content[:end])
        with pytest.raises(ValueError, match=r"t000.tif'"):
            read_frame(path)


@pytest.mark.parametrize("tag", ["StripOffsets", "StripByteCounts"])
def test_missing_strips_never_become_zeros(path, tag):
    save(path, STACK[0], rowsperstrip=7, compression="zlib", metadata=None)
    with tifffile.TiffFile(path, mode="r+") as file:
        values = list(file.pages[0].tags[tag].value)
        file.pages[0].tags[tag].overwrite([values[0], 0, values[2]])
    for read in (read_frame, read_frame_info):
        with pytest.raises(ValueError, match=r"t000.tif' cannot be read .page 0 lacks strips"):
            read(path)


def test_an_unknown_compression_is_refused(path):
    save(path, STACK, metadata=None, compression="zlib")
    with tifffile.TiffFile(path, mode="r+") as file:
        for page in file.pages:
            page.tags["Compression"].overwrite(65_123)
    assert read_frame_info(path).compression == "65123"
    with pytest.raises(ValueError, match=r"t000.tif' cannot be read .*65123"):
        read_frame(path)


def test_an_unknown_color_model_is_refused(path):
    save(path, STACK[0], metadata=None)
    with tifffile.TiffFile(path, mode="r+") as file:
        file.pages[0].tags["PhotometricInterpretation"].overwrite(65_123)
    with pytest.raises(ValueError, match=r"t000.tif' is in color .65123, YX of 20 x 24.*--axes YX"):
        read_frame(path)


def test_a_page_with_less_data_than_pixels_is_refused(path):
    save(path, STACK, metadata=None)
    with tifffile.TiffFile(path, mode="r+") as file:
        file.pages[0].tags["StripByteCounts"].overwrite(900)
    with pytest.raises(ValueError, match=r"page 0 holds 900 bytes, expected 960"):
        read_frame_info(path)


def test_pixels_of_no_known_type_are_refused(path):
    save(path, STACK[0].astype(np.int8))
    with tifffile.TiffFile(path, mode="r+") as file:
        file.pages[0].tags["SampleFormat"].overwrite(3)
    with pytest.raises(ValueError, match=r"t000.tif' cannot be read .page 0 has no pixels of a known type"):
        read_frame_info(path)


def test_damaged_strips_are_refused(path):
    save(path, STACK[0], compression="zlib", metadata=None)
    with tifffile.TiffFile(path) as file:
        start = file.pages[0].dataoffsets[0]
    content = bytearray(path.read_bytes())
    content[start + 50 : start + 60] = bytes(10)
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"t000.tif' cannot be read .*copy or export it again"):
        read_frame(path)


def test_a_strip_that_ends_early_is_refused(path):
    save(path, STACK[0], compression="packbits", rowsperstrip=10, metadata=None)
    with tifffile.TiffFile(path, mode="r+") as file:
        counts = list(file.pages[0].tags["StripByteCounts"].value)
        file.pages[0].tags["StripByteCounts"].overwrite([counts[0] - 30, counts[1]])
    with pytest.raises(ValueError, match=r"t000.tif' cannot be read"):
        read_frame(path)


@pytest.mark.parametrize("content", [b"", b"II*\x00", b"no image at all", b"\x93NUMPY" + bytes(100)])
def test_what_is_no_tiff_is_refused(path, content):
    path.write_bytes(content)
    for read in (read_frame, read_frame_info):
        with pytest.raises(ValueError, match=r"t000.tif' is"):
            read(path)


def test_a_missing_file_is_named(path):
    with pytest.raises(FileNotFoundError, match=r"no file '.*t000.tif'"):
        read_frame(path)


def test_the_headers_tell_what_is_in_the_file(path):
    info = read_frame_info(str(save(path, STACK, compression="lzw", byteorder=">", tile=(16, 16))))
    assert (info.path, info.shape, info.ndim, info.axes) == (path, (3, 20, 24), 3, "ZYX")
    assert (info.dtype, info.spacing, info.compression, info.is_tiled) == (np.dtype(np.uint16), None, "lzw", True)
    assert info.file_bytes == path.stat().st_size


def test_headers_of_damaged_pixels_can_be_read(path):
    save(path, STACK[0], compression="zlib", metadata=None)
    with tifffile.TiffFile(path) as file:
        start = file.pages[0].dataoffsets[0]
    content = bytearray(path.read_bytes())
    content[start : start + 100] = bytes(100)
    path.write_bytes(content)
    assert read_frame_info(path).shape == (1, 20, 24)


def test_nothing_is_printed(path, capfd):
    content = save(path, STACK).read_bytes()
    path.write_bytes(content[:-1000])
    with pytest.raises(ValueError, match="truncated"):
        read_frame(path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not REAL.exists(), reason="needs the real data")
@pytest.mark.parametrize(
    ("name", "shape", "dtype"),
    [
        ("celegans-embryo", (30, 224, 320), np.uint8),
        ("mouse-embryo", (51, 120, 122), np.uint16),
        ("plant-nuclei", (100, 100, 100), np.uint8),
        ("stardist-sample", (31, 61, 57), np.uint16),
    ],
)
def test_real_frames(name, shape, dtype):
    path = REAL / name / "01" / "t000.tif"
    stack = read_frame(path)
    info = read_frame_info(path)
    assert (stack.shape, stack.dtype) == (info.shape, info.dtype) == (shape, np.dtype(dtype))
    np.testing.assert_array_equal(stack, tifffile.imread(path))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_where_0_is_white_intensities_are_inverted_and_labels_are_not(path, dtype):
    stack = np.array([[[0, 1, 2], [3, 4, np.iinfo(dtype).max]]], dtype)
    save(path, stack, photometric="miniswhite")
    read = read_frame(path)
    assert read.dtype == dtype
    np.testing.assert_array_equal(read, np.iinfo(dtype).max - stack)
    np.testing.assert_array_equal(read_frame(path, as_labels=True), stack)
    assert read_frame_info(path).is_white_zero


def test_where_0_is_white_among_fractions_nothing_is_guessed(path):
    save(path, np.ones((1, 4, 5), np.float32), photometric="miniswhite")
    with pytest.raises(ValueError, match=r"of which 0 is white, .*: export it with black as 0"):
        read_frame(path)


def test_pages_that_nothing_describes_are_a_guess(path):
    with tifffile.TiffWriter(path) as writer:
        for plane in np.zeros((3, 5, 6), np.uint8):
            writer.write(plane, photometric="minisblack", metadata=None)
    assert read_frame_info(path).axes_guessed
    assert not read_frame_info(path, axes="ZYX").axes_guessed
    tifffile.imwrite(path, np.zeros((3, 5, 6), np.uint8), imagej=True, metadata={"axes": "ZYX"})
    assert not read_frame_info(path).axes_guessed
    tifffile.imwrite(path, np.zeros((5, 6), np.uint8), photometric="minisblack", metadata=None)
    assert not read_frame_info(path).axes_guessed
