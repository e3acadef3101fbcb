"""Frames in, masks out: one frame in memory at a time, the next being read and the last being written meanwhile."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ctc_submission.challenge.files import (
    FrameFile,
    FrameInfo,
    check_same_geometry,
    find_frames,
    read_frame,
    read_frame_info,
    write_mask,
)
from ctc_submission.network.backends import Predictor, choose_device
from ctc_submission.network.model import count_parameters
from ctc_submission.network.weights import ModelCard, hash_file, load_checkpoint
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters, pseudocolor_slices
from ctc_submission.preprocessing.views import Views, are_close, view_magnified, view_six, view_whole
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.diameter import estimate_diameter
from ctc_submission.segmentation.labeling import label_cells
from ctc_submission.segmentation.manifest import Manifest, open_manifest

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Execution:
    """How a run uses the machine; masks do not depend on it but for the last bits of a probability."""

    device: str = "auto"
    """``auto``, or a device by torch's name."""
    batch_size: int = 4
    """Slices or patches the network sees at once; halved where memory does not suffice."""
    threads: int = 4
    """Threads for pseudocolouring."""
    overwrite: bool = False
    """Whether masks of another configuration may be replaced."""


class Segmenter:
    """A configuration with its networks loaded: stacks in, labels out."""

    def __init__(self, configuration: Configuration, execution: Execution | None = None) -> None:
        execution = execution or Execution()
        self.configuration = configuration
        tasks = {"segmentation": configuration.segmentation_model}
        if configuration.labeling.method == "centres" and configuration.centre_model is not None:
            tasks["centres"] = configuration.centre_model
        loaded = {task: load_checkpoint(path) for task, path in tasks.items()}
        for task, (_, card) in loaded.items():
            if card.task != task:
                raise ValueError(f"{tasks[task]}: predicts {card.task}, expected a checkpoint for {task}")
        cards = {tasks[task]: card for task, (_, card) in loaded.items()}
        self.pseudocolor = configuration.pseudocolor or _common(
            "on differently coloured slices; state adjacent_mean and normalization",
            {path: card.pseudocolor for path, card in cards.items()},
        )
        _check_coloring(self.pseudocolor, cards)
        self.diameter = _common("for different diameters", {path: card.diameter for path, card in cards.items()})
        self.weights = {str(path.name): hash_file(path) for path in tasks.values()}
        self.parameters = sum(count_parameters(model) for model, _ in loaded.values())
        self.predictor = Predictor(
            [model for model, _ in loaded.values()],
            choose_device(execution.device),
            execution.batch_size,
            resize=self.diameter is None,
        )
        self._executor = ThreadPoolExecutor(execution.threads, "pseudocolor")

    @property
    def lacks_diameter(self) -> bool:
        """Whether the networks know cells at one size only, and that of the recording's cells is not stated."""
        return self.diameter is not None and self.configuration.cell_diameter is None

    def measure_cells(self, stack: np.ndarray) -> None:
        """Estimate the cells' diameter from a (Z, Y, X) stack, and segment as if it had been stated."""

        def foreground(part: np.ndarray, assumed: float) -> np.ndarray:
            return self._predict(part, self._magnified((part.shape[1], part.shape[2]), assumed))[0]

        estimated = estimate_diameter(stack, foreground, self.diameter)
        _LOG.warning("cells are taken to be about %g pixels wide: state cell_diameter if they are not", estimated)
        self.configuration = replace(self.configuration, cell_diameter=estimated)

    def predict(self, stack: np.ndarray, advance: Callable[[], Any] | None = None) -> np.ndarray:
        """Predict probabilities for a stack.

        Parameters
        ----------
        stack : (Z, Y, X) ndarray of uint8, uint16 or float
            Raw frame.
        advance : callable, optional
            Called after every slice.

        Returns
        -------
        (M, Z, Y, X) ndarray of float32 in [0, 1]
            Foreground probability and, where the configuration has a centre model, the centre heatmap.
        """
        if self.lacks_diameter:
            self.measure_cells(stack)
        probabilities = self._predict(stack, self.views(stack.shape), advance)
        if not self.crosses:
            return probabilities
        for axis in (1, 2):
            turned = np.moveaxis(stack, axis, 0)
            probabilities += np.moveaxis(self._predict(turned, self.views(turned.shape, axis)), 1, axis + 1)
        return probabilities / 3

    def label(self, stack: np.ndarray, advance: Callable[[], Any] | None = None) -> np.ndarray:
        """Segment a stack: (Z, Y, X) of raw intensities to (Z, Y, X) int32 labels, 0 is background."""
        foreground, *centres = self.predict(stack, advance)
        return label_cells(foreground, *centres, parameters=self.configuration.labeling)

    @property
    def crosses(self) -> bool:
        """Whether the stack is also cut along y and x: where asked for, and slices lie close enough in z."""
        z, y, _ = self.configuration.labeling.steps
        return self.diameter is not None and self.configuration.cross_sections and are_close(z / y)

    def views(self, shape: tuple[int, ...], axis: int = 0) -> Views:
        """Choose what the networks see of a stack of a shape, cut along z or, after moving it first, another axis."""
        plane = (shape[1], shape[2])
        if self.diameter is not None:
            return self._magnified(plane, self.configuration.cell_diameter or self.diameter, axis)
        return view_six(plane) if self.configuration.tiles == 6 else view_whole(plane)

    def _magnified(self, plane: tuple[int, int], cell_diameter: float, axis: int = 0) -> Views:
        magnification = self.diameter / cell_diameter
        z, y, _ = self.configuration.labeling.steps
        rows = magnification * (z / y if axis else 1)
        return view_magnified(plane, (rows, magnification), self.predictor.models[0].architecture.input_size)

    def _predict(self, stack: np.ndarray, views: Views, advance: Callable[[], Any] | None = None) -> np.ndarray:
        slices = pseudocolor_slices(stack, self.pseudocolor, self._executor)
        predicted = self.predictor.predict(patch for image in slices for patch in views.split(image))
        probabilities = np.empty((len(self.predictor.models), *stack.shape), dtype=np.float32)
        for z in range(len(stack)):
            patches = [next(predicted) for _ in range(views.count)]
            probabilities[:, z] = [views.join(of_model) for of_model in zip(*patches, strict=True)]
            if advance:
                advance()
        return probabilities


