"""Checks of a result folder by the names in it: number and digits of masks, leftovers."""

import re
from collections.abc import Iterator

from ctc_submission.submission.findings import Finding, error, list_some, note, warning
from ctc_submission.submission.validation.result_folder import ResultFolder

_MASK = re.compile(r"mask(\d+)\.tif")
_LIKE_A_MASK = re.compile(r"mask[-_ ]?\d+\.tiff?", re.IGNORECASE)
_IMAGE = re.compile(r".*\.tiff?", re.IGNORECASE)
_TEMPORARY = re.compile(r"\..*|.*\.(part|tmp|temp|bak|swp|lock)|.*~|Thumbs\.db|desktop\.ini", re.IGNORECASE)
_LOG = re.compile(r".*log.*\.txt|.*\.log|.*\.(out|err)", re.IGNORECASE)
_TRACKS = "res_track.txt"


def check_masks_are_there(results: ResultFolder) -> Iterator[Finding]:
    """Find frames without a mask."""
    missing = [name for name in results.expected if not (results.path / name).is_file()]
    if missing:
        found = f"{len(missing)} of {len(results.frames)} masks are missing: {list_some(missing)}"
        yield error(results.path, found, "segment every frame; a frame without cells needs a mask of zeros too")


def check_masks_have_frames(results: ResultFolder) -> Iterator[Finding]:
    """Find masks without a frame."""
    if not results.frames:
        fix = "name the folder of the datasets, so that masks can be held against their frames"
        yield note(results.path, "the frames are not at hand, so number and size of masks are not checked", fix)
        return
    for _, path in results.masks():
        if path.name not in results.expected:
            last = results.frames[-1].path.name
            yield error(path, f"there is no frame of this number, the last is {last}", "remove masks of other data")


def check_digits(results: ResultFolder) -> Iterator[Finding]:
    """Find masks whose number has other digits than the frames'."""
    for name in results.names:
        found = _MASK.fullmatch(name)
        if found and len(found[1]) != results.digits:
            wanted = f"mask{int(found[1]):0{results.digits}d}.tif"
            finding = f"the frame number has {len(found[1])} digits, expected {results.digits} as the frames have"
            yield error(
                results.path / name, finding, f"number the masks with {results.digits} digits, such as {wanted}"
            )


def check_mask_names(results: ResultFolder) -> Iterator[Finding]:
    """Find images that the organizers' software does not take for masks."""
    for name in results.names:
        if _MASK.fullmatch(name) or _TEMPORARY.fullmatch(name) or not _IMAGE.fullmatch(name):
            continue
        kind = "named almost as a mask" if _LIKE_A_MASK.fullmatch(name) else "an image that is not named as a mask"
        wanted = f"mask{'T' * results.digits}.tif, in lower case and with .tif, never .tiff"
        yield error(results.path / name, f"{kind}, so it is not read", f"name masks {wanted}; remove other images")


def check_leftovers(results: ResultFolder) -> Iterator[Finding]:
    """Find what does not belong to results."""
    for name in results.names:
        path = results.path / name
        if path.is_dir():
            yield warning(path, "a folder among the masks", "upload masks and res_track.txt alone")
        elif name == f".{results.path.resolve().name}.json":
            yield warning(path, "the record of the run, which could lie nowhere else", "leave it out of the upload")
        elif _TEMPORARY.fullmatch(name):
            yield warning(path, "a temporary or hidden file", "remove it; was a run interrupted?")
        elif _LOG.fullmatch(name):
            yield warning(path, "a log", "remove it: evaluating again writes it again")
        elif not _IMAGE.fullmatch(name) and name != _TRACKS:
            yield warning(path, "a file of another kind", "upload masks and res_track.txt alone")
