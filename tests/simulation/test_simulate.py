import json

import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.files import read_frame, read_frame_info
from ctc_submission.simulation.simulate import simulate_sequence
from ctc_submission.simulation.simulated_frames import simulate_frames


def simulate(folder, dataset="Fluo-N3DL-TRIC", frames=2, **settings):
    simulate_sequence(folder, dataset, **{"frames": frames, "seed": 4, "scale": 0.08, **settings})


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_frames_and_truth_are_those_in_memory(tmp_path):
    simulate(tmp_path)
    for frame in simulate_frames("Fluo-N3DL-TRIC", frames=2, seed=4, scale=0.08):
        np.testing.assert_array_equal(read_frame(tmp_path / f"01/t{frame.number:03d}.tif"), frame.image)
        markers = read_frame(tmp_path / f"01_GT/TRA/man_track{frame.number:03d}.tif")
        assert set(np.unique(markers)) - {0} == set(frame.parents)
        slices = sorted((tmp_path / "01_GT/SEG").glob(f"man_seg_{frame.number:03d}_*.tif"))
        assert len(slices) == 2
        for path in slices:
            np.testing.assert_array_equal(tifffile.imread(path), frame.labels[int(path.stem[-3:])])


def test_the_tracks_fit_the_markers(tmp_path):
    simulate(tmp_path, frames=3, seed=7)
    lines = (tmp_path / "01_GT/TRA/man_track.txt").read_text().splitlines()
    tracks = {int(label): tuple(map(int, rest)) for label, *rest in map(str.split, lines)}
    for number in range(3):
        markers = tifffile.imread(tmp_path / f"01_GT/TRA/man_track{number:03d}.tif")
        expected = {label for label, (begin, end, _) in tracks.items() if begin <= number <= end}
        assert set(np.unique(markers).tolist()) - {0} == expected
    assert any(parent for _, _, parent in tracks.values())
    assert all(tracks[parent][1] < begin for begin, _, parent in tracks.values() if parent)


def test_a549_is_annotated_whole_and_its_second_sequence_is_larger(tmp_path):
    simulate(tmp_path, "Fluo-C3DH-A549-SIM", frames=1, sequence="02", scale=0.5)
    info = read_frame_info(tmp_path / "02/t000.tif")
    assert info.shape == (37, 150, 200)
    assert info.spacing == pytest.approx((1.0, 0.126, 0.126), rel=1e-3)
    truth = tifffile.imread(tmp_path / "02_GT/SEG/man_seg000.tif")
    assert truth.dtype == np.uint16
    assert set(np.unique(truth)) == {0, 1}


def test_branched_cells_are_annotated_in_the_middle_slices(tmp_path):
    simulate(tmp_path, "Fluo-C3DL-MDA231", frames=2, scale=0.4)
    slices = [int(path.stem[-3:]) for path in (tmp_path / "01_GT/SEG").iterdir()]
    assert len(slices) == 4
    assert all(7 <= z <= 23 for z in slices)


def test_a_second_run_writes_the_same_bytes_and_a_longer_one_goes_on(tmp_path):
    simulate(tmp_path)
    first = contents(tmp_path)
    simulate(tmp_path)
    assert contents(tmp_path) == first
    simulate(tmp_path, frames=3)
    longer = contents(tmp_path)
    grown = {"01_simulation.json", "01_GT/TRA/man_track.txt"}
    assert {name for name, data in first.items() if longer[name] != data} == grown
    assert "01/t002.tif" in longer
    assert json.loads(longer["01_simulation.json"])["frames"] == 3


@pytest.mark.parametrize("settings", [{}, {"dataset": "Fluo-C3DL-MDA231", "scale": 0.3}, {"varied": True}])
def test_what_is_there_is_not_written_again(tmp_path, settings):
    simulate(tmp_path, **settings)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    simulate(tmp_path, **settings)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")} == before


@pytest.mark.parametrize(
    "name", ["01/t000.tif", "01_GT/SEG/*", "01_GT/TRA/man_track001.tif", "01_GT/TRA/man_track.txt"]
)
def test_what_was_taken_away_comes_back(tmp_path, name):
    simulate(tmp_path)
    before = contents(tmp_path)
    for path in tmp_path.glob(name):
        path.unlink()
    simulate(tmp_path)
    assert contents(tmp_path) == before


