"""Configurations by what a user has: a name, a TOML file, or a checkpoint alone."""

from pathlib import Path

from ctc_submission.network.stored import StoredNetwork
from ctc_submission.segmentation.configuration import (
    CONFIGURATIONS,
    Configuration,
    change_configuration,
    configuration_for,
    read_configuration,
)


def find_pretrained(name: str | Path) -> Configuration:
    """Find a configuration.

    Parameters
    ----------
    name : str or Path
        Name of a shipped configuration, path of a TOML file, or path of a checkpoint (``.safetensors``). A checkpoint
        is used with the shipped configuration of the dataset that its card names, else with the defaults.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the name is unknown, or the file is not as it must be.
    """
    path = Path(name)
    if path.suffix == ".toml":
        return read_configuration(path)
    if path.suffix == ".safetensors":
        return _of_checkpoint(path)
    return configuration_for(str(name))


def _of_checkpoint(path: Path) -> Configuration:
    card = StoredNetwork(path).card
    start = configuration_for(card.dataset) if card.dataset in CONFIGURATIONS.names else None
    tiles = {} if card.tiles is None else {"tiles": card.tiles}
    return change_configuration(start, {"segmentation_model": path, **tiles})
