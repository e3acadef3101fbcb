"""Crops drawn at random from frames: along every axis, at every size, near cells, their stack changed by chance.

Of frames annotated slice by slice, these slices are drawn, with their neighbors; such frames are not cut from the side.

Unlike samples that are cut once and kept, a crop is taken from the frame itself, so that nothing limits how far it is
rescaled, and what a microscope does to a stack is done to the slice and its neighbors together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from torch.utils.data import Dataset

from ctc_submission.preprocessing.colorings import find_scheme
from ctc_submission.preprocessing.inputs import are_close
from ctc_submission.training.data.augmented import AugmentedSample, Key
from ctc_submission.training.data.patches import make_target
from ctc_submission.training.data.sample import Sample, SampleParameters
from ctc_submission.training.data.targets import UNKNOWN
from ctc_submission.training.data.volumes import Volume, fingerprint_volumes

_MARGIN = 16
"""Pixels around a crop that its targets are computed with: cells cut by its edge keep their centers."""


@dataclass(frozen=True)
class CropParameters:
    """How crops are drawn, and how far they may stray from the frame."""

    side: int = 128
    """Side in pixels of the network's input."""
    zoom: tuple[float, float] = (0.5, 1.8)
    """Least and largest width of the cells, in those that the network is to know."""
    stretch: float = 1.25
    """Largest ratio by which rows are stretched against columns, or columns against rows."""
    near_cells: float = 0.85
    """Share of the crops that are centered near a cell; the others lie anywhere."""
    from_side: float = 0.5
    """Share of the crops that are cut along y or x, of stacks whose slices are close enough."""
    rotated: float = 0.4
    """Share of the crops along z that are rotated by any angle; the others by quarter turns."""
    gamma: tuple[float, float] = (0.6, 1.7)
    """Least and largest exponent of the intensities."""
    noise: float = 0.1
    """Largest standard deviation of added noise, in intensities of [0, 1]."""
    blur: float = 1.5
    """Largest standard deviation of a Gaussian blur, in pixels."""
    nearness: float = 1.7
    """Largest ratio by which neighbors are nearer or farther than the pseudocolors have them."""

    def __post_init__(self) -> None:
        if self.side < 32 or self.side % 16:
            raise ValueError(f"side is {self.side}, expected a multiple of 16, at least 32")
        for name, (low, high) in (("zoom", self.zoom), ("gamma", self.gamma)):
            if not 0 < low <= high:
                raise ValueError(f"{name} is {low} to {high}, expected two positive numbers, the smaller first")


