"""PESEG, the paper's parameter efficiency of a segmentation (its equation for PE, section 4)."""

from ctc_submission.evaluation.measures.definition import Findings, Measure
from ctc_submission.evaluation.measures.seg import SEG


def parameter_efficiency(seg_value: float, parameters: int) -> float:
    """PESEG = SEG / parameters * 10^6.

    Raises
    ------
    ValueError
        If there is not at least one parameter.
    """
    if parameters < 1:
        raise ValueError(f"number of parameters is {parameters}, expected 1 or more")
    return seg_value / parameters * 1e6


def _compute(found: Findings) -> float | None:
    value = SEG.compute(found)
    return None if value is None or found.parameters is None else parameter_efficiency(value, found.parameters)


PESEG = Measure(
    "peseg",
    "PESEG",
    "SEG per million parameters of the networks: the paper's measure of efficiency; not limited to 1",
    _compute,
)
