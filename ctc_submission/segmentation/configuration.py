"""What a segmentation depends on: one frozen configuration, files in TOML, those of the shipped weights."""

import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

from ctc_submission.challenge.datasets import DATASETS
from ctc_submission.network.precision import Precision
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.renamed import modernize
from ctc_submission.segmentation.labeling import LabelingParameters

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MODELS = Path(__file__).resolve().parents[2] / "models"
"""Folder of the shipped weights and their configurations: ``models`` beside the package, in the repository as in a
submission's SW folder."""


@dataclass(frozen=True)
class Configuration:
    """How a frame becomes a mask."""

    segmentation_model: Path
    """Checkpoint of the network that predicts the foreground."""
    center_model: Path | None = None
    """Checkpoint of the network that predicts cell centers, for the labeling method 'centers'. None: the segmentation
    model predicts them too."""
    tiles: int = 1
    """Square patches a slice is cut into: 1 (the whole slice, resized) or 6."""
    cell_diameter: float | None = None
    """Width of the cells in pixels of y and x, for networks that know cells at one size (`ModelCard.diameter`): slices
    are rescaled to it and tiled. None: measured on the recording. Other networks do not use it."""
    cross_sections: bool = False
    """Three-view prediction: whether stacks are also cut along y and x, and the three predictions averaged; for
    networks that know cells at one size, and only where slices are at most three pixels apart and the stack is as deep
    as a cell. Three times the network's pixels for a cube; ``info`` and ``segment`` tell the number of inputs."""
    dimensions: int | None = None
    """3 or 2 where frames must be stacks or single slices; None takes both."""
    axes: str | None = None
    """Axes of the files in stored order, such as 'ZYX', where the files do not say so themselves."""
    precision: Precision = "auto"
    """What networks compute in: 'float32' for equal masks on all machines. 'auto', for speed: bfloat16 on CPUs fit for
    it, float16 on CUDA, otherwise float32."""
    pseudocolor: PseudocolorParameters | None = None
    """How slices are colored; None for what the checkpoint was trained with."""
    labeling: LabelingParameters = LabelingParameters()
    """How probabilities become labels."""

    def __post_init__(self) -> None:
        if self.tiles not in (1, 6):
            raise ValueError(f"tiles is {self.tiles}, expected 1 (whole slices) or 6 (square patches)")
        if self.cell_diameter is not None and not 1 <= self.cell_diameter < math.inf:
            raise ValueError(f"cell_diameter is {self.cell_diameter}, expected 1 or more pixels")
        if self.precision not in get_args(Precision):
            raise ValueError(f"precision is '{self.precision}', expected one of {', '.join(get_args(Precision))}")
        if self.dimensions not in (2, 3, None):
            raise ValueError(f"dimensions is {self.dimensions}, expected 2 or 3")


class ShippedConfigurations(Mapping[str, Configuration]):
    """Configurations by name: a folder's TOML files, each read when it is asked for.

    The file of a dataset does not state the border of the field of interest, nor the voxel size where the challenge
    gives one: they are those of `challenge.datasets`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def names(self) -> list[str]:
        """Names of all, in alphabetical order."""
        return sorted(path.stem for path in self.folder.glob("*.toml"))

    def files(self, name: str) -> list[Path]:
        """List what a configuration is read from: its own file, and that of the configuration it starts from."""
        path = self.folder / f"{name}.toml"
        start = _read_toml(path).get("dataset")
        return [path, *(self.files(start) if start else ())]

    def __getitem__(self, name: str) -> Configuration:
        if name not in self.names:
            raise KeyError(name)
        configuration = read_configuration(self.folder / f"{name}.toml")
        if name not in DATASETS:
            return configuration
        dataset, labeling = DATASETS[name], configuration.labeling
        spacing = labeling.spacing or dataset.spacing
        return replace(configuration, labeling=replace(labeling, border=dataset.border, spacing=spacing))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


CONFIGURATIONS = ShippedConfigurations(MODELS)
"""The configurations that weights are shipped for: datasets by the challenge's name, ``nuclei`` for any recording."""


def configuration_for(dataset: str) -> Configuration:
    """Return a dataset's configuration.

    Raises
    ------
    ValueError
        If the dataset is unknown, no weights are shipped for it, or its file in `MODELS` is not as it must be.
    """
    if dataset in CONFIGURATIONS.names:
        return CONFIGURATIONS[dataset]
    problem = f"no weights are shipped for '{dataset}'" if dataset in DATASETS else f"unknown dataset '{dataset}'"
    raise ValueError(
        f"{problem}: expected one of {', '.join(CONFIGURATIONS)} (those in {MODELS}), or --config with weights of yours"
    )


def read_configuration(path: Path) -> Configuration:
    """Read a configuration from a TOML file.

    Its keys are the fields of `Configuration`, its tables ``[pseudocolor]`` and ``[labeling]`` hold the fields of
    `PseudocolorParameters` and `LabelingParameters`. ``dataset`` names the configuration to start from. Paths are
    relative to the file; a checkpoint that is not there is looked for in `MODELS`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not TOML, or a key or value is unknown.
    """
    values = _read_toml(path)
    dataset = values.pop("dataset", None)
    try:
        for key in ("segmentation_model", "center_model"):
            if key in values:
                values[key] = _find_model(path.parent, key, values[key])
        start = configuration_for(dataset) if dataset else None
        return change_configuration(start, values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error


def change_configuration(start: Configuration | None, values: Mapping[str, Any]) -> Configuration:
    """Replace some fields of a configuration, those of its tables too.

    Parameters
    ----------
    start : Configuration or None
        Where the other values come from; None for the defaults.
    values : mapping
        New values by name; those of ``pseudocolor`` and ``labeling`` are mappings themselves.

    Raises
    ------
    ValueError
        If a name is unknown or a value out of range.
    """
    _check_names("key", values, Configuration)
    changed = dict(values)
    for name, table in (("pseudocolor", PseudocolorParameters), ("labeling", LabelingParameters)):
        if name in values:
            _check_names(f"key in [{name}]", values[name], table)
            before = getattr(start, name, None) or table()
            changed[name] = replace(before, **{key: _frozen(value) for key, value in values[name].items()})
    if start is not None:
        return replace(start, **changed)
    if "segmentation_model" not in changed:
        raise ValueError("segmentation_model is missing: name a checkpoint, or a dataset to start from")
    return Configuration(**changed)


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such configuration file")
    try:
        return modernize(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not TOML ({error})") from error


def _check_names(kind: str, values: Mapping[str, Any], table: type) -> None:
    if not isinstance(values, Mapping):
        raise ValueError(f"{kind.split()[-1].strip('[]')} is {values!r}, expected a table")
    known = [field.name for field in fields(table)]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(f"unknown {kind} '{unknown[0]}', expected one of {', '.join(known)}")


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _find_model(folder: Path, key: str, name: Any) -> Path:
    if not isinstance(name, str):
        raise ValueError(f"{key} is {name!r}, expected the path of a checkpoint")
    beside = folder / name
    return beside if beside.is_file() or not (MODELS / name).is_file() else MODELS / name
