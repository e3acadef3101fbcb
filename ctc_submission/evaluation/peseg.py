"""PESEG, the paper's parameter efficiency of a segmentation (its equation for PE, section 4)."""

import json
from pathlib import Path


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


def find_parameters(results: Path) -> int | None:
    """Read the number of parameters from the run manifest beside a result folder (``01_RES.json`` for ``01_RES``).

    Returns
    -------
    int or None
        The manifest's ``parameters``, the total over the models used; None without a manifest or such an entry.

    Raises
    ------
    ValueError
        If the manifest is no JSON object, or its entry is no whole number.
    """
    manifest = results.with_name(f"{results.name}.json")
    if not manifest.is_file():
        return None
    try:
        entries = json.loads(manifest.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{manifest}: not a JSON file ({error}); repair it, or move it away") from error
    parameters = entries.get("parameters") if isinstance(entries, dict) else entries
    if parameters is not None and type(parameters) is not int:
        raise ValueError(
            f"{manifest}: parameters is {parameters!r}, expected a whole number; give --parameters instead"
        )
    return parameters
