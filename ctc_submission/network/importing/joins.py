"""Where skips join the decoder in a graph."""

from collections.abc import Sequence

from ctc_submission.network.importing.convolutions import SKIPS, Layer, block_starts
from ctc_submission.network.importing.graph import Graph, Other, Resize


def skip_comes_first(graph: Graph, layers: Sequence[Layer]) -> list[bool]:
    """Say for each block of the decoder whether the skip's channels come before those of the features.

    Parameters
    ----------
    graph : Graph
        With the convolutions of EfficientCellSeg. A separable decoder joins nothing: the answer is that of the
        published network, features first.
    layers : sequence of Layer
        The network's.

    Raises
    ------
    ValueError
        If a block joins anything else.
    """
    keys = list(graph.convolutions())
    if Other("Concat") not in [node.operation for node in graph.nodes.values()]:
        return [False] * len(SKIPS)
    place = {layer.name: key for layer, key in zip(layers, keys, strict=True)}
    return [
        _skip_first(graph, keys[index], keys[index - 1], place[skip] if skip else graph.image)
        for index, skip in zip(block_starts(layers), SKIPS, strict=True)
    ]


def _skip_first(graph: Graph, convolution: str, features: str, skip: str) -> bool:
    joined = graph.nodes[convolution].inputs[0]
    node = graph.nodes.get(joined)
    if node is None or node.operation != Other("Concat") or len(node.inputs) != 2:
        raise ValueError(
            f"{graph.source}: '{graph.nodes[convolution].label}' takes what '{node.label if node else joined}' makes, "
            "expected features and a skip put together"
        )
    found = [graph.origins(key) for key in node.inputs]
    if found not in ([{features}, {skip}], [{skip}, {features}]):
        raise ValueError(
            f"{graph.source}: '{node.label}' joins what {' and '.join(_labels(graph, keys) for keys in found)} make, "
            f"expected {_labels(graph, {features})} and {_labels(graph, {skip})}"
        )
    first = found[0] == {skip}
    if skip == graph.image:
        _check_bare_image(graph, node.inputs[0 if first else 1])
    return first


def _check_bare_image(graph: Graph, key: str) -> None:
    while key != graph.image:
        node = graph.nodes[key]
        if not isinstance(node.operation, Resize):
            raise ValueError(
                f"{graph.source}: the finest skip is the image after '{node.label}', expected the image itself"
            )
        key = node.inputs[0]


def _labels(graph: Graph, keys: set[str]) -> str:
    return ", ".join(f"'{graph.nodes[key].label if key in graph.nodes else key}'" for key in sorted(keys))
