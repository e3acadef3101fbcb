"""What a segmentation depends on: one frozen configuration, files in TOML, those of the shipped weights."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, get_args

from ctc_submission.challenge.datasets import recognize_dataset
from ctc_submission.network.architecture import NETWORKS
from ctc_submission.network.precision import Precision
from ctc_submission.parsing import parse_settings
from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters
from ctc_submission.resources import models_folder
from ctc_submission.segmentation.labeling_parameters import LabelingParameters
from ctc_submission.segmentation.shipped import check_shipped, shipped_names
from ctc_submission.settings import Expected, Option, Within, check_table, one_of, settings

MODELS = models_folder()
"""Folder of the shipped weights and their configurations, see `resources.models_folder`."""
_CHECKPOINT = Expected("the path of a checkpoint")


@settings
class Configuration:
    """How a frame becomes a mask."""

    segmentation_model: Annotated[Path, _CHECKPOINT, Option("checkpoint that predicts the foreground", "FILE")]
    """Checkpoint of the network that predicts the foreground, and interiors or centers if it has these outputs."""
    center_model: Annotated[Path | None, _CHECKPOINT, Option("checkpoint that predicts cell centers", "FILE")] = None
    """Checkpoint of the network that predicts cell centers, for the labeling method 'centers'. None: the segmentation
    model predicts them too."""
    tiles: Annotated[
        int,
        one_of(1, 6, description="1 (whole slices) or 6 (square patches)"),
        Option("1: each slice as a whole; 6: each slice as six square patches"),
    ] = 1
    """Square patches that each slice is cut into and resized: 1 (the whole slice) or 6."""
    cell_diameter: Annotated[
        float | None,
        Within("1 or more pixels", ge=1),
        Option("cell diameter, for the general models (default: measured)", "PIXELS", any_network=True),
    ] = None
    """Width of the cells in pixels of y and x, for networks trained at one cell diameter (that of the model card), such
    as the general models: slices are rescaled from the one to the other and cut into patches. None: measured on the
    recording. Other networks do not use it."""
    shown_diameter: Annotated[
        float | None,
        Within("1 or more pixels", ge=1),
        Option(
            "cell diameter at which the networks are shown cells (default: their own); for the general models", "PIXELS"
        ),
    ] = None
    """Width in pixels at which cells are shown to networks that were trained at one cell diameter: slices are rescaled
    to it. None: that one. Work grows with its square."""
    three_view: Annotated[
        bool,
        Option("also predict orthogonal (XZ, YZ) slices and average, where slices are close; for the general models"),
    ] = False
    """Three-view prediction: orthogonal (XZ, YZ) slices are predicted too, and the three predictions averaged; for
    networks trained at one cell diameter, and only where slices are at most three pixels apart and the stack is as deep
    as a cell. Of a cube, three times as many pixels are predicted; ``info`` and ``segment`` print the number of
    inputs."""
    three_view_smoothing: Annotated[
        float,
        Within("a number, 0 or more", ge=0),
        Option("Gaussian smoothing of averaged three-view predictions, in cell diameters", "DIAMETERS"),
    ] = 0.0
    """Standard deviation, in cell diameters, of the Gaussian that smooths predictions averaged over three views, which
    differ from slice to slice; 0 for none."""
    minimum_diameter: Annotated[
        float,
        Within("a part in [0, 1)", ge=0, lt=1),
        Option("cells smaller than a ball this wide count as too small; for the general models", "DIAMETERS"),
    ] = 0.0
    """Diameter, in cell diameters, of a ball (of a disk in 2D, and where slices are far apart): what has fewer voxels
    is treated like components below ``minimum_size``. For networks trained at one cell diameter."""
    dimensions: Annotated[int | None, one_of(2, 3, description="2 or 3")] = None
    """3 where frames must be stacks, 2 where they must be single slices; None takes both."""
    axes: Annotated[
        str | None,
        Expected("a text such as 'ZYX'"),
        Option("axes of the files in stored order, such as ZYX, where the files do not state them", any_network=True),
    ] = None
    """Axes of the files in stored order, such as 'ZYX', where the files do not state them."""
    channel: Annotated[
        str | None,
        Expected("a text such as 'DAPI' or '1'"),
        Option("channel to segment where files hold several, by number from 0 or by name", "N|NAME", any_network=True),
    ] = None
    """Channel of the files by name, or by number from 0, where they hold several."""
    scene: Annotated[
        str | None,
        Expected("a text such as 'Series001' or '1'"),
        Option("scene (image, series, position) where files hold several, likewise", "N|NAME", any_network=True),
    ] = None
    """Scene (image, series, position) of the files by name, or by number from 0, where they hold several."""
    precision: Annotated[
        Precision,
        Expected(f"one of {', '.join(get_args(Precision))}"),
        Option(
            "number format of the networks; float32 gives equal masks on all machines, auto is fastest",
            any_network=True,
        ),
    ] = "auto"
    """Number format of the networks: 'float32' gives equal masks on all machines. 'auto', for speed: bfloat16 on CPUs
    that support it, float16 on CUDA, otherwise float32."""
    pseudocolor: PseudocolorParameters | None = None
    """How slices are colored; None for what the checkpoint was trained with."""
    labeling: LabelingParameters = LabelingParameters()
    """How probabilities become labels."""


class ShippedConfigurations(Mapping[str, Configuration]):
    """Configurations by name: a folder's TOML files, each read when it is asked for.

    ``NAME-b5`` is the configuration of NAME with another network. The file of a dataset does not state the
    field-of-interest margin, nor the voxel size where the challenge gives one: they are those of `challenge.datasets`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def names(self) -> list[str]:
        """Names of all, in alphabetical order."""
        return shipped_names(self.folder)

    def files(self, name: str) -> list[Path]:
        """List what a configuration is read from: its own file, and that of the configuration it starts from."""
        path = self.folder / f"{name}.toml"
        start = _read_toml(path).get("dataset")
        return [path, *(self.files(start) if start else ())]

    def __getitem__(self, name: str) -> Configuration:
        if name not in self.names:
            raise KeyError(name)
        configuration = read_configuration(self.folder / f"{name}.toml")
        dataset, labeling = recognize_dataset(name), configuration.labeling
        if dataset is None:
            return configuration
        spacing = labeling.spacing or dataset.spacing
        return replace(configuration, labeling=replace(labeling, field_margin=dataset.field_margin, spacing=spacing))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


