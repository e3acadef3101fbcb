"""``ctc-submission segment``: frames in, masks out."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from ctc_submission.cli.machine import add_machine_arguments, chosen_execution
from ctc_submission.cli.paths import need_frames, need_weights
from ctc_submission.extras import require_extra
from ctc_submission.network.precision import Precision
from ctc_submission.preprocessing.colorings import Coloring
from ctc_submission.segmentation.running.shards import WHOLE, Shard, parse_shard
from ctc_submission.segmentation.shipped import check_shipped, shipped_names

if TYPE_CHECKING:
    from ctc_submission.segmentation.configuration import Configuration


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
        parser.add_argument_group("configuration", _EACH_REPLACES), [name for name in _OPTIONS if name not in _FIRST]
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
    _add_options(parser.add_argument_group("configuration", _EACH_REPLACES), list(_OPTIONS))


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
    need_weights(arguments.segmentation_model)
    need_weights(arguments.center_model)


def _add_start(parser: argparse.ArgumentParser, required: bool = True) -> None:
    """Add what the configuration starts from."""
    start = parser.add_mutually_exclusive_group(required=required)
    start.add_argument("--dataset", help=f"use a shipped configuration: {', '.join(shipped_names())}")
    start.add_argument("--config", type=Path, metavar="FILE.toml", help="use a configuration of your own")


def _add_options(group: argparse._ArgumentGroup, names: Sequence[str]) -> None:
    """Add options of `_OPTIONS`, which replace a value of the configuration."""
    group.set_defaults(**dict.fromkeys(names))
    for name in names:
        group.add_argument(f"--{name.replace('_', '-')}", default=argparse.SUPPRESS, **_OPTIONS[name][0])


def chosen_configuration(arguments: argparse.Namespace) -> "Configuration":
    """Return the configuration that the arguments ask for."""
    from ctc_submission.segmentation.configuration import change_configuration, configuration_for, read_configuration

    start = read_configuration(arguments.config) if arguments.config else configuration_for(arguments.dataset)
    values: dict[str, Any] = {}
    for name, (_, table) in _OPTIONS.items():
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
        chosen_configuration(arguments),
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
_OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "segmentation_model": ({"type": Path, "metavar": "FILE", "help": "checkpoint that predicts the foreground"}, ""),
    "center_model": ({"type": Path, "metavar": "FILE", "help": "checkpoint that predicts cell centers"}, ""),
    "tiles": (
        {"type": int, "choices": (1, 6), "help": "1: each slice as a whole; 6: each slice as six square patches"},
        "",
    ),
    "cell_diameter": (
        {"type": float, "metavar": "PIXELS", "help": "cell diameter, for the general models (default: measured)"},
        "",
    ),
    "three_view": (
        {
            "action": argparse.BooleanOptionalAction,
            "help": "also predict orthogonal (XZ, YZ) slices and average, where slices are close; for the general "
            "models",
        },
        "",
    ),
    "precision": (
        {
            "choices": get_args(Precision),
            "help": "number format of the networks; float32 gives equal masks on all machines, auto is fastest",
        },
        "",
    ),
    "axes": ({"help": "axes of the files in stored order, such as ZYX, where the files do not state them"}, ""),
    "channel": (
        {"metavar": "N|NAME", "help": "channel to segment where files hold several, by number from 0 or by name"},
        "",
    ),
    "scene": (
        {"metavar": "N|NAME", "help": "scene (image, series, position) where files hold several, likewise"},
        "",
    ),
    "coloring": (
        {
            "choices": get_args(Coloring),
            "help": "pseudocolors: neighbors add their regions of interest, their intensities, or nothing",
        },
        "pseudocolor",
    ),
    "adjacent_mean": (
        {"type": float, "help": "largest share of a slice that its region of interest may cover"},
        "pseudocolor",
    ),
    "normalization": (
        {"choices": ("channel", "image"), "help": "min-max normalization of each color channel, or of the whole image"},
        "pseudocolor",
    ),
    "method": (
        {
            "choices": ("centers", "interior", "distance", "single", "components"),
            "help": "how touching cells are separated",
        },
        "labeling",
    ),
    "foreground_threshold": ({"type": float, "help": "probability above which a voxel is foreground"}, "labeling"),
    "marker_threshold": (
        {"type": float, "help": "probability above which a voxel belongs to a center, or to an interior"},
        "labeling",
    ),
    "marker_dynamics": (
        {"type": float, "help": "how far a maximum of the center heatmap must rise above its saddle to be a center"},
        "labeling",
    ),
    "stitch_overlap": (
        {
            "type": float,
            "help": "least overlap, as a share of the smaller section, that joins sections of neighboring slices",
        },
        "labeling",
    ),
    "spacing": (
        {
            "type": float,
            "nargs": 3,
            "metavar": ("Z", "Y", "X"),
            "help": "voxel size; also as 2,0.5,0.5 (default: that of the files)",
        },
        "labeling",
    ),
    "smoothing": (
        {"type": float, "help": "Gaussian smoothing of the distance map or center heatmap, in pixels"},
        "labeling",
    ),
    "dynamics": (
        {
            "type": float,
            "help": "how far a maximum of the distance map must rise above its saddle to be a cell, in pixels",
        },
        "labeling",
    ),
    "minimum_size": (
        {"type": int, "metavar": "VOXELS", "help": "smaller components are merged with a neighbor or removed"},
        "labeling",
    ),
    "largest_hole": ({"type": int, "metavar": "PIXELS", "help": "fill holes in a slice up to this size"}, "labeling"),
    "field_margin": (
        {"type": int, "metavar": "PIXELS", "help": "field-of-interest margin; cells wholly in it are removed"},
        "labeling",
    ),
    "per_slice": (
        {"action": argparse.BooleanOptionalAction, "help": "label slice by slice, as in the paper, for comparison"},
        "labeling",
    ),
}
OPTION_NAMES = frozenset(_OPTIONS)
"""Keys of a configuration that are options as well."""
