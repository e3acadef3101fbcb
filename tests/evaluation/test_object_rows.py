from ctc_submission.evaluation.evaluate import evaluate_sequence
from ctc_submission.evaluation.object_rows import object_rows


def test_every_object_is_a_row(world):
    world.seg(0, "11.22/11.22", z=1)
    world.tra(0, "...../.....|12.33/12.33")
    world.mask(0, "7..../.....|66.../66...")
    seg_rows, tra_rows = [], []
    for row in object_rows(evaluate_sequence(world.folder, "01")):
        (seg_rows if row.references == "SEG" else tra_rows).append(row)
        assert (row.dataset, row.sequence, row.frame) == ("Fluo-C3DL-MDA231", "01", 0)

    found = [(row.label, row.match, row.outcome, row.jaccard, row.voxels, row.slice) for row in seg_rows]
    assert found == [(1, 6, "matched", 1.0, 4, 1), (2, 0, "missed", 0.0, 4, 1)]
    assert [(row.z, row.y, row.x) for row in seg_rows] == [(1.0, 0.5, 0.5), (1.0, 0.5, 3.5)]

    found = [(row.label, row.match, row.outcome, row.jaccard, row.voxels, row.slice) for row in tra_rows]
    assert found == [
        (1, 6, "merged", 0.5, 2, None),
        (2, 6, "merged", 0.5, 2, None),
        (3, 0, "missed", 0.0, 4, None),
        (0, 7, "extra", 0.0, 1, None),
    ]
    assert (tra_rows[3].z, tra_rows[3].y, tra_rows[3].x) == (0.0, 0.0, 0.0)
