from pathlib import Path

import pytest

from ctc_submission.network.execution import Execution
from ctc_submission.network.trial import try_checkpoint
from ctc_submission.network.weights import load_checkpoint, save_checkpoint
from tests.conftest import PARAMETERS

CPU = Execution("cpu", "torch")


def test_a_sound_checkpoint_predicts(checkpoints: dict[str, Path]) -> None:
    trial = try_checkpoint(checkpoints["segmentation"], CPU)

    assert trial.parameters == PARAMETERS
    assert trial.seconds > 0


def test_weights_that_predict_no_probabilities_are_refused(checkpoints: dict[str, Path], tmp_path: Path) -> None:
    model, card = load_checkpoint(checkpoints["segmentation"])
    next(model.parameters()).data.fill_(float("nan"))
    save_checkpoint(tmp_path / "broken.safetensors", model, card, half=False)

    with pytest.raises(ValueError, match=r"broken\.safetensors: predicts values from nan to nan, expected"):
        try_checkpoint(tmp_path / "broken.safetensors", CPU)
