"""``ctc-submission link``: masks linked over time for the tracking benchmark."""

import argparse
from pathlib import Path

from ctc_submission.cli.paths import need_frames
from ctc_submission.extras import require_extra


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.formatter_class = argparse.HelpFormatter
    parser.description = (
        "Link the objects of masks over time: the same masks with labels propagated, divisions as parent links, and "
        "res_track.txt. Needs the extra 'tracking': pip install 'ctc-submission[tracking]'."
    )
    parser.add_argument("results", type=Path, metavar="RESULTS", help="folder of mask000.tif, mask001.tif, ...")
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="folder for the linked masks (default: RESULTS-linked)"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace masks in the output folder, which may be RESULTS itself"
    )
    space = parser.add_argument_group("distances", "between centroids, in the unit of the voxel size")
    voxel = space.add_mutually_exclusive_group()
    voxel.add_argument(
        "--dataset",
        help="voxel size of this dataset (default: that of the run record, TIFF headers or RESULTS' dataset)",
    )
    voxel.add_argument("--spacing", type=float, nargs=3, metavar=("Z", "Y", "X"), help="voxel size")
    space.add_argument(
        "--max-distance",
        type=float,
        metavar="D",
        help="largest movement of a cell between frames (default: 0.6 times the median distance to the nearest "
        "neighbor)",
    )
    space.add_argument(
        "--max-division-distance",
        type=float,
        metavar="D",
        help="largest distance from mother to daughter, 0 for no divisions (default: 0.8 times that median)",
    )
    space.add_argument(
        "--max-gap",
        type=int,
        default=0,
        metavar="N",
        help="frames a cell may be missing and still continue, as a child track (default: 0)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Link."""
    results = arguments.results.resolve()
    need_frames(results, "mask")
    require_extra("tracking", "linking")
    from ctc_submission.challenge.files import find_frames
    from ctc_submission.linking.link import link_sequence
    from ctc_submission.linking.linking_parameters import LinkingParameters
    from ctc_submission.linking.run_voxel_size import find_voxel_size

    parameters = LinkingParameters(arguments.max_distance, arguments.max_division_distance, arguments.max_gap)
    output = arguments.output or results.with_name(f"{results.name}-linked")
    masks = find_frames(results, "mask")
    voxel = find_voxel_size(results, masks[0].path, arguments.dataset, arguments.spacing)
    linked = link_sequence(masks, output, voxel.spacing, parameters, arguments.overwrite)
    lineage, fitted = linked.lineage, linked.parameters
    print(
        f"{len(masks)} masks and res_track.txt in {output}: {len(lineage.tracks)} tracks, {lineage.divisions} divisions"
    )
    print(f"voxel {'z,y,x' if voxel.ndim == 3 else 'y,x'} {voxel}")
    print(f"largest movement of a cell {fitted.max_distance:.3g}, of a daughter {fitted.max_division_distance:.3g}")
    return 0
