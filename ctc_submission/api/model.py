"""A model: networks and labeling, ready to segment arrays as ``ctc-submission segment`` segments files."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ctc_submission.api.annotated import write_annotated
from ctc_submission.api.arrays import Array, TimePoint, TimePoints, check_spacing, find_time_points
from ctc_submission.challenge.intensities import as_intensities, check_pixel_type
from ctc_submission.challenge.voxel_size import VoxelSize, stated_voxel_size
from ctc_submission.extras import require_extra
from ctc_submission.network.execution import Execution
from ctc_submission.network.precision import Precision
from ctc_submission.segmentation.cell_diameter import CellDiameter, frames_with_signal, spread_frames
from ctc_submission.segmentation.configuration import Configuration, change_configuration, read_configuration
from ctc_submission.segmentation.labeling.methods import find_method
from ctc_submission.segmentation.pretrained import find_pretrained
from ctc_submission.segmentation.segmenter import Segmenter

_LOG = logging.getLogger(__name__)
_ANY_SPACING = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Segmentation:
    """What was found in a stack, and how."""

    labels: NDArray[np.int32]
    """Labels of the cells, in the shape of the stack; 0 is background."""
    probabilities: Mapping[str, NDArray[np.float32]]
    """``foreground`` and, where cells are separated by them, ``centers`` or ``interior``: in [0, 1], in the
    shape of the stack."""
    cell_diameter: CellDiameter | None
    """Cell diameter in pixels and its source; None for networks that do not need it."""
    voxel_size: VoxelSize
    """Voxel size and its source."""
    seconds: tuple[float, ...]
    """Time for each time point, networks and labeling."""


class Model:
    """Networks and labeling.

    Parameters
    ----------
    configuration : Configuration
        How to segment; `from_pretrained` finds it by name.
    execution : Execution, optional
        Device, precision and threads.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If weights or device are not as they must be.
    """

    def __init__(self, configuration: Configuration, execution: Execution | None = None) -> None:
        self.configuration = configuration
        labeling = configuration.labeling
        self._execution = execution or Execution()
        loadable = replace(configuration, labeling=replace(labeling, spacing=labeling.spacing or _ANY_SPACING))
        self._segmenter = Segmenter(loadable, self._execution)

    @classmethod
    def from_pretrained(
        cls,
        name: str | Path,
        *,
        settings: Mapping[str, Any] | None = None,
        device: str = "auto",
        precision: Precision = "auto",
        threads: int | None = None,
    ) -> "Model":
        """Load a model.

        Parameters
        ----------
        name : str or Path
            A shipped configuration such as ``nuclei``, a configuration of your own (``.toml``), or a checkpoint
            (``.safetensors``), which is used with the configuration of the dataset that its card names.
        settings : mapping, optional
            Values that replace those of the configuration, in the form of a TOML file:
            ``{"cell_diameter": 16, "labeling": {"minimum_size": 100}}``.
        device : str
            ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        precision : str
            ``auto``, or ``float32`` for equal labels on all machines.
        threads : int, optional
            Threads on the CPU; all cores by default.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the name is unknown, a setting is, or the device is not there.
        """
        configuration = change_configuration(find_pretrained(name), settings or {})
        execution = Execution(device=device, precision=precision)
        return cls(configuration, replace(execution, threads=threads) if threads is not None else execution)

    @property
    def device(self) -> str:
        """Where the networks run, in words."""
        return self._segmenter.predictor.runtime.description

    @property
    def precision(self) -> str:
        """What the networks compute in: float32, bfloat16 or float16."""
        return self._segmenter.precision

    def segment(
        self,
        stack: Array,
        spacing: Any = None,
        *,
        axes: str | None = None,
        advance: Callable[[], object] | None = None,
    ) -> NDArray[np.int32]:
        """Segment an image, a stack, or a recording.

        Parameters
        ----------
        stack : (Y, X), (Z, Y, X) or (T, Z, Y, X) array of uint8, uint16, float32 or float64
            Intensities; an array of numpy, dask or zarr, read one time point at a time. Other integers are taken where
            they lie in 0 to 65535.
        spacing : (z, y, x) tuple of float, optional
            Voxel size in any unit, (y, x) for images. By default that of the configuration, else isotropic.
        axes : str, optional
            ``TYX`` for a recording of images, whose three axes would be taken for (Z, Y, X).
        advance : callable, optional
            Called after every slice that the networks saw, to show progress.

        Returns
        -------
        ndarray of int32
            Labels in the shape of the stack, 0 for background; in each time point they start anew from 1.

        Raises
        ------
        TypeError
            If the stack is no array of real numbers, or the spacing none at all.
        ValueError
            If the stack has other axes, is empty, or holds NaN, infinity or integers outside 0 to 65535; or if the
            spacing is not positive.
        """
        points, segmenter, _ = self._prepare(stack, spacing, axes)
        labels = np.empty(points.array.shape, np.int32)
        for point, image in _read_all(points):
            _put(labels, points, point, segmenter.segment(image, advance))
        return labels

    def segment_with_details(self, stack: Array, spacing: Any = None, *, axes: str | None = None) -> Segmentation:
        """Segment as `segment` does, and keep probabilities, cell diameter, voxel size and times.

        Parameters and errors are those of `segment`. Takes more memory: two more numbers a voxel.
        """
        points, segmenter, size = self._prepare(stack, spacing, axes)
        shape = points.array.shape
        labels, foreground, seconds = np.empty(shape, np.int32), np.empty(shape, np.float32), []
        markers: NDArray[np.float32] | None = None
        for point, image in _read_all(points):
            start = time.perf_counter()
            predicted = segmenter.predict(image)
            _put(labels, points, point, segmenter.label_probabilities(predicted, image))
            seconds.append(time.perf_counter() - start)
            of_cells, of_markers = segmenter.split(predicted)
            _put(foreground, points, point, of_cells)
            if of_markers is not None:
                markers = np.empty(shape, np.float32) if markers is None else markers
                _put(markers, points, point, of_markers)
        probabilities = {"foreground": foreground}
        output = find_method(self.configuration.labeling.method).markers
        if output and markers is not None:
            probabilities[output] = markers
        return Segmentation(labels, probabilities, segmenter.cell_diameter, size, tuple(seconds))

    def fine_tune(
        self,
        images: Array | Sequence[Array],
        masks: Array | Sequence[Array],
        spacing: Any = None,
        *,
        output: str | Path,
        axes: str | None = None,
        minutes: float = 10,
        license: str | None = None,  # noqa: A002 (as the card calls it)
        training_data: str = "annotated arrays",
    ) -> "Model":
        """Adapt the network and the thresholds to a few annotated frames, as ``ctc-submission fine-tune`` does.

        Parameters
        ----------
        images : array, or sequence of arrays
            Annotated frames: a recording as `segment` takes it, or several stacks or images of any sizes. Floating
            point intensities are kept in 16 bit, frame by frame.
        masks : array, or sequence of arrays
            Labels of integers in the same shapes: 0 is background, slices that are -1 throughout are not annotated.
        spacing : (z, y, x) tuple of float, optional
            Voxel size in micrometers, (y, x) for images. By default that of the configuration, else unknown.
        output : str or Path
            Folder for the frames, checkpoints and the configuration; the same call in it resumes.
        axes : str, optional
            ``TYX`` for a recording of images.
        minutes : float
            About how long it may take.
        license : str, optional
            Terms of use of the new weights; those of this model's if not given.
        training_data : str
            What the new checkpoint's card calls the frames.

        Returns
        -------
        Model
            The adapted one; this one stays as it is.

        Raises
        ------
        TypeError
            If images are no real numbers, masks no integers, or the spacing no sequence.
        ValueError
            If shapes differ, nothing is annotated, or the folder holds another fine-tuning.
        OSError
            If the folder cannot be written to, or the extra ``train`` is not installed.
        """
        require_extra("train", "fine_tune")
        from ctc_submission.fine_tuning.adaptation import fine_tune
        from ctc_submission.fine_tuning.fine_tuning_parameters import FineTuningParameters

        size = check_spacing(spacing, 2 if spacing is not None and len(spacing) == 2 else 3)
        source = write_annotated(Path(output) / "annotated", images, masks, size, axes)
        parameters = FineTuningParameters(minutes, spacing=size, license=license, training_data=training_data)
        tuned = fine_tune([source], self.configuration, Path(output), parameters, self._execution)
        _LOG.info("%s", tuned)
        return Model(read_configuration(tuned.configuration), self._execution)

    def _prepare(self, stack: Array, spacing: Any, axes: str | None) -> tuple[TimePoints, Segmenter, VoxelSize]:
        """Check what is given, and make the networks ready for it: voxel size, and cell diameter where it is needed."""
        points = find_time_points(stack, axes, "stack")
        _check_type(points)
        if self.configuration.dimensions not in (None, points.ndim):
            raise ValueError(
                f"stack is {points.ndim}D (axes {points.axes}), expected {self.configuration.dimensions}D: take "
                "another model, or a configuration with other dimensions"
            )
        stated = check_spacing(spacing, points.ndim)
        by = "stated" if stated else "configuration"
        size = stated_voxel_size(stated or self.configuration.labeling.spacing, by, points.ndim)
        if not size.is_known and points.ndim == 3:
            _LOG.warning("no voxel size is stated, isotropic voxels are assumed: state it, as spacing=(z, y, x)")
        segmenter = self._segmenter.for_spacing(size.spacing)
        if segmenter.lacks_diameter:
            samples = spread_frames(points.points)
            segmenter.measure_cells(frames_with_signal(samples, lambda point: _read(points, point)))
        return points, segmenter, size


def _check_type(points: TimePoints) -> None:
    try:
        check_pixel_type(np.dtype(points.array.dtype), points.name)
    except ValueError as error:
        raise TypeError(str(error)) from None


def _read(points: TimePoints, point: TimePoint) -> NDArray:
    return as_intensities(points.read(point), point.name)


def _read_all(points: TimePoints) -> Iterator[tuple[TimePoint, NDArray]]:
    for point in points.points:
        yield point, _read(points, point)


def _put(target: NDArray, points: TimePoints, point: TimePoint, stack: NDArray) -> None:
    """Put a (Z, Y, X) result to its time point of an array in the shape of the input."""
    part = target[point.index] if "T" in points.axes else target
    part[...] = stack.reshape(part.shape)
