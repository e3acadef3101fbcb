import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.files import find_frames, read_frame, read_frame_info, write_mask
from ctc_submission.linking.link import link_sequence
from ctc_submission.linking.linking_parameters import LinkingParameters

FRAMES = ("5...3", "1...2", "..7..")
CUBES = (1.0, 1.0, 1.0)
PARAMETERS = LinkingParameters(max_distance=1.5, max_division_distance=0)


def draw(row: str) -> np.ndarray:
    return np.array([[[int(each.replace(".", "0")) for each in row]]] * 2, np.uint16)


@pytest.fixture
def results(tmp_path):
    folder = tmp_path / "01_RES"
    folder.mkdir()
    for number, row in enumerate(FRAMES):
        write_mask(folder / f"mask{number:04d}.tif", draw(row))
    return folder


def link(results, output, **options):
    return link_sequence(find_frames(results, "mask"), output, CUBES, PARAMETERS, **options)


def test_labels_are_those_of_tracks(results, tmp_path):
    linked = link(results, tmp_path / "linked")
    assert sorted(path.name for path in (tmp_path / "linked").iterdir()) == [
        "mask0000.tif",
        "mask0001.tif",
        "mask0002.tif",
        "res_track.txt",
    ]
    for number, row in enumerate(("2...1", "2...1", "..3..")):
        assert (read_frame(tmp_path / "linked" / f"mask{number:04d}.tif") == draw(row)).all()
    assert (tmp_path / "linked" / "res_track.txt").read_text() == "1 0 1 0\n2 0 1 0\n3 2 2 0\n"
    assert len(linked.lineage.tracks) == 3
    assert linked.parameters == PARAMETERS


def test_the_masks_are_left_as_they_are(results, tmp_path):
    before = {path.name: path.read_bytes() for path in results.iterdir()}
    link(results, tmp_path / "deep" / "linked")
    assert {path.name: path.read_bytes() for path in results.iterdir()} == before


def test_single_slices_stay_2d(tmp_path):
    write_mask(tmp_path / "mask000.tif", draw("1.2")[:1], ndim=2)
    link(tmp_path, tmp_path / "linked")
    assert read_frame_info(tmp_path / "linked" / "mask000.tif").ndim == 2


def test_frames_without_objects(tmp_path):
    for number in range(2):
        write_mask(tmp_path / f"mask{number:03d}.tif", draw("..."))
    assert link(tmp_path, tmp_path / "linked").lineage.tracks == ()
    assert (tmp_path / "linked" / "res_track.txt").read_text() == ""


def test_the_same_masks_again_need_a_word(results, tmp_path):
    link(results, tmp_path / "linked")
    with pytest.raises(FileExistsError, match=r"linked: holds mask0000\.tif already; .* add --overwrite"):
        link(results, tmp_path / "linked")
    (tmp_path / "linked" / "notes.txt").write_text("mine")
    link(results, tmp_path / "linked", overwrite=True)
    assert (tmp_path / "linked" / "notes.txt").read_text() == "mine"


def test_masks_can_be_linked_in_place(results):
    with pytest.raises(FileExistsError, match="add --overwrite"):
        link(results, results)
    link(results, results, overwrite=True)
    assert (read_frame(results / "mask0001.tif") == draw("2...1")).all()
    assert (results / "res_track.txt").is_file()
    link(results, results, overwrite=True)
    assert (read_frame(results / "mask0001.tif") == draw("2...1")).all()


def test_masks_of_another_sequence_are_not_left_between(results, tmp_path):
    (tmp_path / "linked").mkdir()
    write_mask(tmp_path / "linked" / "mask0003.tif", draw("1"))
    with pytest.raises(FileExistsError, match=r"holds mask0003\.tif, which the sequence of 3 masks has not"):
        link(results, tmp_path / "linked", overwrite=True)


def test_what_an_interrupted_run_left_is_cleared(results, tmp_path):
    (tmp_path / ".linked.part").mkdir()
    (tmp_path / ".linked.part" / "mask0009.tif").write_text("half")
    link(results, tmp_path / "linked")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01_RES", "linked"]
    assert len(list((tmp_path / "linked").iterdir())) == 4


def test_numbers_that_are_no_labels_are_refused_and_nothing_is_written(results, tmp_path):
    for mask in results.iterdir():
        tifffile.imwrite(mask, np.ones((2, 1, 5), np.float32), photometric="minisblack")
    with pytest.raises(ValueError, match=r"mask0000\.tif' holds float32 numbers, expected whole ones"):
        link(results, tmp_path / "linked")
    assert list(tmp_path.iterdir()) == [results]


def test_masks_of_several_sizes_are_refused(results, tmp_path):
    write_mask(results / "mask0002.tif", draw("1.2"))
    with pytest.raises(ValueError, match=r"mask0002\.tif' is 2 x 1 x 3 uint16"):
        link(results, tmp_path / "linked")


def test_a_folder_that_cannot_be(results, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match="is a file, expected a folder"):
        link(results, tmp_path / "file")
    with pytest.raises(OSError, match="cannot make this folder .*; name another --output"):
        link(results, tmp_path / "file" / "linked")
