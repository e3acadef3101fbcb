"""Write a simulated sequence in the challenge's layout."""

import json
from pathlib import Path
from typing import Any, Literal

import numpy as np
from tqdm import tqdm

from ctc_submission.atomic import write_text_atomic
from ctc_submission.challenge.datasets import DATASETS, find_dataset
from ctc_submission.challenge.files import write_frame, write_mask
from ctc_submission.challenge.tracks import format_tracks
from ctc_submission.parsing import parse_json
from ctc_submission.simulation.reference_annotations import choose_annotated_slices, collect_tracks, mark_cells
from ctc_submission.simulation.simulated_frames import SimulatedFrame, simulate_frames
from ctc_submission.simulation.simulation_parameters import Parameters, find_parameters
from ctc_submission.simulation.variety import simulate_varied

VERSION = 3
"""Version of the simulator: the same version, dataset, seed and scale give the same images."""

_SLICES = 4


def simulate_sequence(
    folder: Path,
    dataset: str,
    *,
    frames: int,
    seed: int,
    sequence: str = "01",
    scale: float = 1.0,
    varied: bool = False,
    annotate: Literal["slices", "frames"] = "slices",
) -> None:
    """Simulate a sequence and write it with its reference annotations: frames, segmentation, markers and tracks.

    Writes ``01/tTTT.tif``, ``01_GT/SEG`` (sparse slices, or whole frames for A549-SIM), ``01_GT/TRA`` with
    ``man_track.txt``, and ``01_simulation.json``, which says what was simulated. A longer run with the same settings
    continues a shorter one: it writes the same frames again, and more. What is there as a whole is left alone. Nothing
    is deleted.

    Parameters
    ----------
    folder : Path
        Folder of the dataset; made if absent.
    dataset : str
        Name of a dataset that can be simulated.
    frames : int
        Number of frames, at least 1.
    seed : int
        Not negative; the same seed gives the same bytes.
    sequence : str
        Number of the sequence, two digits.
    scale : float
        Size of the field of view in y and x relative to the dataset's; cells keep their size in pixels.
    varied : bool
        Whether each frame is a scene of its own, as `simulate_varied` makes them for training; without tracks.
    annotate : {'slices', 'frames'}
        Whether some slices are segmented, where the dataset has annotations of such, or whole frames.

    Raises
    ------
    ValueError
        If the dataset cannot be simulated, a number is out of range, or the folder holds another sequence.
    """
    parameters = None if annotate == "frames" else find_parameters(dataset, sequence)
    simulated = (
        simulate_varied(dataset, frames=frames, seed=seed, scale=scale, sequence=sequence)
        if varied
        else simulate_frames(dataset, frames=frames, seed=seed, scale=scale, sequence=sequence)
    )
    record = {"dataset": dataset, "sequence": sequence, "seed": seed, "scale": scale, "version": VERSION}
    record |= {"varied": varied, "annotate": annotate}
    path = folder / f"{sequence}_simulation.json"
    done = _refuse_other_data(folder, sequence, path, record, frames)
    truth = folder / f"{sequence}_GT"
    if done == frames and _has_files(folder / sequence, truth, frames, tracks=not varied):
        return
    for each in (folder / sequence, truth / "SEG", *([] if varied else [truth / "TRA"])):
        each.mkdir(parents=True, exist_ok=True)
    _write_record(path, record, done)
    cells = []
    for frame in tqdm(simulated, total=frames, desc=f"{dataset} {sequence}"):
        write_frame(folder / sequence / f"t{frame.number:03d}.tif", frame.image, spacing=_spacing(dataset, frame))
        _write_segmentation(truth / "SEG", frame, parameters, seed)
        if not varied:
            write_mask(truth / "TRA" / f"man_track{frame.number:03d}.tif", mark_cells(frame.labels))
            cells.append(frame.parents)
    if not varied:
        write_text_atomic(truth / "TRA" / "man_track.txt", format_tracks(collect_tracks(cells)))
    _write_record(path, record, frames)


def _spacing(dataset: str, frame: SimulatedFrame) -> tuple[float, float, float] | None:
    return find_dataset(dataset).spacing if dataset in DATASETS else (frame.anisotropy, 1.0, 1.0)


def _write_segmentation(folder: Path, frame: SimulatedFrame, sparse: Parameters | None, seed: int) -> None:
    if sparse is None or sparse.annotated_slices is None:
        write_mask(folder / f"man_seg{frame.number:03d}.tif", frame.labels)
        return
    rng = np.random.default_rng([_SLICES, seed, frame.number])
    for z in choose_annotated_slices(frame.labels, sparse.annotated_slices, rng, share=sparse.annotated_share):
        write_mask(folder / f"man_seg_{frame.number:03d}_{z:03d}.tif", frame.labels[z : z + 1], ndim=2)


def _write_record(path: Path, record: dict[str, object], frames: int) -> None:
    """Say what was simulated, and how many frames of it are there as a whole."""
    write_text_atomic(path, json.dumps({**record, "frames": frames}, indent=2) + "\n")


def _has_files(images: Path, truth: Path, frames: int, tracks: bool) -> bool:
    """Tell whether every frame has its files: nobody has taken one away."""
    numbers = [f"{number:03d}" for number in range(frames)]
    wanted = [images / f"t{number}.tif" for number in numbers]
    if tracks:
        wanted += [truth / "TRA" / f"man_track{number}.tif" for number in numbers] + [truth / "TRA" / "man_track.txt"]
    annotated = (truth / "SEG" / f"man_seg{number}.tif" for number in numbers)
    return all(path.is_file() for path in wanted) and all(
        path.is_file() or any(path.parent.glob(f"man_seg_{number}_*.tif"))
        for number, path in zip(numbers, annotated, strict=True)
    )


def _refuse_other_data(folder: Path, sequence: str, path: Path, record: dict[str, object], frames: int) -> int:
    """Return how many frames of this very simulation are there; raise ValueError if others are, or more of them."""
    fix = "choose another folder or sequence, or remove it yourself"
    if not path.exists():
        found = [file for name in (sequence, f"{sequence}_GT") for file in (folder / name).rglob("*") if file.is_file()]
        if found:
            raise ValueError(f"{found[0]}: found data that was not simulated here (no {path.name}); {fix}")
        return 0
    before = _read_record(path)
    if {key: before.get(key) for key in record} != record:
        raise ValueError(f"{path}: found {before}, expected {record}; {fix}")
    if before["frames"] > frames:
        raise ValueError(f"{path}: found {before['frames']} frames, expected at most the {frames} asked for; {fix}")
    return before["frames"]


def _read_record(path: Path) -> dict[str, Any]:
    try:
        found = parse_json(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: found text that is not JSON ({error}), expected a simulation's record") from error
    if not isinstance(found, dict) or not isinstance(found.get("frames"), int):
        raise ValueError(f"{path}: found {str(found)[:80]}, expected a simulation's record with its number of frames")
    return _rename(found)


def _rename(record: dict[str, Any]) -> dict[str, Any]:
    """Put a record of earlier versions as it is put today."""
    if "whole_truth" not in record:
        return record
    kept = {key: value for key, value in record.items() if key != "whole_truth"}
    return {**kept, "annotate": "frames" if record["whole_truth"] else "slices"}
