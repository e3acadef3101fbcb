"""Samples on disk: computed once, mapped into memory by every process and training that needs the same ones."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

import numpy as np

from ctc_submission.atomic import replacing
from ctc_submission.challenge.file_hash import hash_file
from ctc_submission.challenge.files import find_frames
from ctc_submission.training.data.annotations import find_annotations
from ctc_submission.training.data.samples import Sample, SampleParameters, load_samples

_VERSION = 4
"""To be raised when the same parameters begin to give other samples."""


def load_cached(
    cache: Path,
    dataset_folder: Path,
    sequence: str,
    parameters: SampleParameters,
    frames: Collection[int] | None = None,
) -> list[Sample]:
    """Make samples as `samples.load_samples`, or take them from the cache if neither files nor parameters changed.

    Parameters
    ----------
    cache : Path
        Folder of the cache, made if missing. Files that are no longer needed may be deleted at any time.
    dataset_folder, sequence, parameters, frames
        As in `samples.load_samples`.

    Returns
    -------
    list of Sample
        Their arrays are read from the disk when they are used.

    Raises
    ------
    FileNotFoundError, ValueError
        As `samples.load_samples`.
    OSError
        If the cache cannot be written.
    """
    name = f"{dataset_folder.resolve().name}-{sequence}-{_digest(dataset_folder, sequence, parameters, frames)}"
    images, targets = cache / f"{name}-images.npy", cache / f"{name}-targets.npy"
    if not (images.is_file() and targets.is_file()):
        samples = load_samples(dataset_folder, sequence, parameters, frames)
        cache.mkdir(parents=True, exist_ok=True)
        _save(images, [sample.image for sample in samples])
        _save(targets, [sample.target for sample in samples])
    mapped = zip(np.load(images, mmap_mode="r"), np.load(targets, mmap_mode="r"), strict=True)
    return [Sample(image, target) for image, target in mapped]


def _digest(dataset_folder: Path, sequence: str, parameters: SampleParameters, frames: Collection[int] | None) -> str:
    """Name what the samples are made of: the files by name and content, and the parameters."""
    files = [frame.path for frame in find_frames(dataset_folder / sequence)]
    for annotations in find_annotations(dataset_folder, sequence, parameters.truth).values():
        files += [annotation.path for annotation in annotations]
    known = [(str(path.resolve()), hash_file(path)) for path in files]
    numbers = None if frames is None else sorted(frames)
    text = json.dumps([_VERSION, asdict(parameters), numbers, known], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _save(path: Path, arrays: list[np.ndarray]) -> None:
    with replacing(path) as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": (len(arrays), *arrays[0].shape)}
        np.lib.format.write_array_header_1_0(file, header)
        for array in arrays:
            file.write(array.tobytes())
