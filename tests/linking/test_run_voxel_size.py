import json

import numpy as np
import pytest

from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.linking.run_voxel_size import find_voxel_size


@pytest.fixture
def results(tmp_path):
    folder = tmp_path / "Fluo-N3DL-TRIC" / "01_RES"
    folder.mkdir(parents=True)
    write_mask(folder / "mask000.tif", np.ones((2, 3, 3), np.uint16))
    return folder


def write_record(results, text):
    results.with_name("01_RES.json").write_text(text)


def test_the_dataset_s_name_tells(results):
    stated = find_voxel_size(results, results / "mask000.tif", "Fluo-N3DH-CE")
    assert (stated.spacing, stated.source) == ((1.0, 0.09, 0.09), "Fluo-N3DH-CE")
    known = results.parent.rename(results.parents[1] / "Fluo-C3DL-MDA231") / "01_RES"
    assert find_voxel_size(known, known / "mask000.tif").spacing == (6.0, 1.242, 1.242)


def test_the_record_of_the_run_tells_before_the_folder_s_name(results):
    record = {"made_by": {"configuration": {"labeling": {"spacing": [5, 1, 1]}}}}
    write_record(results, json.dumps(record))
    known = results.parent.rename(results.parents[1] / "Fluo-C3DL-MDA231") / "01_RES"
    found = find_voxel_size(known, known / "mask000.tif")
    assert (found.spacing, found.source) == ((5.0, 1.0, 1.0), "01_RES.json")


def test_a_size_that_the_run_only_assumed_is_not_taken_for_known(results):
    record = {
        "voxel_size": {"known": False},
        "made_by": {"configuration": {"labeling": {"spacing": [1, 1, 1]}}},
    }
    write_record(results, json.dumps(record))
    assert not find_voxel_size(results, results / "mask000.tif").is_known
    known = results.parent.rename(results.parents[1] / "Fluo-C3DL-MDA231") / "01_RES"
    assert find_voxel_size(known, known / "mask000.tif").source == "Fluo-C3DL-MDA231"


def test_what_the_command_line_states_is_taken_before_all(results):
    found = find_voxel_size(results, results / "mask000.tif", spacing=(2.0, 1.0, 1.0))
    assert (found.spacing, found.source) == ((2.0, 1.0, 1.0), "--spacing")


@pytest.mark.parametrize("record", ["[]", "{}", '{"made_by": {"configuration": 3}}'])
def test_then_the_mask_itself(results, record):
    write_record(results, record)
    write_frame(results / "mask000.tif", np.ones((2, 3, 3), np.uint16), spacing=(2.0, 0.5, 0.5))
    found = find_voxel_size(results, results / "mask000.tif")
    assert found.source == "mask000.tif"
    assert found.spacing == pytest.approx((2.0, 0.5, 0.5))


def test_where_nothing_is_known_voxels_are_cubes(results):
    found = find_voxel_size(results, results / "mask000.tif")
    assert (found.spacing, str(found)) == ((1.0, 1.0, 1.0), "1 x 1 x 1 (not stated, assumed isotropic)")


def test_a_damaged_record_is_refused(results):
    write_record(results, "{")
    with pytest.raises(ValueError, match=r"01_RES\.json: not a JSON file"):
        find_voxel_size(results, results / "mask000.tif")


def test_edges_are_positive(results):
    with pytest.raises(ValueError, match=r"voxel size of --spacing is \(0, 1, 1\), expected three positive edges"):
        find_voxel_size(results, results / "mask000.tif", spacing=(0, 1, 1))
