"""The archives that the challenge offers: where they are, and the checksums that are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ctc_submission.challenge.datasets import find_dataset

Part = Literal["training", "test"]
"""Data with truth, or without."""

BASE_URL = "http://data.celltrackingchallenge.net"
"""The challenge's own address."""

_SHA256: Mapping[tuple[str, Part], str] = MappingProxyType(
    {
        ("Fluo-C3DL-MDA231", "training"): "b1044eeaac644f1abfbf91d9b6c97bebfb02f4dee2b2a4aed60d0039a375aa84",
        ("Fluo-C3DH-A549-SIM", "training"): "321bd505854a4e3c9b8255cb903ecc48f43f14abd444448ef6945fc1ec9fa4cf",
        ("Fluo-N3DL-TRIC", "training"): "225f0ed3ba706d9c28101b01bd22ad96974ce2d2334d5c2bf7cddbf2236ec6bb",
    }
)


@dataclass(frozen=True)
class Archive:
    """The ZIP archive of one part of a dataset."""

    dataset: str
    """The challenge's name, for example ``Fluo-C3DL-MDA231``."""
    part: Part
    """Training or test data."""
    base_url: str = BASE_URL
    """What stands before ``/training-datasets/DATASET.zip``."""

    def __post_init__(self) -> None:
        find_dataset(self.dataset)
        if not self.base_url.startswith(("http://", "https://")):
            raise ValueError(f"base URL is '{self.base_url}', expected one that begins with http:// or https://")

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{self.base_url.rstrip('/')}/{self.part}-datasets/{self.dataset}.zip"

    @property
    def sha256(self) -> str | None:
        """The checksum in hexadecimal digits; None where none is known."""
        return _SHA256.get((self.dataset, self.part))
