"""Samples: annotated slices as the network will see them."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from ctc_submission.challenge.files import find_frames, read_frame, write_frame, write_mask
from ctc_submission.network.architecture import OUTPUTS
from ctc_submission.preprocessing.inputs import resize
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices
from ctc_submission.preprocessing.tiling import tile_in_six, tile_with_overlap
from ctc_submission.simulation.simulate import simulate_sequence
from ctc_submission.training.data.samples import Sample, SampleParameters, drop_empty, load_samples
from ctc_submission.training.data.targets import IGNORED, center_target
from ctc_submission.training.data.truth import TRUTHS

SHAPE = (4, 30, 50)
SMALL = SampleParameters(("foreground",), input_size=32, empty_every=1, pseudocolor=PseudocolorParameters(0.2))


def cells():
    """Two cells, in slices 1 and 2; slices 0 and 3 are empty."""
    labels = np.zeros(SHAPE, np.uint16)
    labels[1:3, 5:20, 5:20] = 3
    labels[1:3, 10:25, 30:45] = 8
    return labels


def frame(seed=0):
    generator = np.random.default_rng(seed)
    return (20 + 150 * (cells() > 0) + generator.integers(0, 40, SHAPE)).astype(np.uint8)


@pytest.fixture
def folder(tmp_path):
    """Two frames and an empty folder of references."""
    (tmp_path / "01").mkdir()
    (tmp_path / "01_GT" / "SEG").mkdir(parents=True)
    for number in range(2):
        write_frame(tmp_path / "01" / f"t{number:03d}.tif", frame(number))
    return tmp_path


def write_slice(folder, number, z, labels=None):
    labels = cells()[z : z + 1] if labels is None else labels
    write_mask(folder / "01_GT" / "SEG" / f"man_seg_{number:03d}_{z:03d}.tif", labels, ndim=2)


def write_whole(folder, number, labels=None):
    write_mask(folder / "01_GT" / "SEG" / f"man_seg{number:03d}.tif", cells() if labels is None else labels)


def network_input(image, size):
    """What the network makes of an image before its first layer."""
    channels_first = torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None]
    resized = torch.nn.functional.interpolate(channels_first, (size, size), mode="bilinear", align_corners=False)
    return resized[0].permute(1, 2, 0).numpy()


def plain_resize(labels, size):
    """The label at the middle of each pixel of the sample."""
    return np.array(
        [
            [
                labels[int((y + 0.5) * labels.shape[0] / size), int((x + 0.5) * labels.shape[1] / size)]
                for x in range(size)
            ]
            for y in range(size)
        ]
    )


def assert_same(samples, others):
    assert len(samples) == len(others)
    for one, other in zip(samples, others, strict=True):
        np.testing.assert_array_equal(one.image, other.image)
        np.testing.assert_array_equal(one.target, other.target)


def test_whole_frame_gives_a_sample_a_slice(folder):
    write_whole(folder, 0)
    samples = load_samples(folder, "01", SMALL)
    assert len(samples) == 4
    assert [bool(sample.target.any()) for sample in samples] == [False, True, True, False]
    for sample in samples:
        assert sample.image.shape == (32, 32, 3)
        assert sample.target.shape == (32, 32, 1)
        assert sample.image.dtype == sample.target.dtype == np.uint8


@pytest.mark.parametrize("normalization", ["channel", "image"])
def test_samples_are_what_the_network_sees_when_it_segments(folder, normalization):
    write_whole(folder, 1)
    coloring = PseudocolorParameters(0.2, normalization)
    samples = load_samples(folder, "01", SampleParameters(("foreground",), 1, 32, empty_every=1, pseudocolor=coloring))
    for z, (image, sample) in enumerate(zip(pseudocolor_slices(frame(1), coloring), samples, strict=True)):
        np.testing.assert_allclose(sample.image / 255, network_input(image, 32), rtol=0, atol=0.5 / 255 + 1e-5)
        np.testing.assert_array_equal(sample.target[..., 0], plain_resize(cells()[z], 32) > 0)


def test_slices_give_the_samples_of_their_place_in_the_frame(folder):
    write_whole(folder, 0)
    whole = load_samples(folder, "01", SMALL)
    (folder / "01_GT" / "SEG" / "man_seg000.tif").unlink()
    for z in (0, 2, 3):
        write_slice(folder, 0, z)
    assert_same(load_samples(folder, "01", SMALL), [whole[0], whole[2], whole[3]])


def test_cell_forgotten_in_a_slice_is_ignored_and_one_forgotten_in_a_frame_is_background(folder):
    forgetful = cells() * (cells() == 3)
    write_slice(folder, 0, 1, forgetful[1:2])
    target = load_samples(folder, "01", SMALL)[0].target[..., 0]
    other = plain_resize(cells()[1], 32) == 8
    assert (target[other] == IGNORED).mean() > 0.9
    assert ((target == 1) == (plain_resize(forgetful[1], 32) > 0)).all()
    background = load_samples(folder, "01", replace(SMALL, unannotated="background"))[0].target
    assert set(np.unique(background)) == {0, 1}
    write_whole(folder, 0, forgetful)
    assert set(np.unique(load_samples(folder, "01", SMALL)[1].target)) == {0, 1}


def test_only_the_wanted_frames(folder):
    write_whole(folder, 0)
    write_whole(folder, 1)
    both = load_samples(folder, "01", SMALL)
    assert_same(load_samples(folder, "01", SMALL, frames={1}), both[4:])
    assert_same(load_samples(folder, "01", SMALL, frames=[1, 0]), both)


def test_silver_truth(folder):
    write_slice(folder, 0, 1)
    (folder / "01_ST" / "SEG").mkdir(parents=True)
    write_mask(folder / "01_ST" / "SEG" / "man_seg001.tif", cells(), ndim=3)
    assert [len(load_samples(folder, "01", replace(SMALL, truth=truth))) for truth in TRUTHS] == [1, 4, 5]


def median_diameter(target):
    """Of the connected pieces of a target."""
    areas = cv2.connectedComponentsWithStats((target == 1).astype(np.uint8))[2][1:, cv2.CC_STAT_AREA]
    return np.sqrt(4 * np.median(areas) / np.pi)


@pytest.mark.parametrize("diameter", [10.0, 33.8513])
def test_slices_are_magnified_and_cut_into_overlapping_patches(folder, diameter):
    write_whole(folder, 0)
    samples = load_samples(folder, "01", replace(SMALL, input_size=64, diameter=diameter))
    # two cells of 15 x 15 pixels, as large as discs 16.9 pixels wide
    shape = tuple(round(length * diameter / 16.92569) for length in SHAPE[1:])
    tiling = tile_with_overlap(shape, 64, 10)
    colors = [
        patch
        for image in pseudocolor_slices(frame(), SMALL.pseudocolor)
        for patch in tiling.split(resize(image, shape))
    ]
    assert len(samples) == len(colors) == 4 * len(tiling.corners)
    for sample, expected in zip(samples, colors, strict=True):
        np.testing.assert_allclose(sample.image / 255, expected, rtol=0, atol=0.5 / 255 + 1e-5)


def test_frames_of_any_magnification_give_cells_of_one_size(tmp_path):
    (tmp_path / "01").mkdir()
    (tmp_path / "01_GT" / "SEG").mkdir(parents=True)
    for number, side in enumerate((6, 14)):
        labels = np.zeros((1, 100, 100), np.uint16)
        for label in range(6):
            y, x = 20 * (label // 3) + 15, 20 * (label % 3) + 15
            labels[0, y : y + side, x : x + side] = label + 1
        write_frame(tmp_path / "01" / f"t{number:03d}.tif", (labels > 0).astype(np.uint8) * 200)
        write_mask(tmp_path / "01_GT" / "SEG" / f"man_seg{number:03d}.tif", labels, ndim=3)
    samples = load_samples(tmp_path, "01", replace(SMALL, input_size=320, diameter=16.0))
    assert len(samples) == 2
    for sample in samples:
        assert median_diameter(sample.target) == pytest.approx(16, rel=0.08)


def tall(stack):
    """A stack with every slice five times: as deep as its cells are wide, if slices are a pixel apart."""
    return np.repeat(stack, 5, axis=0)


@pytest.mark.parametrize(("depth", "cut"), [(2, True), (0.8, False), (6, False), (None, False)])
def test_deep_stacks_of_close_slices_are_also_cut_from_the_side(folder, depth, cut):
    spacing = (depth / 2, 0.5, 0.5) if depth else None
    write_frame(folder / "01" / "t000.tif", tall(frame()), spacing=spacing)
    write_whole(folder, 0, tall(cells()))
    parameters = replace(SMALL, input_size=64, diameter=16.92569, three_view=True)
    samples = load_samples(folder, "01", parameters)
    flat = load_samples(folder, "01", replace(parameters, three_view=False))
    assert_same(samples[: len(flat)], flat)
    from_side = samples[len(flat) :]
    assert bool(from_side) == cut
    if cut:  # 30 slices along y, every other of 50 along x; cells are ten slices deep, the slices two pixels apart
        assert len(from_side) == 30 + 25
        assert max((sample.target[:40] == 1).sum(axis=0).max() for sample in from_side) == 20


@pytest.mark.parametrize(
    ("name", "stated", "cut"),
    [
        ("Fluo-N3DL-TRIF", None, True),  # cubes, by the challenge
        ("Fluo-N3DL-TRIF", (6.0, 1.0, 1.0), False),
        ("Fluo-N3DH-CE", None, False),  # slices eleven pixels apart
        ("Fluo-N3DL-TRIC", None, None),  # the challenge gives none
        ("mine", (2.0, 1.0, 1.0), True),
        ("mine", None, None),
    ],
)
def test_voxels_are_as_the_file_states_or_as_the_dataset_has_them(folder, caplog, name, stated, cut):
    (folder / name).mkdir()
    for part in ("01", "01_GT"):
        (folder / part).rename(folder / name / part)
    folder = folder / name
    for number in range(2):
        write_frame(folder / "01" / f"t{number:03d}.tif", tall(frame(number)), spacing=stated)
        write_whole(folder, number, tall(cells()))
    parameters = replace(SMALL, input_size=64, diameter=16.92569)
    flat = load_samples(folder, "01", parameters)
    assert not caplog.messages
    crossed = load_samples(folder, "01", replace(parameters, three_view=True))
    assert (len(crossed) > len(flat)) == bool(cut)
    assert len(caplog.messages) == (cut is None)
    if cut is None:
        assert caplog.messages[0].startswith(f"{name}/01: 2 of 2 frames are not cut from the side: t000.tif states no")


def test_nothing_is_said_of_voxels_where_nothing_could_be_cut_from_the_side(folder, caplog):
    write_slice(folder, 0, 1)
    image, labels = frame()[1:2], cells()[1:2]
    write_frame(folder / "01" / "t001.tif", image)
    write_mask(folder / "01_GT" / "SEG" / "man_seg001.tif", labels, ndim=2)
    load_samples(folder, "01", replace(SMALL, input_size=64, diameter=16.92569, three_view=True))
    assert not caplog.messages


def test_frames_with_slices_annotated_by_themselves_are_not_cut_from_the_side(folder):
    write_frame(folder / "01" / "t000.tif", tall(frame()), spacing=(1.0, 0.5, 0.5))
    (folder / "01_ST" / "SEG").mkdir(parents=True)
    write_mask(folder / "01_ST" / "SEG" / "man_seg000.tif", tall(cells()), ndim=3)
    parameters = replace(SMALL, input_size=64, diameter=16.92569, three_view=True, truth="GT+ST")
    from_side = len(load_samples(folder, "01", parameters)) - len(
        load_samples(folder, "01", replace(parameters, three_view=False))
    )
    assert from_side > 40
    write_slice(folder, 0, 1)
    assert_same(
        load_samples(folder, "01", parameters), load_samples(folder, "01", replace(parameters, three_view=False))
    )


def test_labels_of_slices_annotated_by_themselves_are_measured_slice_by_slice(folder):
    large = np.zeros((1, *SHAPE[1:]), np.uint16)
    large[:, 2:28, 5:31] = 3
    write_slice(folder, 0, 1)  # two cells of 15 x 15 pixels, labeled 3 and 8
    write_slice(folder, 0, 2, large)
    samples = load_samples(folder, "01", replace(SMALL, input_size=96, diameter=16.92569))
    assert median_diameter(samples[0].target) == pytest.approx(16.9, rel=0.1)


def test_gap_between_touching_cells_at_the_samples_scale(folder):
    labels = np.zeros(SHAPE, np.uint16)
    labels[1, 5:25, 10:25], labels[1, 5:25, 25:40] = 1, 2
    write_whole(folder, 0, labels)
    joined, apart = (
        load_samples(folder, "01", replace(SMALL, input_size=64, gap=gap))[1].target for gap in (False, True)
    )
    assert cv2.connectedComponents(joined)[0] == 1 + 1
    assert cv2.connectedComponents(apart)[0] == 1 + 2
    assert (joined - apart)[32].sum() == 2


@pytest.mark.parametrize("diameter", [None, 20.0])
def test_truth_without_a_cell(folder, diameter):
    write_whole(folder, 0, np.zeros(SHAPE, np.uint16))
    with pytest.raises(ValueError, match="none of the 1 annotated frames.* has a cell"):
        load_samples(folder, "01", replace(SMALL, diameter=diameter))


def test_frames_without_a_reference_give_no_samples(folder):
    write_slice(folder, 1, 2)
    assert len(load_samples(folder, "01", SMALL)) == 1


def test_files_of_other_names_are_passed_over(folder):
    write_slice(folder, 0, 1)
    for name in ("man_track000.tif", "man_seg000.tiff", "notes.txt", "man_seg_000_01.tif"):
        (folder / "01_GT" / "SEG" / name).write_text("no reference")
    assert len(load_samples(folder, "01", SMALL)) == 1


def test_six_patches_a_slice(folder):
    write_slice(folder, 0, 1)
    samples = load_samples(
        folder, "01", SampleParameters(("foreground",), 6, 32, empty_every=1, pseudocolor=SMALL.pseudocolor)
    )
    tiling = tile_in_six(SHAPE[1:])
    colored = list(pseudocolor_slices(frame(0), SMALL.pseudocolor))[1]
    assert len(samples) == 6
    for sample, patch, truth in zip(samples, tiling.split(colored), tiling.split(cells()[1]), strict=True):
        np.testing.assert_allclose(sample.image / 255, network_input(patch, 32), rtol=0, atol=0.5 / 255 + 1e-5)
        np.testing.assert_array_equal(sample.target[..., 0], plain_resize(truth, 32) > 0)


def test_centers_are_marked_at_the_samples_scale(folder):
    write_slice(folder, 0, 1)
    parameters = SampleParameters(("centers",), 1, 64, center_radius=2.5, empty_every=1)
    target = load_samples(folder, "01", parameters)[0].target[..., 0]
    np.testing.assert_array_equal(target, center_target(plain_resize(cells()[1], 64), 2.5))
    assert cv2.connectedComponents(target)[0] == 1 + 2


def test_a_target_has_a_channel_for_each_output_in_their_order(folder):
    write_whole(folder, 0)
    single = [load_samples(folder, "01", replace(SMALL, outputs=(one,))) for one in OUTPUTS]
    for outputs, expected in ((OUTPUTS, single), (OUTPUTS[::-1], single[::-1])):
        samples = load_samples(folder, "01", replace(SMALL, outputs=outputs))
        for sample, *alone in zip(samples, *expected, strict=True):
            np.testing.assert_array_equal(sample.image, alone[0].image)
            np.testing.assert_array_equal(sample.target, np.concatenate([one.target for one in alone], axis=-1))
    assert all((single[0][1].target != other[1].target).any() for other in single[1:])


@pytest.mark.parametrize(("every", "kept"), [(1, 4), (2, 3), (4, 3)])
def test_empty_samples_are_thinned(folder, every, kept):
    write_whole(folder, 0)
    parameters = SampleParameters(("foreground",), 1, 32, empty_every=every)
    assert len(load_samples(folder, "01", parameters)) == kept


def test_thinning_keeps_cells_and_every_so_many_th_of_the_others():
    samples = [
        Sample(np.full((1, 1, 3), number, np.uint8), np.array([[[number % 3 == 0]]], np.uint8)) for number in range(12)
    ]
    kept = [int(sample.image[0, 0, 0]) for sample in drop_empty(samples, 3)]
    assert kept == [0, 1, 3, 5, 6, 9, 10]


@pytest.mark.parametrize(
    ("dataset", "scale", "tiles"),
    [("Fluo-C3DL-MDA231", 0.25, 1), ("Fluo-N3DL-TRIC", 0.04, 6), ("Fluo-C3DH-A549-SIM", 0.1, 1)],
)
def test_simulated_sequences(tmp_path, dataset, scale, tiles):
    simulate_sequence(tmp_path, dataset, frames=1, seed=0, scale=scale)
    parameters = SampleParameters(("foreground",), tiles, 32, empty_every=1)
    samples = load_samples(tmp_path, "01", parameters)
    references = list((tmp_path / "01_GT" / "SEG").iterdir())
    slices = sum(len(read_frame(path)) for path in references)
    assert len(samples) == slices * tiles
    assert any(sample.target.any() for sample in samples)
    assert len(find_frames(tmp_path / "01")) == 1


def test_missing_frame(folder):
    write_slice(folder, 0, 1)
    write_slice(folder, 7, 1)
    with pytest.raises(FileNotFoundError, match=r"man_seg_007_001\.tif: there is no frame t007\.tif"):
        load_samples(folder, "01", SMALL)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [(np.ones((4, 30, 49), np.uint16), (4, 30, 50)), (np.ones((3, 30, 50), np.uint16), (4, 30, 50))],
)
def test_frame_reference_of_another_size(folder, labels, expected):
    write_whole(folder, 0, labels)
    with pytest.raises(ValueError, match=r"man_seg000\.tif: is .* expected") as caught:
        load_samples(folder, "01", SMALL)
    assert str(labels.shape) in str(caught.value)
    assert str(expected) in str(caught.value)


def test_slice_reference_of_another_size(folder):
    write_slice(folder, 0, 1, np.ones((1, 31, 50), np.uint16))
    with pytest.raises(ValueError, match=r"man_seg_000_001\.tif: is \(1, 31, 50\) .* expected \(1, 30, 50\)"):
        load_samples(folder, "01", SMALL)


def test_reference_of_a_slice_that_the_frame_does_not_have(folder):
    write_slice(folder, 0, 4, cells()[:1])
    with pytest.raises(ValueError, match=r"man_seg_000_004\.tif: is of slice 4, expected 0 to 3"):
        load_samples(folder, "01", SMALL)


def test_no_references(folder):
    with pytest.raises(FileNotFoundError, match="holds no references"):
        load_samples(folder, "01", SMALL)


def test_no_folder_of_references(folder):
    with pytest.raises(FileNotFoundError, match=r"02_GT.*no such folder|no such folder|02"):
        load_samples(folder, "02", SMALL)
    (folder / "02").mkdir()
    write_frame(folder / "02" / "t000.tif", frame())
    with pytest.raises(FileNotFoundError, match=r"02_GT.*no such folder; expected references"):
        load_samples(folder, "02", SMALL)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tiles", 4),
        ("tiles", 0),
        ("empty_every", 0),
        ("diameter", 0.0),
        ("truth", "gold"),
        ("unannotated", "cells"),
        ("three_view", True),
    ],
)
def test_impossible_parameters_are_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} is '?{value}"):
        SampleParameters(("foreground",), **{name: value})


def assert_measured_as_cells(folder, caplog, labels, warned):
    write_whole(folder, 0)
    parameters = replace(SMALL, outputs=("foreground", "centers"), diameter=8.0)
    expected = load_samples(folder, "01", parameters)
    caplog.clear()
    write_whole(folder, 0, labels)
    assert_same(load_samples(folder, "01", parameters), expected)
    assert ("gives several cells one label" in caplog.text) == warned
    assert not warned or "man_seg000.tif" in caplog.text


def test_references_of_0_and_255_are_taken_apart_and_said_to_be(folder, caplog):
    assert_measured_as_cells(folder, caplog, 255 * (cells() > 0).astype(np.uint16), True)


def test_references_with_labels_of_their_own_are_taken_as_they_are(folder, caplog):
    assert_measured_as_cells(folder, caplog, cells() + (cells() > 0).astype(np.uint16), False)
