from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import write_mask
from ctc_submission.evaluation.evaluate import evaluate_sequence
from ctc_submission.evaluation.references import Reference
from ctc_submission.fitting.referenced_frames import find_referenced_frames
from ctc_submission.fitting.scoring import PredictedFrame, Score, label_frame, match_labels, score_frames
from ctc_submission.recordings.reading import read_stack
from ctc_submission.segmentation.labeling import LabelingParameters, label_cells
from ctc_submission.training.data.sources import Source

COMPONENTS = LabelingParameters("components")


@pytest.fixture
def predicted(dataset, tmp_path) -> list[PredictedFrame]:
    """Probabilities of the frames of sequence 01: noise over the truth, so that cells are missed and dirt is found."""
    frames = find_referenced_frames(Source(dataset, "01"), "OP_CSB")
    made = []
    for frame in frames:
        noise = np.random.default_rng(frame.file.number).uniform(0, 1, (1, 3, 64, 64))
        noise[..., 10:20, :20] = 0.9
        path = tmp_path / f"{frame.file.number}.npy"
        np.save(path, noise.astype(np.float16))
        made.append(PredictedFrame(frame, path, (1.0, 1.0, 1.0), partial(read_stack, frame.file)))
    return made


@pytest.mark.parametrize("threshold", [0.7, 0.85])
@pytest.mark.parametrize("penalize", [True, False])
def test_scores_are_those_of_written_masks(predicted, dataset, tmp_path, threshold, penalize):
    parameters = replace(COMPONENTS, foreground_threshold=threshold)
    folder = tmp_path / "dataset"
    for kind in ("SEG", "TRA"):
        (folder / "01_GT" / kind).mkdir(parents=True)
    (folder / "01_RES").mkdir()
    for each in predicted:
        for reference in (*each.frame.seg, *each.frame.tra):
            (folder / reference.path.relative_to(dataset)).symlink_to(reference.path)
        labels = label_frame(each.probabilities, parameters)
        write_mask(folder / "01_RES" / f"mask{each.frame.file.number:03d}.tif", labels)

    score = score_frames(predicted, parameters, penalize)
    expected = evaluate_sequence(folder, "01", penalize_extra_detections=penalize).measures

    assert 0 < expected.seg < 1
    assert (score.seg, score.det) == (expected.seg, expected.det)
    assert score.by("OP_CSB") == expected.op_csb


def test_what_is_too_small_for_its_recording_is_no_cell(predicted):
    parameters = replace(COMPONENTS, foreground_threshold=0.85)
    small = [replace(frame, smallest_cell=150) for frame in predicted]
    assert score_frames(small, parameters) == score_frames(predicted, replace(parameters, minimum_size=150))
    assert score_frames(small, parameters) == score_frames(small, replace(parameters, minimum_size=99))
    assert score_frames(small, parameters) != score_frames(predicted, parameters)


def test_a_measure_without_references_is_refused_by_name():
    assert Score(0.5, None).by("SEG") == 0.5
    assert Score(None, 0.75).by("DET") == 0.75
    with pytest.raises(ValueError, match="no TRA reference to score OP_CSB by"):
        Score(0.5, None).by("OP_CSB")
    with pytest.raises(ValueError, match="no SEG reference to score SEG by"):
        Score(None, 0.5).by("SEG")


def test_two_networks_make_foreground_and_centers(tmp_path):
    probabilities = np.zeros((2, 1, 20, 40), np.float16)
    probabilities[0, 0, 5:15, 5:35] = 0.9
    probabilities[1, 0, 8:12, [*range(8, 12), *range(28, 32)]] = 0.9
    np.save(tmp_path / "two.npy", probabilities)
    labels = label_frame(tmp_path / "two.npy", LabelingParameters("centers"))
    assert labels.dtype == np.uint16
    assert labels.max() == 2


@pytest.mark.parametrize(("z", "shape"), [(None, (2, 8, 8)), (1, (3, 8, 8)), (3, (1, 8, 8)), (0, (1, 8, 9))])
def test_a_reference_that_does_not_fit_is_refused(tmp_path, z, shape):
    path: Path = tmp_path / "man_seg.tif"
    write_mask(path, np.ones(shape, np.uint16))
    with pytest.raises(ValueError, match=r"man_seg\.tif: size .* in a frame of 3 slices"):
        match_labels(Reference(path, 0, z), np.ones((3, 8, 8), np.uint16))


def test_cells_may_be_judged_by_the_intensities_of_their_frame(predicted):
    parameters = replace(COMPONENTS, foreground_threshold=0.8, minimum_contrast=0.5)
    each = predicted[0]
    kept = label_frame(each.probabilities, parameters, each.read)
    foreground = np.load(each.probabilities)[0].astype(np.float32)
    assert np.array_equal(kept, label_cells(foreground, image=each.read(), parameters=parameters))
    assert 0 < kept.max() < label_frame(each.probabilities, replace(parameters, minimum_contrast=0.0)).max()
    assert score_frames(predicted, parameters) != score_frames(predicted, replace(parameters, minimum_contrast=0.0))
