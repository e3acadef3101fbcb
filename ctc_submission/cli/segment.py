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
    first = parser.add_argument_group("what matters first")
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
        help="frames go to a Dask cluster, such as tcp://host:8786, whose workers see the same paths; "
        "local:N makes N processes here",
    )
    machine.add_argument(
        "--shard",
        type=_shard,
        default=WHOLE,
        metavar="I/N",
        help="segment only every N-th frame, from the I-th on (1 to N); all may run at once, each with a record of its "
        "own. A last call without --shard does what is missing and makes them one",
    )


def add_pattern_argument(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add the argument that chooses files of a folder."""
    parser.add_argument(
        "--pattern",
        metavar="'*_C1.tif'",
        help="files of the folder, in quotes (default: t000.tif, ..., else all images)",
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
    start.add_argument("--dataset", help=f"use a dataset's configuration: {', '.join(shipped_names())}")
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


_EACH_REPLACES = "each replaces a value of the dataset's or the file's; docs/configuration.md tells all keys"
_FIRST = ("spacing", "channel", "cell_diameter", "minimum_size", "precision")
"""Options that matter first to who segments a recording of their own."""
_OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "segmentation_model": ({"type": Path, "metavar": "FILE", "help": "checkpoint that predicts the foreground"}, ""),
    "center_model": ({"type": Path, "metavar": "FILE", "help": "checkpoint that predicts cell centers"}, ""),
    "tiles": ({"type": int, "choices": (1, 6), "help": "square patches a slice is cut into"}, ""),
    "cell_diameter": (
        {"type": float, "metavar": "PIXELS", "help": "cell diameter, for general networks"},
        "",
    ),
    "three_view": (
        {"action": argparse.BooleanOptionalAction, "help": "three-view prediction, of stacks of close slices"},
        "",
    ),
    "precision": (
        {
            "choices": get_args(Precision),
            "help": "what networks compute in; float32 for equal masks on all machines, auto for speed",
        },
        "",
    ),
    "axes": ({"help": "axes of the files in stored order, such as ZYX, where they do not say so themselves"}, ""),
    "channel": ({"metavar": "N|NAME", "help": "channel of files with several, by number from 0 or by name"}, ""),
    "coloring": ({"choices": get_args(Coloring), "help": "what neighbors add to a slice's colors"}, "pseudocolor"),
    "adjacent_mean": ({"type": float, "help": "largest share of a slice that colors its neighbors"}, "pseudocolor"),
    "normalization": ({"choices": ("channel", "image"), "help": "final normalization of the colors"}, "pseudocolor"),
    "method": (
        {"choices": ("centers", "interior", "distance", "single", "components"), "help": "how cells are told apart"},
        "labeling",
    ),
    "foreground_threshold": ({"type": float, "help": "probability above which a voxel is foreground"}, "labeling"),
    "marker_threshold": ({"type": float, "help": "probability above which a voxel is a cell's center"}, "labeling"),
    "marker_dynamics": ({"type": float, "help": "how much a center must stand out to be one of its own"}, "labeling"),
    "stitch_overlap": ({"type": float, "help": "share of a section that links it to the next slice's"}, "labeling"),
    "spacing": (
        {
            "type": float,
            "nargs": 3,
            "metavar": ("Z", "Y", "X"),
            "help": "voxel size; 2,0.5,0.5 is taken as well (default: the files')",
        },
        "labeling",
    ),
    "smoothing": ({"type": float, "help": "smoothing of distances or heat map, in pixels"}, "labeling"),
    "dynamics": ({"type": float, "help": "how much a maximum must stand out to be a cell"}, "labeling"),
    "minimum_size": ({"type": int, "metavar": "VOXELS", "help": "smaller pieces are joined or dropped"}, "labeling"),
    "largest_hole": ({"type": int, "metavar": "PIXELS", "help": "larger holes in a slice stay open"}, "labeling"),
    "field_margin": ({"type": int, "metavar": "PIXELS", "help": "rim outside the field of interest"}, "labeling"),
    "per_slice": (
        {"action": argparse.BooleanOptionalAction, "help": "label slice by slice as the paper did, for comparison"},
        "labeling",
    ),
}
OPTION_NAMES = frozenset(_OPTIONS)
"""Keys of a configuration that are options as well."""
