"""Tiny worlds whose TRA and LNK are worked out by hand."""

import pytest

from ctc_submission.evaluation.evaluate import evaluate_sequence
from ctc_submission.evaluation.measures.det import VertexErrors
from ctc_submission.evaluation.measures.tra import EdgeErrors, lnk, tra

# reference frames, reference tracks, result frames, result tracks, cost of objects and edges, cost of edges, V, edges
DIVISION = (["11111", "22.33", "22.33"], "1 0 0 0\n2 1 2 1\n3 1 2 1\n")
TRACK = (["111..", ".111."], "1 0 1 0\n")
PAIR = (["11.22", "11.22"], "1 0 1 0\n2 0 1 0\n")
GAP = (["111..", ".....", "222.."], "1 0 0 0\n2 2 2 1\n")
WORLDS = {
    "a division": (*DIVISION, *DIVISION, 0, 0, 5, 4),
    "a division whose parent is not told": (*DIVISION, DIVISION[0], "1 0 0 0\n2 1 2 0\n3 1 2 0\n", 3, 3, 5, 4),
    "a division with one child missed": (*DIVISION, ["11111", "22...", "22..."], "1 0 0 0\n2 1 2 1\n", 23, 3, 5, 4),
    "a parent link inside a track": (*TRACK, ["111..", ".222."], "1 0 0 0\n2 1 1 1\n", 1, 1, 2, 1),
    "a division as one track": (*GAP[:1], GAP[1], ["111..", ".....", "222.."], "1 0 0 0\n2 2 2 1\n", 0, 0, 2, 1),
    "a gap that is not bridged": (*GAP, GAP[0], "1 0 0 0\n2 2 2 0\n", 1.5, 1.5, 2, 1),
    "two that swap names": (*PAIR, ["11.22", "22.11"], "1 0 1 0\n2 0 1 0\n", 2 * 1.5 + 2 * 1, 2 * 1.5 + 2 * 1, 4, 2),
    "two merged in the first frame": (*PAIR, ["55555", "55.66"], "5 0 1 0\n6 1 1 0\n", 5 + 2 * 1.5, 2 * 1.5, 4, 2),
    "an extra track costs its objects alone": (*TRACK, ["111.9", ".1119"], "1 0 1 0\n9 0 1 0\n", 2, 0, 2, 1),
    "nothing found": (*TRACK, [".....", "....."], "", 21.5, 1.5, 2, 1),
    "a single frame": (
        ["11.22"],
        "1 0 0 0\n2 0 0 0\n",
        ["11.22"],
        "7 0 0 0\n".replace("7", "1") + "2 0 0 0\n",
        0,
        0,
        2,
        0,
    ),
}


def build(world, reference, reference_tracks, result, result_tracks, first=0):
    for frame, (truth, found) in enumerate(zip(reference, result, strict=True), start=first):
        world.tra(frame, truth)
        world.mask(frame, found)
    world.tracks(reference_tracks, result_tracks)


@pytest.mark.parametrize(
    ("reference", "reference_tracks", "result", "result_tracks", "cost", "edge_cost", "objects", "edges"),
    WORLDS.values(),
    ids=WORLDS,
)
def test_costs(world, reference, reference_tracks, result, result_tracks, cost, edge_cost, objects, edges):
    build(world, reference, reference_tracks, result, result_tracks)
    measures = evaluate_sequence(world.folder, "01").measures
    assert measures.tra == pytest.approx(1 - cost / (10 * objects + 1.5 * edges))
    assert measures.lnk == (pytest.approx(1 - min(edge_cost / (1.5 * edges), 1)) if edges else None)


def test_a_link_between_tracks_that_the_reference_has_as_one(world):
    build(world, ["11...", "22..."], "1 0 0 0\n2 1 1 1\n", ["11...", "11..."], "1 0 1 0\n")
    evaluation = evaluate_sequence(world.folder, "01")
    assert evaluation.edge_errors == EdgeErrors((), (), (((0, 1), (1, 1)),), 1)


def test_result_tracks_are_cut_to_the_reference_span(world):
    build(
        world, ["11..2", "11..2"], "1 5 6 0\n2 5 6 0\n", ["33..4", "33..4"], "9 0 4 0\n3 5 9 9\n4 1 30 0\n8 7 9 4\n", 5
    )
    assert evaluate_sequence(world.folder, "01").measures.tra == 1


def test_a_hole_in_the_reference_frames_is_refused(world):
    for frame in (0, 1, 3):
        world.tra(frame, "11")
        world.mask(frame, "11")
    world.tracks("1 0 3 0\n", "1 0 3 0\n")
    with pytest.raises(ValueError, match=r"man_track\.txt: track 1 is in frame 3, expected 0 to 2 alone"):
        evaluate_sequence(world.folder, "01")


def test_frames_are_numbered_from_the_first_track(world):
    build(world, ["11..2", "11..."], "1 0 1 0\n2 0 0 0\n", ["11...", "11..."], "1 0 1 0\n", first=5)
    evaluation = evaluate_sequence(world.folder, "01")
    assert evaluation.measures.tra == pytest.approx(1 - 10 / 31.5)
    assert evaluation.vertex_errors.missed == ((5, 2),)


@pytest.mark.parametrize(
    ("reference_tracks", "result_tracks", "file"),
    [("1 0 0 0\n", "1 0 1 0\n", "man_track"), ("1 0 1 0\n", "1 0 0 0\n", "res_track"), ("", "1 0 1 0\n", "man_track")],
)
def test_tracks_that_do_not_agree_with_the_images_are_refused(world, reference_tracks, result_tracks, file):
    build(world, ["11", "11"], reference_tracks, ["11", "11"], result_tracks)
    with pytest.raises(ValueError, match=rf"{file}\.txt"):
        evaluate_sequence(world.folder, "01")


def test_without_result_tracks_there_is_no_tra(world):
    build(world, *TRACK, *TRACK)
    (world.results / "res_track.txt").unlink()
    measures = evaluate_sequence(world.folder, "01").measures
    assert (measures.det, measures.tra, measures.lnk, measures.op_ctb) == (1, None, None, None)


def test_no_object_at_all_is_refused():
    with pytest.raises(ValueError, match="no reference marker found"):
        tra(VertexErrors((), (), (), 0), EdgeErrors((), (), (), 0))
    assert lnk(EdgeErrors((), (), (), 0)) is None
