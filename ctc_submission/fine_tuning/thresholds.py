"""The last step: thresholds fitted to annotated frames, and the configuration that states them."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ctc_submission.atomic import write_text_atomic
from ctc_submission.fine_tuning.parts import Annotated
from ctc_submission.fitting.fit import FitParameters, fit_configuration
from ctc_submission.fitting.record import write_fit
from ctc_submission.network.card import read_card
from ctc_submission.network.execution import Execution
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.configuration_writing import format_configuration
from ctc_submission.training.data.source_folders import Source

_LOG = logging.getLogger(__name__)
_REACH = 2
"""Steps on each grid that values may move: a few frames say no more."""
_GAIN = 0.1
"""SEG that a move must gain on a single cell; on N cells a move must gain this over the square root of N."""


def adapted(start: Configuration, checkpoint: Path, frames: Sequence[Annotated]) -> Configuration:
    """Put the new network into a configuration; of slices annotated one by one state the diameter of the sections.

    The network was trained at it, and measures another one: single slices cut most cells off their middle.
    """
    diameter = start.cell_diameter
    if diameter is None and read_card(checkpoint).diameter is not None and all(frame.slices for frame in frames):
        diameter = max(1.0, round(float(np.median([frame.diameter for frame in frames])), 1))
    return replace(start, segmentation_model=checkpoint, cell_diameter=diameter)


def fit_thresholds(
    sources: Sequence[Source],
    cells: int,
    configuration: Configuration,
    most: int,
    path: Path,
    folder: Path,
    execution: Execution,
    remarks: Sequence[str],
) -> Configuration:
    """Fit thresholds near those of a configuration, and write it.

    Parameters
    ----------
    sources : sequence of Source
        All annotated frames.
    cells : int
        Their annotated cells: the fewer, the more a move must gain.
    configuration : Configuration
        Networks, and the values to start from.
    most : int
        Frames of each sequence at most.
    path : Path
        The TOML file.
    folder : Path
        Folder that keeps the networks' output.
    execution : Execution
        How to use the machine.
    remarks : sequence of str
        Lines of comments to begin the file with.

    Returns
    -------
    Configuration
        With the fitted values.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        If frames, references or weights are not as they must be, or the file cannot be written.
    """
    if configuration.labeling.per_slice:
        _LOG.info("slices are labeled one by one (per_slice): thresholds stay as they are")
        comments = "".join(f"# {line}\n" for line in remarks)
        write_text_atomic(path, f"{comments}\n{format_configuration(configuration, path.parent)}")
        return configuration
    parameters = FitParameters(most_frames=most, reach=_REACH, least_gain=_GAIN / np.sqrt(cells))
    fit = fit_configuration(sources, configuration, parameters, folder, execution)
    write_fit(path, fit, remarks)
    return fit.configuration
