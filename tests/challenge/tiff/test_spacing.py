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
