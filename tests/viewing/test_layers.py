from pathlib import Path

import numpy as np
import pytest

from ctc_submission.reporting.source import open_dataset
from ctc_submission.viewing.view import Viewpoint, place_of, sequence_layers


def test_frames_masks_references_and_tracks_in_real_proportions(dataset: Path) -> None:
    layers, place = sequence_layers(open_dataset(dataset, "01"))

    assert [(settings["name"], kind) for _, settings, kind in layers] == [
        ("frames", "image"),
        ("masks", "labels"),
        ("reference", "labels"),
        ("tracks", "tracks"),
    ]
    assert layers[0][0].shape == layers[1][0].shape == (4, 5, 60, 64)
    assert all(settings["scale"] == pytest.approx((1, 1 / 0.09, 1, 1)) for _, settings, _ in layers)
    reference = layers[2][0]
    assert [bool(reference[1, z].any()) for z in range(5)] == [False, False, True, False, False]
    assert not reference[0].any()
    assert layers[3][0].shape == (36, 5)
    assert place == Viewpoint(0)


def test_the_worst_cells_get_points_and_are_gone_to(dataset: Path) -> None:
    layers, place = sequence_layers(open_dataset(dataset, "01"), worst=5)

    points, settings, _ = next(layer for layer in layers if "most suspicious" in layer[1]["name"])
    assert points[0].tolist() == pytest.approx([2, 2, 7.5, 12.5], abs=1)
    assert "volume 2.2 times the median" in settings["features"]["what"][0]
    assert place.time == 2
    assert any(layer[1]["name"] == "missed, extra, merged" for layer in layers)


def test_markers_stand_in_for_references(dataset: Path) -> None:
    (dataset / "01_GT/SEG/man_seg_001_002.tif").unlink()

    layers, _ = sequence_layers(open_dataset(dataset, "01"))

    assert np.asarray(layers[2][0][0]).any()


def test_places_are_named_by_number_of_frame_and_position(dataset: Path) -> None:
    source = open_dataset(dataset, "01")

    assert place_of(source, None, None) is None
    assert place_of(source, 3, None) == Viewpoint(3)
    assert place_of(source, 1, (2.0, 3.0, 4.0)) == Viewpoint(1, (2.0, 3.0, 4.0))
    assert place_of(source, None, (3.0, 4.0)) == Viewpoint(0, (0.0, 3.0, 4.0))
    with pytest.raises(ValueError, match="no frame 9, expected one from 0 to 3"):
        place_of(source, 9, None)
    with pytest.raises(ValueError, match="expected Z,Y,X"):
        place_of(source, 0, (1.0,))
