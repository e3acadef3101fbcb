"""Averages of a network before and after its adaptation."""

from dataclasses import replace

import pytest
import torch

from ctc_submission.fine_tuning.averaging import average_weights
from ctc_submission.fine_tuning.fine_tuning_parameters import FineTuningParameters
from ctc_submission.network.weights import load_checkpoint, save_checkpoint


@pytest.mark.parametrize("share", [0.25, 0.5])
def test_weights_are_averaged_and_the_card_is_that_of_the_adapted_network(checkpoints, tmp_path, share):
    start = checkpoints["segmentation"]
    model, card = load_checkpoint(start)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 1
    save_checkpoint(tmp_path / "adapted.safetensors", model, replace(card, training_data="mine"))
    average_weights(start, tmp_path / "adapted.safetensors", share, tmp_path / "averaged.safetensors")
    averaged, own = load_checkpoint(tmp_path / "averaged.safetensors")
    assert own.training_data == "mine"
    trained = {name for name, _ in model.named_parameters()}
    for name, tensor in averaged.state_dict().items():
        expected = before[name] + (1 - share) if name in trained else before[name]
        torch.testing.assert_close(tensor, expected, atol=2e-3, rtol=2e-3)


def test_a_share_of_all_is_refused():
    with pytest.raises(ValueError, match=r"start_share is 1\.0, expected a share of 0 \(none\) or more, below 1"):
        FineTuningParameters(start_share=1.0)