def segment_sequence(
    source: Path, results: Path, configuration: Configuration, execution: Execution | None = None
) -> Manifest:
    """Segment a folder of frames, or a single file, into a folder of masks.

    Finished masks of an interrupted run are kept and not computed again.

    Parameters
    ----------
    source : Path
        Folder with ``t000.tif``, ``t001.tif``, ..., or one TIFF file.
    results : Path
        Folder for ``mask000.tif``, ...; for a single file the mask has the number of its name, or 000.
    configuration : Configuration
        How to segment.
    execution : Execution, optional
        How to use the machine.

    Returns
    -------
    Manifest
        The record of the run, as it is written beside `results`.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If input, weights or the folder for the results are not as they must be; finished masks stay.
    """
    execution = execution or Execution()
    frames = [_single_frame(source)] if source.is_file() else find_frames(source)
    infos = [read_frame_info(frame.path, axes=configuration.axes) for frame in frames]
    _check_frames(infos, configuration)
    segmenter = Segmenter(_with_spacing(configuration, infos[0]), execution)
    if segmenter.lacks_diameter:
        segmenter.measure_cells(read_frame(frames[0].path, axes=configuration.axes))
    configuration = segmenter.configuration
    make_folder(results)
    manifest = open_manifest(results, _describe(configuration, segmenter), _facts(segmenter), execution.overwrite)
    jobs = [
        (frame, info, results / f"mask{frame.number:0{frame.digits}d}.tif")
        for frame, info in zip(frames, infos, strict=True)
    ]
    open_jobs = [job for job in jobs if not manifest.is_finished(job[0], job[2])]
    if len(open_jobs) < len(jobs):
        _LOG.warning("%s: %d of %d masks are finished already", results, len(jobs) - len(open_jobs), len(jobs))
    _run(open_jobs, segmenter, manifest)
    return manifest


