"""The tracks of a result held against those of the reference."""

from collections.abc import Sequence
from pathlib import Path

from ctc_submission.challenge.tracks import read_tracks
from ctc_submission.evaluation.matching import Matching
from ctc_submission.evaluation.measures.det import VertexErrors, find_vertex_errors
from ctc_submission.evaluation.measures.tra import EdgeErrors, find_edge_errors
from ctc_submission.evaluation.track_checks import check_tracks, cut_tracks


def compare_tracks(
    matchings: Sequence[Matching], reference_path: Path, result_path: Path
) -> tuple[VertexErrors, EdgeErrors]:
    """Find the errors of a tracking result, among its objects and among its edges.

    The reference frames are numbered on from the first frame of any reference track, and the result's tracks are cut
    to the span of the reference's, as the organizers' software does.

    Parameters
    ----------
    matchings : sequence of Matching
        Matched objects of every reference frame, in name order.
    reference_path, result_path : Path
        The track files ``man_track.txt`` and ``res_track.txt``.

    Raises
    ------
    FileNotFoundError
        If a track file is missing.
    ValueError
        If a track file is malformed or does not agree with the images, or there is no reference track.
    """
    reference, result = read_tracks(reference_path), read_tracks(result_path)
    if not reference or not matchings:
        raise ValueError(f"{reference_path}: no reference marker found, expected a track and a man_trackT.tif")
    first = min(track.begin for track in reference.values())
    result = cut_tracks(result, first, max(track.end for track in reference.values()))
    check_tracks(reference, [set(each.labels.tolist()) for each in matchings], first, reference_path)
    check_tracks(result, [set(each.result_labels.tolist()) for each in matchings], first, result_path)
    frames = list(enumerate(matchings, start=first))
    return find_vertex_errors(frames), find_edge_errors(reference, result, frames)
