"""``ctc-submission segment``: frames in, masks out."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ctc_submission.cli.machine import add_machine_arguments, chosen_execution
from ctc_submission.cli.paths import need_frames, need_weights
from ctc_submission.cli.setting_options import add_options
from ctc_submission.extras import require_extra
from ctc_submission.network.architecture import NETWORKS
from ctc_submission.preprocessing.pseudocolor_parameters import PseudocolorParameters
from ctc_submission.segmentation.configuration import (
    Configuration,
    change_configuration,
    configuration_for,
    read_configuration,
)
from ctc_submission.segmentation.labeling_parameters import LabelingParameters
from ctc_submission.segmentation.running.shards import WHOLE, Shard, parse_shard
from ctc_submission.segmentation.shipped import check_shipped, shipped_names
from ctc_submission.settings import find_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.usage = "%(prog)s INPUT OUTPUT_DIR (--dataset NAME | --config FILE.toml) [--spacing Z Y X] [options]"
    parser.add_argument(
        "source", type=Path, metavar="INPUT", help="folder of t000.tif, t001.tif, ... or of other images, or one file"
    )
    parser.add_argument(
        "results", type=Path, metavar="OUTPUT_DIR", help="folder for mask000.tif, ..., or NAME_mask.tif"
    )
    _add_start(parser)
    first = parser.add_argument_group("most used")
    add_pattern_argument(first)
    _add_options(first, _FIRST)
    first.add_argument(
        "--overwrite", action="store_true", help="replace masks of another configuration, recording or origin"
    )
    machine = add_machine_arguments(parser)
    _add_options(
        parser.add_argument_group("configuration", _EACH_REPLACES), [name for name in OPTIONS if name not in _FIRST]
    )
    machine.add_argument(
        "--mask-type",
        choices=("uint16", "uint32"),
        default="uint16",
        help="uint32 for more than 65535 cells in a frame, which the challenge does not take",
    )
    machine.add_argument(
        "--ome-zarr", type=Path, metavar="NAME.zarr", help="write all masks as one OME-Zarr image as well"
    )
    machine.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="send frames to a Dask cluster, such as tcp://host:8786, whose workers see the same paths; "
        "local:N starts N processes on this machine",
    )
    machine.add_argument(
        "--shard",
        type=_shard,
        default=WHOLE,
        metavar="I/N",
        help="segment only every N-th frame, from the I-th on (1 to N); all shards may run at once, each with a run "
        "record "
        "of its own. A last call without --shard segments what is missing and joins the records",
    )


def add_pattern_argument(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add the argument that chooses files of a folder."""
    parser.add_argument(
        "--pattern",
        metavar="'*_C1.tif'",
        help="segment only the files of the folder that match, in quotes (default: t000.tif, ..., else all images)",
    )


def add_configuration_arguments(parser: argparse.ArgumentParser, required: bool = True) -> None:
    """Add the arguments from which `chosen_configuration` is made."""
    _add_start(parser, required)
    _add_options(parser.add_argument_group("configuration", _EACH_REPLACES), list(OPTIONS))


def check_configuration_paths(arguments: argparse.Namespace) -> None:
    """Check that the files are there that a configuration is made from; nothing is read.

    Raises
    ------
    FileNotFoundError, ValueError
        If one is not, or no configuration has the name.
    """
    if arguments.config and not arguments.config.is_file():
        raise FileNotFoundError(f"{arguments.config}: no such configuration file")
    if arguments.dataset:
        check_shipped(arguments.dataset)
    elif arguments.network:
        raise ValueError("--network goes with --dataset; a configuration of your own names its weights itself")
    need_weights(arguments.segmentation_model)
    need_weights(arguments.center_model)


