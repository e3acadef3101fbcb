"""A configuration with its networks loaded: stacks in, labels out."""

import copy
import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ctc_submission.network.execution import Execution, open_runtime
from ctc_submission.network.predictor import Predictor
from ctc_submission.preprocessing.inputs import Inputs, are_close, rescaled_patches, six_patches, whole_slices
from ctc_submission.preprocessing.pseudocolor import pseudocolor_slices
from ctc_submission.segmentation.cell_diameter import LEAST_PART, CellDiameter, FrameSample, count_voxels, measure_cells
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.configured_networks import (
    agree,
    check_coloring,
    check_tiles,
    name_weights,
    open_networks,
)
from ctc_submission.segmentation.labeling import label_cells
from ctc_submission.segmentation.labeling.methods import find_method
from ctc_submission.segmentation.labeling.smoothing import smooth

_LOG = logging.getLogger(__name__)


class Found(NamedTuple):
    """What labeling needs of a stack: the first arguments of `label_cells`."""

    foreground: np.ndarray
    """(Z, Y, X) bool: where the foreground probability is above the threshold; where cells are judged by it, the
    probability, float32 in [0, 1]."""
    markers: np.ndarray | None = None
    """(Z, Y, X) float32 in [0, 1]: center heatmap or interiors, where cells are separated by them."""
    image: np.ndarray | None = None
    """(Z, Y, X) intensities, where cells are judged by them."""