def test_an_interrupted_simulation_is_not_taken_for_a_whole_one(tmp_path, monkeypatch):
    simulate(tmp_path / "whole", frames=2)
    monkeypatch.setattr(
        "ctc_submission.simulation.simulate.format_tracks", lambda tracks: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        simulate(tmp_path / "other", frames=2)
    monkeypatch.undo()
    assert json.loads((tmp_path / "other" / "01_simulation.json").read_text())["frames"] == 0
    simulate(tmp_path / "other", frames=2)
    assert contents(tmp_path / "other") == contents(tmp_path / "whole")


@pytest.mark.parametrize("change", [{"seed": 5}, {"scale": 0.07}, {"dataset": "Fluo-C3DL-MDA231"}, {"frames": 1}])
def test_another_simulation_is_refused_and_nothing_is_touched(tmp_path, change):
    simulate(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(ValueError, match=r"01_simulation\.json: found .* expected .* choose another folder"):
        simulate(tmp_path, **change)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["01/t000.tif", "01_GT/TRA/man_track.txt"])
def test_data_that_was_not_simulated_is_refused(tmp_path, name):
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_bytes(b"real")
    with pytest.raises(ValueError, match="not simulated here"):
        simulate(tmp_path)
    assert contents(tmp_path) == {name: b"real"}


def test_other_files_and_sequences_stay(tmp_path):
    simulate(tmp_path)
    (tmp_path / "notes.txt").write_text("keep")
    simulate(tmp_path, sequence="02")
    assert (tmp_path / "notes.txt").read_text() == "keep"
    assert (tmp_path / "01/t000.tif").exists()
    assert not np.array_equal(tifffile.imread(tmp_path / "01/t000.tif"), tifffile.imread(tmp_path / "02/t000.tif"))


def test_a_dataset_that_cannot_be_simulated_leaves_no_folder(tmp_path):
    with pytest.raises(ValueError, match="cannot be simulated"):
        simulate(tmp_path / "new", "Fluo-N2DH-SIM+")
    assert not (tmp_path / "new").exists()


def test_an_unreadable_record_is_refused(tmp_path):
    for text, complaint in (("{", "found text that is not JSON"), ("[]", "expected a simulation's record")):
        (tmp_path / "01_simulation.json").write_text(text)
        with pytest.raises(ValueError, match=rf"01_simulation\.json: .*{complaint}"):
            simulate(tmp_path)


def test_a_varied_sequence_has_whole_frames_annotated_and_no_tracks(tmp_path):
    simulate_sequence(tmp_path, "Fluo-N3DL-TRIC", frames=2, seed=1, scale=0.03, varied=True, annotate="frames")
    assert not (tmp_path / "01_GT" / "TRA").exists()
    frames = [read_frame(tmp_path / "01" / f"t00{number}.tif") for number in (0, 1)]
    truths = [read_frame(tmp_path / "01_GT" / "SEG" / f"man_seg00{number}.tif") for number in (0, 1)]
    assert [frame.shape for frame in frames] == [truth.shape for truth in truths]
    for frame, truth in zip(frames, truths, strict=True):
        assert np.median(frame[truth > 0]) > np.median(frame[truth == 0])


def test_a_simulation_with_other_options_is_refused(tmp_path):
    simulate_sequence(tmp_path, "Fluo-N3DL-TRIC", frames=1, seed=1, scale=0.03)
    with pytest.raises(ValueError, match="annotate"):
        simulate_sequence(tmp_path, "Fluo-N3DL-TRIC", frames=1, seed=1, scale=0.03, annotate="frames")


def test_a_record_of_an_earlier_version_is_read(tmp_path):
    simulate_sequence(tmp_path, "Fluo-N3DL-TRIC", frames=1, seed=1, scale=0.03, annotate="frames")
    path = tmp_path / "01_simulation.json"
    record = json.loads(path.read_text())
    assert record.pop("annotate") == "frames"
    path.write_text(json.dumps({**record, "whole_truth": True}))
    simulate_sequence(tmp_path, "Fluo-N3DL-TRIC", frames=1, seed=1, scale=0.03, annotate="frames")
    with pytest.raises(ValueError, match="annotate"):
        simulate_sequence(tmp_path, "Fluo-N3DL-TRIC", frames=1, seed=1, scale=0.03)
