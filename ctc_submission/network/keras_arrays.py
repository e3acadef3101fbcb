"""The arrays of Keras' HDF5 files, layer by layer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

Arrays = Mapping[str, np.ndarray]
_MOST_EXPANSION = 1000
"""No array is larger than this many times its file: HDF5 compresses zeros by about that."""


def read_arrays(path: Path) -> tuple[str | None, dict[str, Arrays]]:
    """Read a file of ``model.save`` or ``model.save_weights``.

    Returns
    -------
    tuple of str or None and dict of str to Arrays
        The model's configuration as JSON, None where the file holds weights alone; and the arrays of every layer.

    Raises
    ------
    ValueError, OSError, KeyError and others
        Whatever h5py raises at a damaged file.
    """
    import h5py

    with h5py.File(path) as file:
        config = file.attrs.get("model_config")
        arrays = _read_layers(path, file if config is None else file["model_weights"])
        return config.decode() if isinstance(config, bytes) else config, arrays


def _read_layers(path: Path, group: Any) -> dict[str, Arrays]:
    """Read the arrays of every layer by name, in order; those of a model within the model too."""
    layers = _names(group, "layer_names")
    if not layers:
        raise ValueError(
            f"{path}: an HDF5 file without Keras' list of layers, expected one of model.save('NAME.h5'); "
            "Keras 3's '.weights.h5' does not keep their order"
        )
    found: dict[str, Arrays] = {}
    for layer in layers:
        stored = {
            name.split(":")[0]: _read_array(path, group[layer][name]) for name in _names(group[layer], "weight_names")
        }
        owners = dict.fromkeys(name.split("/")[-2] if "/" in name else layer for name in stored)
        for owner in owners if len(owners) > 1 else [layer]:
            if owner in found:
                raise ValueError(f"{path}: holds two layers of the name '{owner}', expected names of their own")
            mine = [name for name in stored if len(owners) < 2 or name.split("/")[-2:-1] == [owner]]
            found[owner] = {name.split("/")[-1]: stored[name] for name in mine}
    return found


def _read_array(path: Path, stored: Any) -> np.ndarray:
    """Read one array, if the file can hold what it declares."""
    if stored.nbytes > _MOST_EXPANSION * path.stat().st_size:
        raise ValueError(f"'{stored.name}' declares {stored.nbytes} bytes in a file of {path.stat().st_size}")
    return np.asarray(stored)


def _names(group: Any, name: str) -> list[str]:
    """Return a list of names, which HDF5 splits into pieces where it is long."""
    pieces = [name] if name in group.attrs else [f"{name}{index}" for index in range(len(group.attrs))]
    found = [entry for piece in pieces if piece in group.attrs for entry in group.attrs[piece]]
    return [entry.decode() if isinstance(entry, bytes) else str(entry) for entry in found]