class Crops(Dataset[AugmentedSample]):
    """Random crops of volumes; a key always gives the same crop, in whatever process it is drawn.

    Every group of sources is drawn from equally often, whatever the number and the size of its frames.
    """

    def __init__(
        self,
        volumes: Sequence[Volume],
        groups: Sequence[int],
        samples: SampleParameters,
        parameters: CropParameters,
        count: int,
        seed: int = 0,
    ) -> None:
        """Prepare to draw.

        Parameters
        ----------
        volumes : sequence of Volume
            Frames to draw from.
        groups : sequence of int
            The group of every source that volumes come from, such as the dataset's folder.
        samples : SampleParameters
            What to predict, and how wide cells are to be.
        parameters : CropParameters
            How to draw.
        count : int
            Crops of an epoch.
        seed : int
            Start of all chance.
        """
        if samples.diameter is None or not find_scheme(samples.pseudocolor.coloring).shows_neighbors:
            raise ValueError(
                "crops are drawn from whole frames for networks that know cells at one width, colored by a scheme that "
                "shows neighbors: add --diameter and --coloring intensity"
            )
        by_group: dict[int, list[Volume]] = {}
        for volume in volumes:
            by_group.setdefault(groups[volume.source], []).append(volume)
        self.groups = list(by_group.values())
        self.diameter = samples.diameter
        self.samples = replace(samples, center_radius=None)  # as cells come in every size
        self.parameters = parameters
        self.count = count
        self.seed = seed
        self.fingerprint = f"{count}:{fingerprint_volumes(volumes)}"

    def __len__(self) -> int:
        """Return the number of crops of an epoch."""
        return self.count

    def __getitem__(self, key: Key) -> AugmentedSample:
        """Draw the crop of an epoch and a number: image (S, S, 3) and target (S, S, C), float32."""
        return self._draw(np.random.default_rng((self.seed, *key)), changed=True)

    def fixed(self) -> list[Sample]:
        """Draw crops to validate on, one for each number: near cells of their own width, as the frame has them."""
        samples = []
        for number in range(self.count):
            image, target = self._draw(np.random.default_rng((self.seed, 0, number)), changed=False)
            samples.append(Sample(np.rint(255 * image).astype(np.uint8), target.astype(np.uint8)))
        return samples

    def _draw(self, generator: np.random.Generator, *, changed: bool) -> AugmentedSample:
        group = self.groups[int(generator.integers(len(self.groups)))]
        volume = group[int(generator.integers(len(group)))]
        axis = self._choose_axis(volume, generator)
        position = self._choose_position(volume, generator)
        slices, labels = _cut(
            volume,
            axis,
            int(position[axis]),
            self._choose_step(volume, axis, generator, changed=changed),
            generator if changed else None,
        )
        center = np.delete(position, axis).astype(float)
        center += generator.uniform(-0.5, 0.5, 2) * self.parameters.side * volume.diameter / self.diameter / 2
        matrix = self._choose_matrix(volume, axis, center, generator, changed=changed)
        image, section = self._warp(slices, labels, matrix, flip=bool(generator.integers(2)))
        target = make_target(section, self.samples)[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
        image = image[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
        if changed:
            image = _change_intensities(np.ascontiguousarray(image), self.parameters, generator)
        return np.ascontiguousarray(image), np.ascontiguousarray(target)

    def _choose_axis(self, volume: Volume, generator: np.random.Generator) -> int:
        close = volume.slices is None and volume.depth is not None and are_close(volume.depth)
        deep = volume.depth is not None and volume.depth * len(volume.image) > volume.diameter
        if close and deep and generator.random() < self.parameters.from_side:
            return 1 + int(generator.integers(2))
        return 0

    def _choose_step(self, volume: Volume, axis: int, generator: np.random.Generator, *, changed: bool) -> int:
        """Choose how many slices away neighbors are."""
        colors = self.samples.pseudocolor
        if colors.neighbor_distance:
            farther = np.exp(generator.uniform(-1, 1) * np.log(self.parameters.nearness)) if changed else 1.0
            unit = 1.0 if axis else volume.depth or np.inf
            return colors.neighbor_step(volume.diameter * farther, unit)
        if not changed or axis or not volume.depth:
            return 1
        farthest = max(1, min(4, int(0.5 * volume.diameter / volume.depth)))
        return int(generator.integers(1, farthest + 1))

    def _choose_position(self, volume: Volume, generator: np.random.Generator) -> np.ndarray:
        if generator.random() < self.parameters.near_cells:
            return volume.cells[int(generator.integers(len(volume.cells)))]
        position = generator.integers(volume.image.shape)
        if volume.slices is not None:
            position[0] = generator.choice(volume.slices)
        return position

    def _choose_matrix(
        self, volume: Volume, axis: int, center: np.ndarray, generator: np.random.Generator, *, changed: bool
    ) -> np.ndarray:
        """Choose where pixels (x, y) of a slice come to lie in a crop: (2, 3) float64."""
        scale = self.diameter / volume.diameter
        rows = scale * (volume.depth or 1.0) if axis else scale
        columns, angle = scale, 0.0
        if changed:
            zoom = np.exp(generator.uniform(*np.log(self.parameters.zoom)))
            stretch = np.exp(generator.uniform(-0.5, 0.5) * np.log(self.parameters.stretch))
            rows, columns = rows * zoom * stretch, columns * zoom / stretch
            if axis == 0:
                free = generator.random() < self.parameters.rotated
                angle = generator.uniform(0, 2 * np.pi) if free else np.pi / 2 * generator.integers(4)
        rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        linear = rotation @ np.diag([columns, rows])
        middle = self.parameters.side / 2 + _MARGIN
        return np.column_stack([linear, middle - linear @ (center[::-1] + 0.5)])

    def _warp(
        self, slices: np.ndarray, labels: np.ndarray, matrix: np.ndarray, *, flip: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        side = self.parameters.side + 2 * _MARGIN
        shrink = 1 / np.sqrt(abs(np.linalg.det(matrix[:, :2])))
        if shrink > 1.5:
            slices = cv2.GaussianBlur(slices, (0, 0), 0.35 * shrink)
        warped = cv2.warpAffine(slices, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        section = cv2.warpAffine(labels, matrix, (side, side), flags=cv2.INTER_NEAREST).astype(np.int32)
        inside = cv2.warpAffine(np.ones(labels.shape, np.uint8), matrix, (side, side), flags=cv2.INTER_NEAREST)
        section[inside == 0] = UNKNOWN  # the image is mirrored there
        image = warped.astype(np.float32) / 255
        return (image[:, ::-1], section[:, ::-1]) if flip else (image, section)


def _cut(
    volume: Volume, axis: int, position: int, step: int, generator: np.random.Generator | None
) -> tuple[np.ndarray, np.ndarray]:
    """Cut a slice (Y, X, 3) uint8 with its neighbors, and its labels (Y, X) uint16 or int16."""
    stack = np.moveaxis(volume.image, axis, 0)
    labels = np.ascontiguousarray(np.moveaxis(volume.labels, axis, 0)[position])
    neighbors = [stack[int(np.clip(position + offset, 0, len(stack) - 1))] for offset in (-step, 0, step)]
    if generator is not None:
        neighbors = _change_neighbors(neighbors, generator, alone=len(stack) == 1)
    return np.ascontiguousarray(np.stack(neighbors, axis=-1)), labels


def _change_neighbors(slices: list[np.ndarray], generator: np.random.Generator, *, alone: bool) -> list[np.ndarray]:
    """Swap the neighbors, end the stack here, or, of an image that stands alone, make neighbors out of focus."""
    before, image, after = slices if generator.random() < 0.5 else slices[::-1]
    if not alone:
        ends = generator.random(2) < 0.07
        return [image if ends[0] else before, image, image if ends[1] else after]
    if generator.random() < 0.5:
        return [image, image, image]
    return [_defocus(image, generator), image, _defocus(image, generator)]


def _defocus(image: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Show a slice as the next one may show it: blurred and dimmer."""
    blurred = cv2.GaussianBlur(image, (0, 0), generator.uniform(0.5, 5))
    return (blurred * generator.uniform(0.3, 1)).astype(np.uint8)


def _change_intensities(image: np.ndarray, parameters: CropParameters, generator: np.random.Generator) -> np.ndarray:
    """Change exposure, contrast, background, haze, focus and noise of a slice and its neighbors (S, S, 3) together."""
    exponent = np.float32(np.exp(generator.uniform(*np.log(parameters.gamma))))
    image = image**exponent
    if generator.random() < 0.3:
        image *= np.float32(generator.uniform(0.3, 1))
    if generator.random() < 0.2:
        image = np.minimum(image * np.float32(generator.uniform(1, 2)), 1)
    if generator.random() < 0.3:
        haze = cv2.GaussianBlur(image, (0, 0), generator.uniform(6, 25))
        image = image + np.float32(generator.uniform(0, 0.6)) * haze
        image /= max(np.float32(1), image.max())
    if generator.random() < 0.3:
        floor = np.float32(generator.uniform(0, 0.35))
        image = floor + (1 - floor) * image
    if generator.random() < 0.5:
        image = cv2.GaussianBlur(image, (0, 0), generator.uniform(0.3, parameters.blur))
    spread = np.float32(generator.uniform(0, parameters.noise) * generator.random())
    noise = generator.standard_normal(image.shape, dtype=np.float32)
    if generator.random() < 0.3:
        noise = cv2.GaussianBlur(noise, (0, 0), 0.8) * np.float32(2)
    return np.clip(image + spread * noise, 0, 1)
