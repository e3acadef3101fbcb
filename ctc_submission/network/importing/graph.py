"""A network as a graph of the operations that matter here."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TypeVar

import numpy as np

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Convolution:
    """A convolution with its weights; padding is left to the network that takes them over."""

    weight: np.ndarray
    """(O, I / groups, Y, X), float32."""
    bias: np.ndarray | None = None
    """(O,), float32."""
    stride: int = 1
    """Step in y and x."""


@dataclass(frozen=True, eq=False)
class Affine:
    """Every channel multiplied by a number, then another added."""

    scale: np.ndarray
    """One number, or one for each channel, float64."""
    offset: np.ndarray
    """Likewise."""


@dataclass(frozen=True, eq=False)
class BatchNorm:
    """Batch norm with its running statistics."""

    gamma: np.ndarray
    """Scale of each channel; this and the others are (C,), float32."""
    beta: np.ndarray
    """Offset."""
    mean: np.ndarray
    """Running mean."""
    variance: np.ndarray
    """Running variance."""
    epsilon: float
    """What is added to the variance."""


@dataclass(frozen=True)
class Resize:
    """An image made larger or smaller."""

    method: str
    """How: mode and coordinates, such as 'linear half_pixel'."""
    side: int | None = None
    """Side in pixels of the square it becomes, where that is fixed."""


@dataclass(frozen=True)
class Other:
    """Any other operation."""

    kind: str
    """Its name, such as 'Sigmoid', 'Concat' or 'GlobalAveragePool'."""


Operation = Convolution | Affine | BatchNorm | Resize | Other


@dataclass(frozen=True)
class Node:
    """One operation in its place."""

    label: str
    """Its name in the file."""
    operation: Operation
    """What it does."""
    inputs: tuple[str, ...]
    """Keys of the nodes, or of the image, that it works on."""


class Graph:
    """The operations between an image and an output, in an order in which they can be computed.

    Parameters
    ----------
    source : Path
        The file, for messages.
    image, output : str
        Keys of where it begins and ends.
    nodes : mapping
        Every node by its key, in any order; those that the output does not depend on are left out.
    side : int, optional
        Side in pixels of the square image it takes, where that is fixed.

    Raises
    ------
    ValueError
        If the output does not depend on the image.
    """

    def __init__(
        self, source: Path, image: str, output: str, nodes: Mapping[str, Node], side: int | None = None
    ) -> None:
        self.source, self.image, self.output, self.side = source, image, output, side
        needed = _reachable(nodes, output)
        if image not in needed:
            raise ValueError(f"{source}: its output '{output}' does not depend on the image '{image}'")
        inputs = {key: nodes[key].inputs for key in needed if key in nodes}
        order = [key for key in _deepest_first(in_order(source, inputs), inputs) if key in nodes]
        self.nodes = {key: nodes[key] for key in order}
        self.users: dict[str, list[str]] = {key: [] for key in (image, *order)}
        for key, node in self.nodes.items():
            for given in set(node.inputs) & self.users.keys():
                self.users[given].append(key)

    def convolutions(self) -> dict[str, Convolution]:
        """Return all convolutions by their keys, in order."""
        return {key: node.operation for key, node in self.nodes.items() if isinstance(node.operation, Convolution)}

    def following(self, key: str) -> tuple[list[Affine | BatchNorm], str]:
        """Return the operations on single channels that follow a node and alone use it, and the key of the last."""
        found: list[Affine | BatchNorm] = []
        while len(self.users[key]) == 1:
            operation = self.nodes[self.users[key][0]].operation
            if not isinstance(operation, Affine | BatchNorm):
                break
            found.append(operation)
            key = self.users[key][0]
        return found, key

    def origins(self, key: str) -> set[str]:
        """Return the convolutions, or the image, that lie nearest before a node, or the node itself if it is one."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [key]
        while waiting:
            key = waiting.pop()
            if key == self.image or (key in self.nodes and isinstance(self.nodes[key].operation, Convolution)):
                found.add(key)
            elif key not in seen:
                seen.add(key)
                waiting.extend(self.nodes[key].inputs if key in self.nodes else ())
        return found


def in_order(source: Path, needs: Mapping[_Key, Iterable[_Key]]) -> list[_Key]:
    """Sort keys so that each comes after those it needs.

    Raises
    ------
    ValueError
        If some need each other; the message names the file.
    """
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise ValueError(f"{source}: no network for images, it feeds its output back") from error


def _deepest_first(order: Sequence[str], inputs: Mapping[str, Sequence[str]]) -> list[str]:
    """Sort keys so that each comes after its inputs, and of these the one with the most before it first.

    So a branch that is ready early, as a convolution of a skip, comes where it joins.
    """
    depth: dict[str, int] = {}
    for key in order:
        depth[key] = 1 + max((depth[given] for given in inputs.get(key, ())), default=0)
    found: dict[str, None] = {}
    waiting = [order[-1]] if order else []
    while waiting:
        key = waiting[-1]
        missing = [given for given in inputs.get(key, ()) if given not in found]
        if missing:
            waiting.append(max(missing, key=depth.__getitem__))
        else:
            found[waiting.pop()] = None
    return list(found)


def _reachable(nodes: Mapping[str, Node], output: str) -> set[str]:
    found = {output}
    waiting = [output]
    while waiting:
        node = nodes.get(waiting.pop())
        new = set(node.inputs) - found if node else set()
        found |= new
        waiting.extend(new)
    return found
