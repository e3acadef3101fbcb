"""PESEG, the paper's parameter efficiency of a segmentation (its equation for PE, section 4)."""


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
