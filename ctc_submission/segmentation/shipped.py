"""Which configurations there are, by name; none of them is read."""

from pathlib import Path

from ctc_submission.challenge.datasets import DATASETS
from ctc_submission.resources import MODELS_VARIABLE, models_folder


def shipped_names(folder: Path | None = None) -> list[str]:
    """List the names of the configurations in a folder, that of the shipped ones if none is given."""
    return sorted(path.stem for path in (folder or models_folder()).glob("*.toml"))


def check_shipped(name: str, folder: Path | None = None) -> None:
    """Check that there is a configuration of a name.

    Parameters
    ----------
    name : str
        Of a dataset, or of a general model.
    folder : Path, optional
        Folder of configurations; that of the shipped ones if not given.

    Raises
    ------
    FileNotFoundError
        If the folder holds no configurations.
    ValueError
        If none has this name.
    """
    folder = folder or models_folder()
    names = shipped_names(folder)
    if name in names:
        return
    if not names:
        raise FileNotFoundError(
            f"{folder}: holds no configurations, expected NAME.toml; name the folder of yours in {MODELS_VARIABLE}, or "
            "unset it for the shipped ones"
        )
    problem = f"no weights are shipped for '{name}'" if name in DATASETS else f"unknown dataset '{name}'"
    raise ValueError(
        f"{problem}: expected one of {', '.join(names)} (those in {folder}), or --config with weights of yours"
    )
