import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.frames import read_frame_info

STACK = np.zeros((3, 5, 7), np.uint8)


def spacing_of(tmp_path, stack=STACK, **how):
    path = tmp_path / "t000.tif"
    tifffile.imwrite(path, stack, **how)
    return read_frame_info(path).spacing


@pytest.mark.parametrize(
    ("unit", "micrometers"),
    [("um", 1), ("micron", 1), ("\\u00B5m", 1), ("Microns", 1), ("nm", 1e-3), ("mm", 1e3), ("cm", 1e4)],
)
def test_imagej(tmp_path, unit, micrometers):
    metadata = {"axes": "ZYX", "unit": unit, "spacing": 6.0}
    found = spacing_of(tmp_path, imagej=True, resolution=(4, 2), metadata=metadata)
    assert found == pytest.approx((6 * micrometers, micrometers / 2, micrometers / 4))


@pytest.mark.parametrize(
    "metadata", [{"unit": "pixel", "spacing": 6.0}, {"spacing": 6.0}, {"unit": "um"}, {"unit": "um", "spacing": -1.0}]
)
def test_imagej_that_does_not_state_all_states_nothing(tmp_path, metadata):
    assert spacing_of(tmp_path, imagej=True, resolution=(4, 2), metadata={"axes": "ZYX", **metadata}) is None


def test_a_2d_image_needs_no_step_in_z(tmp_path):
    found = spacing_of(tmp_path, STACK[0], imagej=True, resolution=(4, 2), metadata={"axes": "YX", "unit": "um"})
    assert found == (1.0, 0.5, 0.25)


def test_ome_in_micrometers_unless_it_says_otherwise(tmp_path):
    sizes = {"PhysicalSizeX": 0.25, "PhysicalSizeY": 0.5, "PhysicalSizeZ": 2000.0, "PhysicalSizeZUnit": "nm"}
    found = spacing_of(tmp_path, ome=True, photometric="minisblack", metadata={"axes": "ZYX", **sizes})
    assert found == pytest.approx((2.0, 0.5, 0.25))


@pytest.mark.parametrize(
    "sizes",
    [{}, {"PhysicalSizeX": 0.25, "PhysicalSizeY": 0.5}, {f"PhysicalSize{axis}": 0.0 for axis in "XYZ"}],
    ids=["nothing", "no z", "zeros"],
)
def test_ome_that_does_not_state_all_states_nothing(tmp_path, sizes):
    assert spacing_of(tmp_path, ome=True, photometric="minisblack", metadata={"axes": "ZYX", **sizes}) is None


def test_resolution_tags_count_in_centimeters_and_know_no_z(tmp_path):
    how = {"resolution": (40_000, 20_000), "resolutionunit": "centimeter", "photometric": "minisblack"}
    assert spacing_of(tmp_path, STACK[0], **how) == (1.0, 0.5, 0.25)
    assert spacing_of(tmp_path, STACK, **how) is None


@pytest.mark.parametrize("unit", ["inch", "none"])
def test_resolution_in_inches_or_nothing_means_nothing(tmp_path, unit):
    how = {"resolution": (72, 72), "resolutionunit": unit, "photometric": "minisblack"}
    assert spacing_of(tmp_path, STACK[0], **how) is None


@pytest.mark.parametrize(
    "description", ["<OME><Image></OME>", "<OME></OME>", '<OME><Image><Pixels PhysicalSizeX="wide"/></Image></OME>']
)
def test_broken_ome_states_nothing(tmp_path, description):
    path = tmp_path / "t000.tif"
    tifffile.imwrite(path, STACK[0], photometric="minisblack", description=description, metadata=None)
    assert read_frame_info(path, axes="YX").spacing is None


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("unit=um\nzunit=nm\nspacing=2000", (2.0, 0.5, 0.25)),
        ("unit=nm\nyunit=um\nzunit=mm\nspacing=0.002", (2.0, 0.5, 0.00025)),
        ("unit=µm\nspacing=2", (2.0, 0.5, 0.25)),
        ("unit=Å\nspacing=20000", (2.0, 0.5e-4, 0.25e-4)),
        ("unit=um\nzunit=pixel\nspacing=2", None),
        ("unit=furlong\nspacing=2", None),
        ("unit=um\nyunit=furlong\nspacing=2", None),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_imagej_has_a_unit_for_each_axis(tmp_path, description, expected, encoding):
    text = f"ImageJ=1.54\nimages=3\nslices=3\n{description}\n"
    how = {"description": text.encode(encoding), "resolution": (4, 2), "metadata": None}
    with tifffile.TiffWriter(tmp_path / "t000.tif") as writer:
        for plane in STACK:
            writer.write(plane, photometric="minisblack", **how)
    found = read_frame_info(tmp_path / "t000.tif").spacing
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("unit", "length"),
    [
        ("Å", 0.0001),
        ("Å", 0.0001),
        ("µm", 1),
        ("μm", 1),
        ("nm", 0.001),
        ("pm", 1e-06),
        ("mm", 1000.0),
        ("Mm", 1000000000000.0),
        ("in", 25400),
        ("thou", 25.4),
    ],
)
def test_ome_in_each_of_its_units(tmp_path, unit, length):
    assert ome_spacing(tmp_path, unit) == pytest.approx((1.0, 2 * length, 2 * length))


@pytest.mark.parametrize("unit", ["pixel", "reference frame", "furlong", "MM", "NM", ""])
def test_ome_in_no_unit_of_length_states_nothing(tmp_path, unit):
    assert ome_spacing(tmp_path, unit) is None


def ome_spacing(tmp_path, unit):
    """Read the spacing of an image of two units a pixel."""
    sizes = " ".join(f'PhysicalSize{axis}="2" PhysicalSize{axis}Unit="{unit}"' for axis in "XY")
    description = f"<OME><Image><Pixels {sizes}/></Image></OME>"
    path = tmp_path / "t000.tif"
    tifffile.imwrite(path, STACK[0], photometric="minisblack", description=description.encode(), metadata=None)
    return read_frame_info(path, axes="YX").spacing
