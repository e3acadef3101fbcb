"""The networks of a configuration: opened, and checked to fit one another and what the configuration shows them."""

from pathlib import Path
from typing import Any

from ctc_submission.network.architecture import Output
from ctc_submission.network.card import ModelCard
from ctc_submission.network.stored import StoredNetwork
from ctc_submission.preprocessing.pseudocolor import PseudocolorParameters
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling.methods import find_method

_CUT = {1: "whole slices (tiles 1)", 6: "six square patches of each slice (tiles 6)"}


def open_networks(configuration: Configuration) -> list[StoredNetwork]:
    """Open the networks that a configuration needs: the segmentation model, and the center model if one is named.

    Raises
    ------
    FileNotFoundError, ValueError
        If a checkpoint is missing, is none, or predicts something else.
    """
    foreground = StoredNetwork(configuration.segmentation_model)
    _check_output(foreground, "foreground")
    markers = find_method(configuration.labeling.method).markers
    if markers is None:
        return [foreground]
    if markers == "interior" or configuration.center_model in (None, configuration.segmentation_model):
        _check_output(foreground, markers)
        return [foreground]
    centers = StoredNetwork(configuration.center_model)
    _check_output(centers, "centers")
    return [foreground, centers]


def name_weights(networks: list[StoredNetwork]) -> dict[str, str]:
    """Return the hash of each network's weights by their name; the second of one name says what it predicts."""
    weights: dict[str, str] = {}
    for network in networks:
        name = network.path.name
        weights[f"{name} ({', '.join(network.architecture.outputs)})" if name in weights else name] = network.digest
    return weights


def _check_output(network: StoredNetwork, output: Output) -> None:
    outputs = network.architecture.outputs
    if output not in outputs:
        fix = ""
        if output != "foreground" and "foreground" in outputs:
            other = "name a center_model (--center-model), or " if output == "centers" else "choose "
            fix = f"; {other}another method"
        raise ValueError(
            f"{network.path}: predicts {' and '.join(outputs)}, expected a checkpoint that predicts {output}{fix}"
        )


def check_coloring(coloring: PseudocolorParameters, cards: dict[Path, ModelCard]) -> None:
    """Check that the networks were trained on slices colored by the scheme they are shown.

    Raises
    ------
    ValueError
        If one was not.
    """
    for path, card in cards.items():
        if card.pseudocolor.coloring != coloring.coloring:
            raise ValueError(
                f"{path}: trained on slices colored by {card.pseudocolor.coloring}, the configuration colors them by "
                f"{coloring.coloring}; state coloring = '{card.pseudocolor.coloring}', or no colors at all"
            )


def check_tiles(tiles: int, cards: dict[Path, ModelCard]) -> None:
    """Check that slices are cut as for the networks' training, where cards say how that was.

    Raises
    ------
    ValueError
        If they are not.
    """
    stated = {path: card.tiles for path, card in cards.items() if card.tiles is not None}
    trained = agree("on differently cut slices; train one of them again", stated) if stated else tiles
    if trained != tiles:
        raise ValueError(
            f"{next(iter(stated))}: trained on {_CUT[trained]}, the configuration shows it {_CUT[tiles]}; "
            f"state tiles = {trained}, or --tiles {trained} on the command line"
        )


def agree(trained: str, values: dict[Path, Any]) -> Any:
    """Return what the cards of all networks agree on.

    Parameters
    ----------
    trained : str
        How they were trained if they do not agree, to end the message with.
    values : dict of Path to object
        What each card says, by the network's file.

    Raises
    ------
    ValueError
        If they do not agree.
    """
    first, *others = values.values()
    if any(other != first for other in others):
        raise ValueError(f"{' and '.join(path.name for path in values)}: trained {trained}")
    return first
