"""The sequential version's labels are those of the product's per_slice mode."""

import numpy as np
import pytest
import tifffile
from scipy import ndimage

from benchmarks.speed.conversion import convert_checkpoints, list_checkpoints
from benchmarks.speed.sequential import SequentialPipeline, find_peaks, label_stack, segment_folder
from benchmarks.speed.stopwatch import STAGES, START
from ctc_submission.challenge.files import write_frame
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.segmentation.configuration import ShippedConfigurations
from ctc_submission.segmentation.labeling import LabelingParameters, label_cells


@pytest.fixture
def probabilities():
    noise = np.random.default_rng(5).random((2, 3, 70, 80))
    smooth = ndimage.gaussian_filter(noise, (0, 0, 4, 4))
    smooth -= smooth.min()
    probabilities = (smooth / smooth.max()).astype(np.float32)
    probabilities[0, 1] = 0
    return probabilities


@pytest.mark.parametrize("method", ["centers", "distance", "single", "components"])
def test_labels_are_those_of_the_faithful_mode(probabilities, method):
    if method != "centers":
        probabilities = probabilities[:1]
    parameters = LabelingParameters(method, marker_threshold=0.6, per_slice=True)
    expected = label_cells(*probabilities, parameters=parameters)
    assert expected.max() > (0 if method == "single" else 3)
    np.testing.assert_array_equal(label_stack(probabilities, parameters), expected)


def test_a_slice_of_foreground_alone_is_labeled_as_in_the_faithful_mode():
    probabilities = np.ones((1, 2, 20, 20), np.float32)
    parameters = LabelingParameters("distance", per_slice=True)
    np.testing.assert_array_equal(
        label_stack(probabilities, parameters), label_cells(*probabilities, parameters=parameters)
    )


def test_peaks_are_no_lower_than_their_neighbors():
    distance = np.array([[0.0, 1, 0, 0], [1, 2, 1, 2], [0, 1, 0, 0]])
    assert np.argwhere(find_peaks(distance)).tolist() == [[1, 1], [1, 3]]


def test_every_stage_is_timed_and_masks_are_written(models, work, tmp_path):
    configuration = ShippedConfigurations(models)["Fluo-N3DL-TRIC"]
    write_frame(tmp_path / "t007.tif", np.random.default_rng(0).integers(0, 999, (3, 40, 56)).astype(np.uint16))
    networks = convert_checkpoints(configuration, work)
    pipeline = SequentialPipeline(networks, PseudocolorParameters(), configuration.labeling, 6)
    watch = segment_folder(tmp_path, tmp_path / "masks", pipeline)
    assert set(watch.seconds) == {START, *STAGES}
    assert min(watch.seconds.values()) > 0
    mask = tifffile.imread(tmp_path / "masks" / "mask007.tif")
    assert mask.shape == (3, 40, 56)
    assert mask.dtype == np.uint16
    assert mask[1].any()
    assert not mask[[0, 2]].any(), "the published program leaves these slices out"


def test_checkpoints_are_converted_once(models, work):
    configuration = ShippedConfigurations(models)["Fluo-C3DL-MDA231"]
    assert [path.name for path in list_checkpoints(configuration)] == ["regions.safetensors", "centers.safetensors"]
    files = convert_checkpoints(configuration, work)
    before = [path.stat().st_mtime_ns for path in files]
    assert convert_checkpoints(configuration, work) == files
    assert [path.stat().st_mtime_ns for path in files] == before
    assert len(set(files)) == 2