CONFIGURATIONS = ShippedConfigurations(MODELS)
"""The configurations that weights are shipped for: datasets by the challenge's name, ``nuclei`` for any recording."""


def configuration_for(dataset: str, network: str | None = None) -> Configuration:
    """Return a dataset's configuration.

    Parameters
    ----------
    dataset : str
        Name of a shipped configuration.
    network : str, optional
        One of `NETWORKS`, such as ``b5``: the configuration of the dataset with this network. The dataset's default
        if not given.

    Raises
    ------
    FileNotFoundError
        If the folder of configurations holds none, or the weights are not there.
    ValueError
        If the dataset is unknown, no weights (with this network) are shipped for it, or its file in `MODELS` is not as
        it must be.
    """
    check_shipped(dataset, CONFIGURATIONS.folder)
    return CONFIGURATIONS[dataset if network is None else _with_network(dataset, network)]


def _with_network(dataset: str, network: str) -> str:
    """Name the configuration of a dataset that uses a network."""
    from ctc_submission.network.card import read_card

    names = CONFIGURATIONS.names
    others = {network: name for network in NETWORKS if (name := f"{dataset}-{network}") in names}
    if network in others:
        return others[network]
    encoder = read_card(CONFIGURATIONS[dataset].segmentation_model).architecture.encoder
    own = [name for name, architecture in NETWORKS.items() if architecture.encoder == encoder]
    if network in own:
        return dataset
    shipped = own + list(others)
    raise ValueError(
        f"no network {network} is shipped for {dataset}: expected {' or '.join(shipped)}, or a checkpoint of your own"
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
    try:
        start = _find_start(values.pop("dataset", None))
        for key in ("segmentation_model", "center_model"):
            if key in values:
                values[key] = _find_model(path.parent, key, values[key])
        return change_configuration(start, values)
    except ValueError as error:
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
    check_table("", values, Configuration)
    changed = dict(values)
    for name, table in (("pseudocolor", PseudocolorParameters), ("labeling", LabelingParameters)):
        if name in values:
            changed[name] = _change_table(name, getattr(start, name, None) or table(), values[name])
    if start is not None:
        return replace(start, **changed)
    if "segmentation_model" not in changed:
        raise ValueError("segmentation_model is missing: name a checkpoint, or a dataset to start from")
    return Configuration(**changed)


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such configuration file")
    try:
        return parse_settings(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _find_start(dataset: Any) -> Configuration | None:
    """Find the configuration that a file starts from, if it names one."""
    if dataset is None:
        return None
    if not isinstance(dataset, str):
        raise ValueError(f"dataset is {dataset!r}, expected the name of one of {', '.join(CONFIGURATIONS)}")
    return configuration_for(dataset)


def _change_table(name: str, start: Any, values: Any) -> Any:
    """Replace some fields of a table."""
    check_table(name, values, type(start))
    try:
        return replace(start, **values)
    except ValueError as error:
        raise ValueError(f"in [{name}], {error}") from error


def _find_model(folder: Path, key: str, name: Any) -> Path:
    if not isinstance(name, str):
        raise ValueError(f"{key} is {name!r}, expected {_CHECKPOINT.description}")
    beside = folder / name
    return beside if beside.is_file() or not (MODELS / name).is_file() else MODELS / name
