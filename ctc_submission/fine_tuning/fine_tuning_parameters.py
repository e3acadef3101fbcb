"""How a network is adapted: defaults that suit a few annotated frames and two cores."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class FineTuningParameters:
    """How long and how boldly a network is adapted to annotated frames."""

    minutes: float = 10.0
    """About how long all of it may take: scores before and after, training, thresholds."""
    learning_rate: float = 2e-4
    """Adam's rate at the start, lowered along half a cosine."""
    batch_size: int = 8
    """Crops in a step."""
    held_out: float = 0.25
    """Share of the annotated frames, or of the slices of a single one, that training does not see."""
    start_share: float = 0.5
    """Share of the start's weights in the result, which is an average of both: a few frames teach much that holds for
    them alone. 0 for the trained weights."""
    unannotated: Literal["ignore", "background"] = "ignore"
    """What bright regions without a label are in slices annotated one by one: not taught, or background."""
    spacing: tuple[float, float, float] | None = None
    """Voxel size (z, y, x); that of the start's configuration, of the files or of the challenge if not given."""
    license: str | None = None
    """Terms of use of the new weights; those of the start if not given."""
    training_data: str | None = None
    """What the frames are, for the card; the names of their folders if not given."""
    seed: int = 0
    """Start of all chance."""

    def __post_init__(self) -> None:
        for name in ("minutes", "learning_rate", "batch_size"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}, expected a number above 0")
        if not 0 <= self.held_out < 1:
            raise ValueError(f"held_out is {self.held_out}, expected a share of 0 (nothing) or more, below 1")
        if not 0 <= self.start_share < 1:
            raise ValueError(f"start_share is {self.start_share}, expected a share of 0 (none) or more, below 1")
        if self.spacing is not None and not all(edge > 0 for edge in self.spacing):
            raise ValueError(f"spacing is {self.spacing}, expected the edges (z, y, x) of a voxel, all above 0")
        if self.unannotated not in ("ignore", "background"):
            raise ValueError(f"unannotated is '{self.unannotated}', expected 'ignore' or 'background'")
