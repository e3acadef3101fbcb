"""EfficientNet-Lite0 in place of a configuration's networks, one network for all that they predict.

Without a trained checkpoint the network is one that finds what is bright: all of it is computed, but the weights of its
last block pass on the slice alone, so that there are objects to label. Its time is that of a trained one; its masks
are no result.
"""

from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from ctc_submission.network.architecture import Architecture, Output
from ctc_submission.network.card import ModelCard, read_card
from ctc_submission.network.model import EfficientCellSeg
from ctc_submission.network.weights import save_checkpoint
from ctc_submission.segmentation.configuration import Configuration

_GREEN = 1  # the channel of the slice itself
_GAIN = 20.0
_THRESHOLDS: dict[Output, float] = {"foreground": 0.45, "centers": 0.7}
"""Brightness at which a probability is one half."""


def take_lite(configuration: Configuration, folder: Path, checkpoint: Path | None = None) -> Configuration:
    """Replace a configuration's networks.

    Parameters
    ----------
    configuration : Configuration
        How to segment; all but the networks stays.
    folder : Path
        Where the checkpoint that finds what is bright is written, unless it is there already.
    checkpoint : Path, optional
        A trained checkpoint that predicts all that is needed, to take instead.
    """
    if checkpoint is None:
        folder.mkdir(parents=True, exist_ok=True)
        outputs: tuple[Output, ...] = ("foreground",)
        if configuration.labeling.method == "centers":
            outputs = ("foreground", "centers")
        checkpoint = folder / f"bright-{configuration.segmentation_model.name}"
        if not checkpoint.is_file():
            write_bright(checkpoint, read_card(configuration.segmentation_model), outputs)
    return replace(configuration, segmentation_model=checkpoint, center_model=None)


def write_bright(path: Path, card: ModelCard, outputs: tuple[Output, ...]) -> None:
    """Write a Lite0 checkpoint that finds what is bright, with colors, diameter and tiles of a card.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    size = card.architecture.input_size
    architecture = Architecture(input_size=size, encoder="tf_efficientnet_lite0", decoder="separable", outputs=outputs)
    torch.manual_seed(0)
    network = EfficientCellSeg(architecture)
    _find_bright(network)
    untrained = replace(card, training_data="untrained: finds what is bright", score="none", architecture=architecture)
    save_checkpoint(path, network, untrained, half=False)


@torch.no_grad()
def _find_bright(network: EfficientCellSeg) -> None:
    """Let the last block average the slice over 5 x 5 pixels, twice 3 x 3, and the head compare it to thresholds."""
    block, head = network.decoder[-1], network.head
    for mixing in (block.mix_features, block.mix_skip):
        mixing.weight.zero_()
    block.mix_skip.weight[:, _GREEN] = 1
    depthwise, mix, again = (layer for layer in block.layers if isinstance(layer, nn.Conv2d))
    depthwise.weight.fill_(1 / 9)
    again.weight.fill_(1 / 9)
    mix.weight.copy_(torch.eye(mix.in_channels)[..., None, None])
    head.weight.fill_(_GAIN / head.in_channels)
    head.bias.copy_(torch.tensor([-_GAIN * _THRESHOLDS[output] for output in network.architecture.outputs]))
