"""What a network is taught from annotated frames: the network itself, its new card, and samples as it knows them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from ctc_submission.fine_tuning.fine_tuning_parameters import FineTuningParameters
from ctc_submission.fine_tuning.parts import Parts
from ctc_submission.fitting.fit import trained_coloring
from ctc_submission.network.card import ModelCard
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.weights import load_checkpoint, start_from_network
from ctc_submission.preprocessing.colorings import find_scheme
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling.methods import find_method
from ctc_submission.training.data.crops import CropParameters, Crops
from ctc_submission.training.data.sample import Sample, SampleParameters
from ctc_submission.training.data.sources import load_sources
from ctc_submission.training.data.volumes import load_volumes

_SIDE = 128
"""Side of crops in pixels, where the network's input is as large."""
_ZOOM = (0.75, 1.35)
"""Cells of one recording come in about one size."""
_CROPS = 4000
"""Crops that an epoch draws from at most."""
_VALIDATED = 64
"""Fixed crops that an epoch is validated on."""


@dataclass(frozen=True)
class Lesson:
    """A network, and what it is taught."""

    model: EfficientCellSeg
    """The network, with the weights that it starts from."""
    card: ModelCard
    """What the new checkpoint says of itself."""
    samples: tuple[Sequence[Sample] | Crops, Sequence[Sample]]
    """Samples to train on and to validate on; these are of the training's frames where none are held out."""
    side: int
    """Side in pixels of what training sees."""


def draws_crops(configuration: Configuration, card: ModelCard) -> bool:
    """Tell whether crops can be drawn from frames: for networks that know cells at one width, and neighbors."""
    return card.diameter is not None and find_scheme(trained_coloring(configuration).coloring).shows_neighbors


def prepare_lesson(parts: Parts, start: Configuration, parameters: FineTuningParameters) -> Lesson:
    """Load the network of a configuration and the frames, and show these as the network was shown others.

    Raises
    ------
    FileNotFoundError, ValueError
        If weights, frames or references are missing or not as they must be.
    """
    source, card = load_checkpoint(start.segmentation_model)
    model = EfficientCellSeg(card.architecture)
    start_from_network(model, source)
    samples = _sample_parameters(start, card, parameters)
    validation = parts.held_out or parts.training
    if draws_crops(start, card):
        seed, side = parameters.seed, min(_SIDE, card.architecture.input_size)
        drawn = CropParameters(side, _ZOOM, from_side=CropParameters.from_side if start.three_view else 0.0)
        training, fixed = (
            Crops(load_volumes(part, samples, start.labeling.spacing), [0] * len(part), samples, drawn, count, seed)
            for part, count in ((parts.training, _CROPS), (validation, _VALIDATED))
        )
        return Lesson(model, _new_card(card, samples, parts, parameters), (training, fixed.fixed()), side)
    cut = (load_sources(parts.training, samples), load_sources(validation, samples))
    return Lesson(model, _new_card(card, samples, parts, parameters), cut, samples.input_size)


def _sample_parameters(start: Configuration, card: ModelCard, parameters: FineTuningParameters) -> SampleParameters:
    """Cut and color as the start was trained; where foreground alone separates cells, teach a gap between them."""
    return SampleParameters(
        outputs=card.architecture.outputs,
        tiles=start.tiles if card.diameter is None else 1,
        input_size=card.architecture.input_size,
        pseudocolor=trained_coloring(start),
        diameter=card.diameter,
        gap=find_method(start.labeling.method).needs_gaps,
        unannotated=parameters.unannotated,
    )


def _new_card(card: ModelCard, samples: SampleParameters, parts: Parts, parameters: FineTuningParameters) -> ModelCard:
    folders = dict.fromkeys(source.folder.resolve().name for source in parts.training)
    data = parameters.training_data or ", ".join(folders)
    return replace(
        card,
        training_data=f"{card.training_data}; then fine-tuned on {data}",
        date=datetime.now(timezone.utc).date().isoformat(),
        score="",
        license=parameters.license or card.license,
        pseudocolor=samples.pseudocolor,
    )