class Segmenter:
    """A configuration with its networks loaded: stacks in, labels out.

    The configuration states the voxel size; `running.run_start.resolve` finds that of a recording.
    """

    def __init__(self, configuration: Configuration, execution: Execution | None = None) -> None:
        if configuration.labeling.spacing is None:
            raise ValueError("the voxel size is not resolved: see challenge.voxel_size, or state spacing (--spacing)")
        execution = execution or Execution()
        if configuration.precision != "auto":
            execution = replace(execution, precision=configuration.precision)
        self.configuration = configuration
        self.networks = open_networks(configuration)
        outputs = [output for network in self.networks for output in network.architecture.outputs]
        self.outputs = len(outputs)
        """Maps that the networks predict together."""
        self._foreground = outputs.index("foreground")
        known = [index for index, output in enumerate(outputs) if output != "foreground"]
        self._any_markers = known[-1] if known else None
        wanted = find_method(configuration.labeling.method).markers
        self._markers = len(outputs) - 1 - outputs[::-1].index(wanted) if wanted else None
        cards = {network.path: network.card for network in self.networks}
        self.pseudocolor = configuration.pseudocolor or agree(
            "on differently colored slices; state adjacent_mean and normalization if these alone differ, else train "
            "both alike, or tell cells apart without centers (method = 'distance', --method distance)",
            {path: card.pseudocolor for path, card in cards.items()},
        )
        check_coloring(self.pseudocolor, cards)
        self.diameter = agree("for different diameters", {path: card.diameter for path, card in cards.items()})
        if self.diameter is None:
            check_tiles(configuration.tiles, cards)
        stated = None if self.diameter is None else configuration.cell_diameter
        self.cell_diameter = None if stated is None else CellDiameter(stated, "stated")
        """The recording's cell diameter and its source; None where it is not known, or plays no part."""
        self.weights = name_weights(self.networks)
        self.parameters = sum(network.parameters for network in self.networks)
        self.predictor = Predictor(open_runtime(self.networks, execution, resize=self.diameter is None))
        self._executor = ThreadPoolExecutor(execution.threads, "slices")

    @property
    def precision(self) -> str:
        """What the networks compute in: float32, bfloat16 or float16."""
        return self.predictor.runtime.precision

    @property
    def lacks_diameter(self) -> bool:
        """Whether the networks know cells at one size only, and that of the recording's cells is not stated."""
        return self.diameter is not None and self.configuration.cell_diameter is None

    def for_spacing(self, spacing: tuple[float, float, float]) -> "Segmenter":
        """Return the same networks for a recording of another voxel size (z, y, x); cells measured so far are kept."""
        other = copy.copy(self)
        labeling = replace(self.configuration.labeling, spacing=spacing)
        other.configuration = replace(self.configuration, labeling=labeling)
        return other

    def measure_cells(self, samples: Iterable[FrameSample]) -> None:
        """Measure the cell diameter on some frames, and segment as if it had been stated.

        See `cell_diameter.measure_cells`.
        """

        def predict(part: np.ndarray, assumed: float) -> np.ndarray:
            return self.predict_slices(part, self._rescaled((part.shape[1], part.shape[2]), self.diameter, assumed))

        def find(part: np.ndarray, assumed: float) -> tuple[np.ndarray, np.ndarray | None]:
            maps = predict(part, assumed)
            return maps[self._foreground], None if self._any_markers is None else maps[self._any_markers]

        def segment(part: np.ndarray, assumed: float) -> np.ndarray:
            smallest = self._count_voxels(LEAST_PART * assumed, len(part))
            return self._label(self._cut(predict(part, assumed), part), smallest)

        measured = measure_cells(samples, find, segment, own=self.diameter)
        self.cell_diameter = measured
        self.configuration = replace(self.configuration, cell_diameter=measured.pixels)
        _LOG.warning(
            "cells are taken to be about %.3g pixels wide (%s): state cell_diameter if they are not",
            measured.pixels,
            measured.source,
        )

    def predict(self, stack: np.ndarray, advance: Callable[[], Any] | None = None) -> np.ndarray:
        """Predict probabilities for a stack.

        Parameters
        ----------
        stack : (Z, Y, X) ndarray of uint8, uint16 or float
            Raw frame.
        advance : callable, optional
            Called after every slice that the networks saw, `count_slices` of them.

        Returns
        -------
        (C, Z, Y, X) ndarray of float32 in [0, 1]
            Every output of every network, see `split`.
        """
        if self.lacks_diameter:
            self.measure_cells([FrameSample("the frame", stack)])
        total = self.predict_slices(stack, self.inputs(stack.shape), advance)
        if not self.uses_three_views(stack.shape):
            return total
        for axis in (1, 2):
            turned = np.moveaxis(stack, axis, 0)
            sums = np.moveaxis(total, axis + 1, 1)
            for place, probabilities in enumerate(self._slices(turned, self.inputs(turned.shape, axis), advance)):
                sums[:, place] += probabilities
        total /= 3
        return self._smoothed(total)

    def _smoothed(self, probabilities: np.ndarray) -> np.ndarray:
        """Smooth probabilities (C, Z, Y, X) as the configuration says, in place."""
        labeling, share = self.configuration.labeling, self.configuration.three_view_smoothing
        if share:
            parameters = replace(labeling, smoothing=share * self._cell_diameter * labeling.steps[1])
            for volume in probabilities:
                np.minimum(smooth(volume, parameters), 1, out=volume)  # its weights round
        return probabilities

    def predict_slices(self, stack: np.ndarray, inputs: Inputs, advance: Callable[[], Any] | None = None) -> np.ndarray:
        """Predict probabilities (C, Z, Y, X) for a stack (Z, Y, X), slice by slice along z alone."""
        predicted = np.empty((self.outputs, *stack.shape), dtype=np.float32)
        for z, probabilities in enumerate(self._slices(stack, inputs, advance)):
            predicted[:, z] = probabilities
        return predicted

    def find_foreground(self, stack: np.ndarray, advance: Callable[[], Any] | None = None) -> Found:
        """Predict what `label` needs of a stack, of the foreground a byte a voxel where probabilities are not needed.

        Parameters
        ----------
        stack : (Z, Y, X) ndarray of uint8, uint16 or float
            Raw frame.
        advance : callable, optional
            Called after every slice that the networks saw, `count_slices` of them.
        """
        if self.lacks_diameter:
            self.measure_cells([FrameSample("the frame", stack)])
        if self.uses_three_views(stack.shape):
            return self._cut(self.predict(stack, advance), stack)
        foreground = np.empty(stack.shape, np.float32 if self._judges_cells else bool)
        markers = np.empty(stack.shape, dtype=np.float32) if self._markers is not None else None
        for z, probabilities in enumerate(self._slices(stack, self.inputs(stack.shape), advance)):
            foreground[z] = self._kept(probabilities[self._foreground])
            if markers is not None:
                markers[z] = probabilities[self._markers]
        return Found(foreground, markers, self._judged(stack))

    def split(self, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Take what labeling needs of probabilities (C, Z, Y, X): foreground, and markers or None, both (Z, Y, X)."""
        return probabilities[self._foreground], None if self._markers is None else probabilities[self._markers]

    def _cut(self, probabilities: np.ndarray, stack: np.ndarray) -> Found:
        """Turn probabilities (C, Z, Y, X) of a stack into what `label` takes."""
        foreground, markers = self.split(probabilities)
        return Found(self._kept(foreground), markers, self._judged(stack))

    def _judged(self, stack: np.ndarray) -> np.ndarray | None:
        """Return the intensities where cells are judged by them; what is not needed is not kept in memory."""
        return stack if self.configuration.labeling.minimum_contrast else None

    @property
    def _judges_cells(self) -> bool:
        """Whether cells are removed by the probabilities of their voxels."""
        return self.configuration.labeling.minimum_confidence > 0

    def _kept(self, foreground: np.ndarray) -> np.ndarray:
        """Turn foreground probabilities of any shape into what `label` takes of them."""
        return foreground if self._judges_cells else foreground > self.configuration.labeling.foreground_threshold

    def label(self, found: Found) -> np.ndarray:
        """Label the cells of what `find_foreground` found: (Z, Y, X) int32, 0 is background."""
        return self._label(found, self.smallest_cell(len(found.foreground)))

    def _label(self, found: Found, smallest: int) -> np.ndarray:
        parameters = self.configuration.labeling.at_least(smallest)
        return label_cells(*found, parameters=parameters, executor=self._executor)

    def smallest_cell(self, slices: int) -> int:
        """Return the least number of voxels of a cell in a stack of so many slices, by the cell diameter; or 0."""
        width = None if self.diameter is None else self.configuration.cell_diameter
        return 0 if width is None else self._count_voxels(self.configuration.minimum_diameter * width, slices)

    def _count_voxels(self, diameter: float, slices: int) -> int:
        z, y, _ = self.configuration.labeling.steps
        return int(count_voxels(diameter, slices, z / y))

    def label_probabilities(self, probabilities: np.ndarray, stack: np.ndarray) -> np.ndarray:
        """Label the cells of what `predict` predicted of a stack: (Z, Y, X) int32, 0 is background."""
        return self.label(self._cut(probabilities, stack))

    def segment(self, stack: np.ndarray, advance: Callable[[], Any] | None = None) -> np.ndarray:
        """Segment a stack: (Z, Y, X) of raw intensities to (Z, Y, X) int32 labels, 0 is background.

        `advance` is called after every slice that the networks saw, `count_slices` of them.
        """
        return self.label(self.find_foreground(stack, advance))

    def count_slices(self, shape: tuple[int, ...]) -> int:
        """Count the slices of a stack of a shape (Z, Y, X) that are predicted, along all axes it is cut along."""
        return sum(slices for slices, _ in self.cuts(shape))

    def count_images(self, shape: tuple[int, ...]) -> int:
        """Count the inputs that a stack of a shape (Z, Y, X) becomes, for each network."""
        return sum(slices * inputs.count for slices, inputs in self.cuts(shape))

    def cuts(self, shape: tuple[int, ...]) -> list[tuple[int, Inputs]]:
        """List how a stack of a shape (Z, Y, X) is cut along each axis: how many slices, and what becomes of them."""
        turned = [
            (shape[axis], *shape[:axis], *shape[axis + 1 :]) for axis in range(3 if self.uses_three_views(shape) else 1)
        ]
        return [(seen[0], self.inputs(seen, axis)) for axis, seen in enumerate(turned)]

    def input_size(self, inputs: Inputs) -> tuple[int, int]:
        """Return height and width (Y, X) at which the networks compute inputs."""
        own = self.networks[0].architecture.input_size
        return (own, own) if self.diameter is None else inputs.size

    def uses_three_views(self, shape: tuple[int, ...]) -> bool:
        """Whether a stack of a shape (Z, Y, X) is also cut along y and x.

        That is so where it is asked for, slices lie close enough in z, and the stack is as deep as a cell at least: its
        orthogonal slices show no whole cell otherwise, and a 2D image has none at all.
        """
        if self.diameter is None or not self.configuration.three_view:
            return False
        z, y, _ = self.configuration.labeling.steps
        return shape[0] > 1 and are_close(z / y) and shape[0] * z / y >= self._cell_diameter

    def inputs(self, shape: tuple[int, ...], axis: int = 0) -> Inputs:
        """Choose the networks' inputs for a stack of a shape, cut along z or, after moving it first, another axis."""
        plane = (shape[1], shape[2])
        if self.diameter is not None:
            return self._rescaled(plane, self.configuration.shown_diameter or self.diameter, self._cell_diameter, axis)
        return six_patches(plane) if self.configuration.tiles == 6 else whole_slices(plane)

    @property
    def _cell_diameter(self) -> float:
        """The cells' diameter in pixels of y; where it is not known, the networks' own."""
        return self.configuration.cell_diameter or self.diameter

    def _rescaled(self, plane: tuple[int, int], shown: float, cell_diameter: float, axis: int = 0) -> Inputs:
        """Rescale cells of a diameter to the one at which they are shown."""
        scale = shown / cell_diameter
        z, y, _ = self.configuration.labeling.steps
        rows = scale * (z / y if axis else 1)
        step = self.pseudocolor.neighbor_step(cell_diameter, 1 if axis else z / y)
        return rescaled_patches(plane, (rows, scale), self.networks[0].architecture.input_size, step)

    def _slices(
        self, stack: np.ndarray, inputs: Inputs, advance: Callable[[], Any] | None = None
    ) -> Iterator[np.ndarray]:
        """Yield the probabilities (C, Y, X) of slice after slice."""
        slices = pseudocolor_slices(stack, self.pseudocolor, self._executor, inputs.step)
        predicted = self.predictor.predict(patch for image in slices for patch in inputs.split(image))
        for _ in range(len(stack)):
            patches = [next(predicted) for _ in range(inputs.count)]
            joined = np.stack([inputs.join(of_output) for of_output in zip(*patches, strict=True)])
            yield np.minimum(joined, 1, out=joined)  # blending patches rounds
            if advance:
                advance()
