"""Networks run by OpenVINO: on CPUs the quickest way, one image at a time on every core."""

import hashlib
import sys
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from queue import SimpleQueue
from threading import Lock
from typing import Any

import cv2
import numpy as np

from ctc_submission.network.graph_cache import cache_folder, keep_graph, read_graph
from ctc_submission.network.stored import Network

sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # OpenVINO then reports to nobody
import openvino  # noqa: E402

_HINTS = {"float32": "f32", "bfloat16": "bf16"}


class OpenVINORuntime:
    """Networks compiled for this CPU, for each size of images that they are shown."""

    batch_size = 1

    def __init__(self, networks: Sequence[Network], precision: str, threads: int, *, resize: bool = True) -> None:
        self._core: Any = openvino.Core()
        self._options = {
            "INFERENCE_PRECISION_HINT": _HINTS[precision],
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": threads,
            "ENABLE_CPU_PINNING": False,
        }
        self._graphs = [_graph(self._core, network) for network in networks]
        self._sizes = [(network.architecture.input_size,) * 2 if resize else None for network in networks]
        self._free: dict[tuple[int, ...], SimpleQueue[list[Any]]] = {}
        self._opening = Lock()
        self.streams = threads
        self.precision = precision
        self.description = "OpenVINO on the CPU"

    def predict(self, images: np.ndarray) -> np.ndarray:
        """Predict probabilities for images (N, Y, X, 3), float32: (N, C, Y, X), float32."""
        shapes = [size or images.shape[1:3] for size in self._sizes]
        free = self._requests(shapes)
        requests = free.get()
        try:
            return np.stack(
                [
                    np.concatenate([_run(*network, image) for network in zip(requests, shapes, strict=True)])
                    for image in images
                ]
            )
        finally:
            free.put(requests)

    def _requests(self, shapes: list[tuple[int, ...]]) -> "SimpleQueue[list[Any]]":
        """Return the free requests, one a network in each, for images of these shapes (Y, X).

        The first images of all requests are computed one after the other: side by side, OpenVINO and Python's lock can
        wait for each other for ever.
        """
        with self._opening:
            if shapes[0] not in self._free:
                compiled = [self._compile(*network) for network in zip(self._graphs, shapes, strict=True)]
                free: SimpleQueue[list[Any]] = SimpleQueue()
                for _ in range(self.streams):
                    requests = [network.create_infer_request() for network in compiled]
                    for request, shape in zip(requests, shapes, strict=True):
                        _run(request, shape, np.zeros((*shape, 3), np.float32))
                    free.put(requests)
                self._free[shapes[0]] = free
            return self._free[shapes[0]]

    def _compile(self, graph: Any, shape: tuple[int, ...]) -> Any:
        fixed = graph.clone()
        fixed.reshape([1, *shape, 3])
        return self._core.compile_model(fixed, "CPU", self._options)


def _run(request: Any, shape: tuple[int, ...], image: np.ndarray) -> np.ndarray:
    """Show an image (Y, X, 3), resized to a shape (Y, X), and return its probabilities (C, Y, X) at its own size."""
    (probabilities,) = request.infer([_resize(image, shape)[np.newaxis]]).values()
    return np.stack([_resize(probability, image.shape[:2]) for probability in probabilities[0]])


def computes_bfloat16() -> bool:
    """Whether this CPU multiplies matrices in bfloat16."""
    core: Any = openvino.Core()
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _resize(image: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Resize as the network does: bilinear, half-pixel centers, not averaged."""
    if image.shape[:2] == tuple(shape):
        return image.copy()
    return cv2.resize(image, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)


def _graph(core: Any, network: Network) -> Any:
    """Return OpenVINO's graph of a network for images of any size: from the cache, once it was converted and put there.

    A graph that was not read from a file computes otherwise in a probability's last bits.
    """
    path = cache_folder() / f"{_name(network)}.xml"
    graph = read_graph(path, core.read_model)
    if graph is not None:
        return graph
    converted = _convert(network)
    keep_graph(path, lambda made: openvino.save_model(converted, made, compress_to_fp16=False), core.read_model)
    graph = read_graph(path, core.read_model)
    return converted if graph is None else graph


def _convert(network: Network) -> Any:
    from ctc_submission.network.graph import trace  # torch is imported for it, so not before it is needed

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # torch warns of torch
        return openvino.convert_model(trace(network.build()))


def _name(network: Network) -> str:
    """Name what a graph depends on: weights, architecture, and who converts them."""
    text = f"{network.digest} {network.architecture} {version('torch')} {version('timm')} {openvino.get_version()}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
