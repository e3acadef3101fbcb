import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from skimage.measure import regionprops

from ctc_submission.simulation.simulated_frames import simulate_frames
from ctc_submission.simulation.simulation_parameters import MDA231, SIMULATED, TRIC

REAL = Path(__file__).parents[3] / "shared" / "data" / "evaluation-testing-dataset.zip"


@pytest.mark.parametrize("dataset", SIMULATED)
def test_a_frame_is_the_same_whatever_the_number_of_frames(dataset):
    short = list(simulate_frames(dataset, frames=2, seed=3, scale=0.15))
    long = list(simulate_frames(dataset, frames=3, seed=3, scale=0.15))
    for one, other in zip(short, long, strict=False):
        np.testing.assert_array_equal(one.image, other.image)
        np.testing.assert_array_equal(one.labels, other.labels)
        assert one.parents == other.parents
    assert not np.array_equal(long[1].image, long[2].image)


def test_seeds_and_sequences_differ():
    frames = [
        next(simulate_frames("Fluo-N3DL-TRIC", frames=1, seed=seed, scale=0.1, sequence=sequence)).image
        for seed, sequence in ((0, "01"), (1, "01"), (0, "02"))
    ]
    assert not np.array_equal(frames[0], frames[1])
    assert not np.array_equal(frames[0], frames[2])


@pytest.mark.parametrize("dataset", SIMULATED)
def test_truth_and_image_agree(dataset):
    frame = next(simulate_frames(dataset, frames=1, seed=0, scale=0.3))
    parameters = SIMULATED[dataset].scaled(0.3)
    assert frame.image.shape == frame.labels.shape == parameters.shape
    assert frame.image.dtype == np.uint16
    assert frame.image.max() < 2**parameters.bits
    assert frame.labels.dtype == np.int32
    assert set(np.unique(frame.labels)) - {0} == set(frame.parents)
    inside = frame.labels > 0
    assert frame.image[inside].mean() > 1.5 * frame.image[~inside].mean()


def test_touching_nuclei_are_apart_in_brightness():
    frame = next(simulate_frames(TRIC, frames=1, seed=0, scale=0.3))
    labels = frame.labels
    apart = (labels[:, :, 1:] != labels[:, :, :-1]) & (labels[:, :, 1:] > 0) & (labels[:, :, :-1] > 0)
    assert np.count_nonzero(apart) > 50
    assert frame.image[:, :, 1:][apart].mean() < 0.88 * frame.image[labels > 0].mean()


def test_daughters_follow_their_mothers_and_no_track_has_a_hole():
    fertile = replace(TRIC, cells=replace(TRIC.cells, division_rate=0.15))
    last_seen, born = {}, {}
    for frame in simulate_frames(fertile, frames=4, seed=1, scale=0.1):
        for label, parent in frame.parents.items():
            assert last_seen.get(label, frame.number - 1) == frame.number - 1
            born.setdefault(label, (frame.number, parent))
            last_seen[label] = frame.number
    daughters = {label: birth for label, birth in born.items() if birth[1]}
    assert daughters
    assert all(last_seen[parent] == begin - 1 for begin, parent in daughters.values())


@pytest.mark.parametrize(("frames", "seed"), [(0, 0), (1, -1)])
def test_numbers_out_of_range_are_refused(frames, seed):
    with pytest.raises(ValueError, match="expected at least 1 frame"):
        simulate_frames(MDA231, frames=frames, seed=seed)


def three_view(slices):
    regions = [region for labels in slices for region in regionprops(labels)]
    return np.array([(region.area, region.solidity, region.eccentricity) for region in regions])


@pytest.mark.skipif(not REAL.exists(), reason="needs the real reference slices")
def test_branched_cells_are_as_large_and_as_branched_as_the_real_ones():
    with zipfile.ZipFile(REAL) as archive:
        names = [name for name in archive.namelist() if "02_GT/SEG/man_seg" in name]
        real = three_view([tifffile.imread(io.BytesIO(archive.read(name))) for name in names])
    stacks = [next(simulate_frames(MDA231, frames=1, seed=seed)).labels for seed in range(3)]
    simulated = three_view([stack[z] for stack in stacks for z in range(7, 24, 2)])
    percentiles = (5, 25, 50, 75, 95)
    area, solidity, eccentricity = zip(
        np.percentile(real, percentiles, axis=0).T, np.percentile(simulated, percentiles, axis=0).T, strict=True
    )
    assert len(real) == 122
    assert np.all(np.abs(np.log(area[1] / area[0])) < np.log(1.35))
    assert np.all(np.abs(solidity[1] - solidity[0]) < 0.08)
    assert np.all(np.abs(eccentricity[1] - eccentricity[0])[1:] < 0.08)
    cells = [len(np.unique(stack[z])) - 1 for stack in stacks for z in range(7, 24)]
    assert np.percentile(cells, 5) >= 2
    assert np.percentile(cells, 95) <= 14


@pytest.mark.parametrize("dataset", SIMULATED)
def test_a_tiny_field_of_view_can_be_simulated(dataset):
    frames = list(simulate_frames(dataset, frames=2, seed=0, scale=0.005))
    assert len(frames) == 2
    assert frames[0].image.shape == SIMULATED[dataset].scaled(0.005).shape
