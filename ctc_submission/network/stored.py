"""Networks for a runtime: what must be known of one before it is built, so that a converted one need not be."""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import count_stored_parameters, read_card, sha256_of

if TYPE_CHECKING:
    from ctc_submission.network.efficientcellseg import EfficientCellSeg


class Network(Protocol):
    """A network that a runtime can make ready."""

    @property
    def architecture(self) -> Architecture:
        """What it is built of, and what it predicts."""
        ...

    @property
    def digest(self) -> str:
        """A name that no other weights share."""
        ...

    def build(self) -> "EfficientCellSeg":
        """Return it as a torch module, ready to predict."""
        ...


class StoredNetwork:
    """The network of a checkpoint; its tensors are read when it is built."""

    def __init__(self, path: Path) -> None:
        """Read the card.

        Raises
        ------
        FileNotFoundError, ValueError
            If there is no such file, or it is no checkpoint that this version reads.
        """
        self.path = path
        self.card = read_card(path)
        self.parameters = count_stored_parameters(path)
        """Parameters as the paper counts them: weights, biases and batch norm's running statistics."""

    @property
    def architecture(self) -> Architecture:
        """What the network is built of, and what it predicts."""
        return self.card.architecture

    @cached_property
    def digest(self) -> str:
        """The file's SHA-256."""
        return sha256_of(self.path)

    def build(self) -> "EfficientCellSeg":
        """Read the tensors and build the network; torch is imported for it.

        Raises
        ------
        ValueError
            If the tensors do not fit the network that the card names.
        """
        from ctc_submission.network.weights import load_checkpoint

        return load_checkpoint(self.path)[0]


class BuiltNetwork:
    """A network that is in memory already."""

    def __init__(self, model: "EfficientCellSeg") -> None:
        self.architecture = model.architecture
        self._model = model

    @cached_property
    def digest(self) -> str:
        """SHA-256 of architecture and tensors."""
        digest = hashlib.sha256(f"{self.architecture}".encode())
        for name, tensor in self._model.state_dict().items():
            digest.update(name.encode())
            digest.update(tensor.cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()

    def build(self) -> "EfficientCellSeg":
        """Return the network, ready to predict."""
        return self._model.eval()
