import numpy as np
import pytest

from ctc_submission.challenge.files import read_frame_info, write_frame
from ctc_submission.challenge.voxel_size import VoxelSize, resolve_voxel_size

STACK = np.zeros((2, 6, 6), np.uint16)


@pytest.fixture
def infos(tmp_path):
    """Write frames that state some voxel sizes (None: nothing), and read what their headers tell."""

    def write(*spacings, name="mine", stack=STACK):
        folder = tmp_path / name / "01"
        folder.mkdir(parents=True)
        paths = [folder / f"t{number:03d}.tif" for number in range(len(spacings))]
        for path, spacing in zip(paths, spacings, strict=True):
            write_frame(path, stack, spacing=spacing)
        return [read_frame_info(path) for path in paths]

    return write


def test_what_is_stated_holds_before_files_and_datasets(infos):
    found = resolve_voxel_size(infos((2.0, 0.5, 0.5), name="Fluo-N3DH-CE"), stated=(3.0, 1.0, 1.0))
    assert found.spacing == (3.0, 1.0, 1.0)
    assert str(found) == "3 x 1 x 1 (--spacing or configuration)"


def test_then_what_the_file_states(infos):
    found = resolve_voxel_size(infos((2.0, 0.5, 0.5), name="Fluo-N3DH-CE"))
    assert found.spacing == pytest.approx((2.0, 0.5, 0.5))
    assert str(found) == "2 x 0.5 x 0.5 um (t000.tif)"


def test_then_that_of_the_dataset_by_the_folder_or_by_name(infos):
    frames = infos(None, name="Fluo-N3DH-CE")
    assert str(resolve_voxel_size(frames)) == "1 x 0.09 x 0.09 um (Fluo-N3DH-CE)"
    assert resolve_voxel_size(frames, dataset="Fluo-C3DL-MDA231").source == "Fluo-C3DL-MDA231"


@pytest.mark.parametrize("name", ["mine", "Fluo-N3DL-TRIC"])  # the challenge gives no single one for the latter
def test_else_isotropic_voxels_are_assumed_and_it_says_so(infos, name):
    found = resolve_voxel_size(infos(None, None, name=name))
    assert found == VoxelSize((1.0, 1.0, 1.0), "not stated, assumed isotropic", is_known=False)


def test_frames_that_state_different_sizes_are_refused_unless_one_is_stated(infos):
    frames = infos((2.0, 0.5, 0.5), None, (2.0, 0.5, 0.4))
    with pytest.raises(ValueError, match=r"t002\.tif' states .* 2 x 0.5 x 0.4 um, but 't000\.tif' of 2 x 0.5 x 0.5 um"):
        resolve_voxel_size(frames)
    assert resolve_voxel_size(frames, stated=(1.0, 1.0, 1.0)).is_known


def test_frames_that_state_nothing_or_nearly_the_same_follow_the_first_that_does(infos):
    found = resolve_voxel_size(infos(None, (2.0, 0.5, 0.5), (2.001, 0.5, 0.5)))
    assert found.spacing == pytest.approx((2.0, 0.5, 0.5))
    assert found.source == "t001.tif"


@pytest.mark.parametrize("spacing", [(1.0, 2.5, 2.5), (7.0, 0.1, 0.1), (1.0, 2.0, 3.0)])
def test_z_of_an_image_decides_nothing(infos, spacing):
    _, y, x = spacing
    for found in (
        resolve_voxel_size(infos(spacing, stack=STACK[:1], name="a")),
        resolve_voxel_size(infos(None, stack=STACK[:1], name="b"), stated=spacing),
    ):
        assert found.spacing == pytest.approx((min(y, x), y, x))
    assert str(found).startswith(f"{y:g} x {x:g} (")
    other = resolve_voxel_size(infos(None, stack=STACK[:1], name="c"), stated=(100.0, y, x))
    assert other.spacing == found.spacing


@pytest.mark.parametrize("stated", [(0.0, 1.0, 1.0), (1.0, float("nan"), 1.0), (1.0, 1.0)])
def test_edges_are_three_and_positive(infos, stated):
    with pytest.raises(ValueError, match="expected three positive edges"):
        resolve_voxel_size(infos(None), stated=stated)