def _add_start(parser: argparse.ArgumentParser, required: bool = True) -> None:
    """Add what the configuration starts from."""
    start = parser.add_mutually_exclusive_group(required=required)
    start.add_argument("--dataset", help=f"use a shipped configuration: {', '.join(shipped_names())}")
    start.add_argument("--config", type=Path, metavar="FILE.toml", help="use a configuration of your own")
    parser.add_argument(
        "--network",
        action=_ChooseNetwork,
        choices=NETWORKS,
        help="with --dataset: the configuration shipped with this network, where there is one besides the default. "
        "Replaces weights, pseudocolors, thresholds and sizes of the options before it, not of those after it",
    )


class _ChooseNetwork(argparse.Action):
    """Forgets the options before it that go with another network: those of a script, which states all of them."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        for kind in _TABLES.values():
            for name, option in find_options(kind).items():
                if not option.any_network:
                    setattr(namespace, name, None)
        namespace.network = values


def _add_options(group: argparse._ArgumentGroup, names: Sequence[str]) -> None:
    """Add options which replace a value of the configuration."""
    for name in names:
        add_options(group, _TABLES[OPTIONS[name]], [name])


def chosen_configuration(arguments: argparse.Namespace) -> Configuration:
    """Return the configuration that the arguments ask for."""
    if arguments.config:
        start = read_configuration(arguments.config)
    else:
        start = configuration_for(arguments.dataset, arguments.network)
    values: dict[str, Any] = {}
    for name, table in OPTIONS.items():
        value = getattr(arguments, name)
        if value is not None:
            (values.setdefault(table, {}) if table else values)[name] = value
    stated = values.get("pseudocolor", {})
    if len({"adjacent_mean", "normalization"} & set(stated)) == 1 and start.pseudocolor is None:
        missing = "normalization" if "adjacent_mean" in values["pseudocolor"] else "adjacent_mean"
        raise ValueError(f"--{missing.replace('_', '-')} is missing: state both values of pseudocoloring, or none")
    return change_configuration(start, values)


def run(arguments: argparse.Namespace) -> int:
    """Segment."""
    check_configuration_paths(arguments)
    need_frames(arguments.source, or_file=True)
    if arguments.scheduler:
        require_extra("cluster", "--scheduler")
    configuration = chosen_configuration(arguments)
    from ctc_submission.segmentation.pipeline import segment_sequence

    if arguments.ome_zarr:
        from ctc_submission.segmentation.ome_zarr_masks import check_zarr_target

        if arguments.shard != WHOLE:
            raise ValueError(
                "--ome-zarr takes all masks, and --shard makes some: add it to the last call, without --shard"
            )
        check_zarr_target(arguments.ome_zarr)
    manifest = segment_sequence(
        arguments.source,
        arguments.results,
        configuration,
        chosen_execution(arguments),
        overwrite=arguments.overwrite,
        shard=arguments.shard,
        scheduler=arguments.scheduler,
        pattern=arguments.pattern,
        mask_type=arguments.mask_type,
    )
    if arguments.ome_zarr:
        from ctc_submission.segmentation.ome_zarr_masks import write_ome_zarr

        write_ome_zarr(arguments.ome_zarr, arguments.results, manifest)
    cells = [frame.cells for frame in manifest.finished]
    mean = sum(cells) / max(1, len(cells))
    print(f"{len(cells)} masks in {arguments.results}, {mean:.1f} cells a frame; record: {manifest.path}")
    return 0


def _shard(text: str) -> Shard:
    try:
        return parse_shard(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


_EACH_REPLACES = (
    "each replaces a value of the shipped configuration or of FILE.toml; docs/configuration.md lists all keys"
)
_FIRST = ("spacing", "channel", "scene", "cell_diameter", "minimum_size", "precision")
"""Options that are needed first to segment a recording of one's own."""
_TABLES = {"": Configuration, "pseudocolor": PseudocolorParameters, "labeling": LabelingParameters}
"""Tables of a configuration, by their names in files."""
OPTIONS = MappingProxyType({name: table for table, kind in _TABLES.items() for name in find_options(kind)})
"""Keys of a configuration that are options as well, and the table that each stands in."""
