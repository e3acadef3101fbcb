"""The start of a run: networks loaded, cells measured, and all that its masks will depend on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ctc_submission
from ctc_submission.challenge.files import read_frame
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.segmenter import Segmenter


@dataclass(frozen=True)
class Description:
    """What makes the masks."""

    configuration: Configuration
    """How to segment, the cells' width included where it was measured."""
    made_by: Mapping[str, Any]
    """Whatever the masks depend on: version, configuration, precision and the weights' hashes."""
    facts: Mapping[str, Any]
    """What is worth knowing besides: the networks' parameters, the device."""


def open_segmenter(configuration: Configuration, execution: Execution, first: Path) -> Segmenter:
    """Load networks, and measure the cells in the recording's first frame where their width must be known and is not.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If weights, device or the first frame are not as they must be.
    """
    segmenter = Segmenter(configuration, execution)
    if segmenter.lacks_diameter:
        segmenter.measure_cells(read_frame(first, axes=configuration.axes))
    return segmenter


def describe(segmenter: Segmenter) -> Description:
    """Describe what makes a segmenter's masks."""
    values = asdict(segmenter.configuration)
    del values["segmentation_model"], values["center_model"]
    made_by = {
        "version": ctc_submission.__version__,
        "configuration": {**values, "pseudocolor": asdict(segmenter.pseudocolor)},
        "weights": segmenter.weights,
        "precision": segmenter.precision,
    }
    facts = {"parameters": segmenter.parameters, "device": segmenter.predictor.runtime.description}
    return Description(segmenter.configuration, made_by, facts)