def make_folder(folder: Path) -> None:
    """Make a folder for results, with those above it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"{folder}: cannot make this folder ({error.strerror}); name another one") from error


def _run(jobs: Sequence[tuple[FrameFile, FrameInfo, Path]], segmenter: Segmenter, manifest: Manifest) -> None:
    slices = sum(info.shape[0] for _, info, _ in jobs)
    axes = segmenter.configuration.axes
    with (
        ThreadPoolExecutor(1, "read") as reader,
        ThreadPoolExecutor(1, "write") as writer,
        tqdm(total=slices, unit="slice", desc=manifest.path.stem, disable=not jobs) as bar,
    ):
        written: Future | None = None
        for (frame, info, mask), stack in zip(jobs, _read_ahead(reader, [job[0] for job in jobs], axes), strict=True):
            start = time.perf_counter()
            labels = segmenter.label(stack, bar.update)
            seconds = time.perf_counter() - start
            if written:
                written.result()
            written = writer.submit(_finish, manifest, frame, mask, labels, info.ndim, seconds)
        if written:
            written.result()


def _read_ahead(reader: Executor, frames: Sequence[FrameFile], axes: str | None) -> Iterator[np.ndarray]:
    coming: Future | None = None
    for frame, following in zip(frames, (*frames, None)[1:], strict=True):
        stack = coming.result() if coming else read_frame(frame.path, axes=axes)
        coming = reader.submit(read_frame, following.path, axes=axes) if following else None
        yield stack


def _finish(manifest: Manifest, frame: FrameFile, mask: Path, labels: np.ndarray, ndim: int, seconds: float) -> None:
    write_mask(mask, labels, ndim=ndim)
    manifest.add(frame, int(labels.max()), seconds)


def _single_frame(path: Path) -> FrameFile:
    number = path.stem[1:] if path.stem[:1] == "t" and path.stem[1:].isdigit() else "000"
    return FrameFile(path, int(number), max(3, len(number)))


def _with_spacing(configuration: Configuration, info: FrameInfo) -> Configuration:
    """Take the voxel's edges from the file where they are not stated."""
    labeling = configuration.labeling
    if labeling.spacing or not info.spacing:
        return configuration
    return replace(configuration, labeling=replace(labeling, spacing=info.spacing))


def _check_frames(infos: Sequence[FrameInfo], configuration: Configuration) -> None:
    check_same_geometry(infos)
    first = infos[0]
    if configuration.dimensions not in (None, first.ndim):
        raise ValueError(
            f"{first.path}: a {first.ndim}D image, expected {configuration.dimensions}D frames; "
            "choose another dataset, or a configuration with other dimensions"
        )


def _check_coloring(coloring: PseudocolorParameters, cards: dict[Path, ModelCard]) -> None:
    for path, card in cards.items():
        if card.pseudocolor.coloring != coloring.coloring:
            raise ValueError(
                f"{path}: trained on slices coloured by {card.pseudocolor.coloring}, the configuration colours them by "
                f"{coloring.coloring}; state coloring = '{card.pseudocolor.coloring}', or no colours at all"
            )


def _common(trained: str, values: dict[Path, Any]) -> Any:
    """Return what the cards of all networks agree on."""
    first, *others = values.values()
    if any(other != first for other in others):
        raise ValueError(f"{' and '.join(path.name for path in values)}: trained {trained}")
    return first


def _describe(configuration: Configuration, segmenter: Segmenter) -> dict[str, Any]:
    values = asdict(configuration)
    del values["segmentation_model"], values["centre_model"]
    return {"configuration": {**values, "pseudocolor": asdict(segmenter.pseudocolor)}, "weights": segmenter.weights}


def _facts(segmenter: Segmenter) -> dict[str, Any]:
    return {"parameters": segmenter.parameters, "device": str(segmenter.predictor.device)}
