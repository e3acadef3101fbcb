"""How a dataset is trained and segmented: which networks, on what, and how touching cells are separated."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ctc_submission.challenge.datasets import Dataset
from ctc_submission.network.architecture import NETWORKS, Architecture, Output

if TYPE_CHECKING:
    from ctc_submission.segmentation.labeling_parameters import MethodName

_WHOLE_SLICES = ("--coloring", "intensity", "--crop", "224")
_PATCHES = ("--coloring", "intensity", "--tiles", "6", "--crop", "192")
_ONE_CELL = ("--crop", "256")
_NUCLEI = (
    *("--crops-from", "frames", "--coloring", "intensity", "--neighbor-distance", "0.15", "--diameter", "24"),
    *("--crop", "128", "--zoom", "0.5", "1.8"),
)


@dataclass(frozen=True)
class Recipe:
    """How a dataset is trained and segmented."""

    networks: tuple[tuple[Output, ...], ...]
    """Outputs of each network: the first predicts the foreground, a second one the centers."""
    method: "MethodName"
    """How touching cells are separated."""
    options: tuple[str, ...]
    """Options of ``ctc-submission train``: what the networks see."""
    crop: int
    """Side in pixels of what a training step sees."""
    tiles: int = 1
    """Square patches of a slice, 1 or 6."""
    three_view: bool = False
    """Whether orthogonal slices are predicted too."""
    spacing: tuple[float, float, float] | None = None
    """Voxel size (z, y, x) where the challenge gives none."""
    fitted_frames: int = 4
    """Frames of each sequence that thresholds are fitted on, at most."""
    architecture: Architecture = NETWORKS["lite0"]
    """The network, but for its outputs."""

    @property
    def network_options(self) -> tuple[str, ...]:
        """Options of ``ctc-submission train`` that name the network."""
        return ("--encoder", self.architecture.encoder, "--decoder", self.architecture.decoder)


def recipe_for(dataset: Dataset, network: str = "lite0") -> Recipe:
    """Return the recipe of a dataset with one of `NETWORKS`.

    Those of Fluo-C3DL-MDA231, Fluo-N3DL-TRIC and Fluo-C3DH-A549-SIM are the paper's (section 3.3). Other datasets of
    nuclei (Fluo-N...) are trained as the general model of nuclei, all others as Fluo-C3DL-MDA231; these were not tried
    on data of the challenge.

    Raises
    ------
    ValueError
        If there is no such network.
    """
    if network not in NETWORKS:
        raise ValueError(f"network is '{network}', expected one of {', '.join(NETWORKS)}")
    recipe = _recipe(dataset)
    if network == "lite0":
        return recipe
    apart = (("foreground",), ("centers",)) if recipe.method == "centers" else recipe.networks
    return replace(recipe, networks=apart, architecture=NETWORKS[network])


def _recipe(dataset: Dataset) -> Recipe:
    if dataset.name == "Fluo-N3DL-TRIC":
        return Recipe((("foreground",),), "distance", _PATCHES, 192, tiles=6, spacing=(5.0, 1.0, 1.0), fitted_frames=1)
    if dataset.name == "Fluo-C3DH-A549-SIM":
        return Recipe((("foreground",),), "single", _ONE_CELL, 256)
    if dataset.name == "Fluo-C3DH-A549":
        return Recipe((("foreground",),), "components", _ONE_CELL, 256)
    if dataset.name.startswith("Fluo-N"):
        return Recipe((("foreground", "interior"),), "interior", _NUCLEI, 128, three_view=dataset.is_3d)
    return Recipe((("foreground", "centers"),), "centers", _WHOLE_SLICES, 224)
