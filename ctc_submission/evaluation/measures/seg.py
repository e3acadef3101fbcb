"""SEG, the challenge's segmentation accuracy: how well the matched objects overlap."""

from collections.abc import Sequence

from ctc_submission.evaluation.matching import Matching
from ctc_submission.evaluation.measures.definition import Measure


def seg(matchings: Sequence[Matching]) -> float:
    """Mean Jaccard index |R and S| / |R or S| over all reference objects of all reference files, 0 without a match.

    Result objects that no reference object matches cost nothing.

    Parameters
    ----------
    matchings : sequence of Matching
        One for each reference file.

    Raises
    ------
    ValueError
        If there is no reference object at all.
    """
    indices = [jaccard for matching in matchings for jaccard in matching.jaccard.tolist()]
    if not indices:
        raise ValueError("no reference object found: expected at least one label above 0 in the SEG references")
    return sum(indices) / len(indices)


SEG = Measure(
    "seg",
    "SEG",
    "how well cells are outlined: mean overlap (Jaccard index J) of reference cells with the result cell on more than "
    "half of each, 0 for a missed one",
    lambda found: seg(found.matchings) if found.matchings else None,
)
