"""The state between two epochs: what is saved comes back, and nothing else is taken for it."""

import copy

import pytest
import torch
from safetensors.torch import save_file
from torch.optim.swa_utils import AveragedModel

from ctc_submission.training.state import TrainingState, load_state, save_state

IDENTITY = {"seed": 0, "zoom": (0.8, 1.25), "ema": None}
RESULTS = [{"epoch": 1, "loss": 0.1 + 0.2}]


def begin(*, average=True):
    """A small network after no step."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    average = AveragedModel(model, use_buffers=True) if average else None
    return TrainingState(model, torch.optim.Adam(model.parameters(), 0.1), average)


def take_steps(state, count):
    for _ in range(count):
        state.optimizer.zero_grad()
        state.model(torch.ones(1, 3, 5, 5)).square().sum().backward()
        state.optimizer.step()
        if state.average:
            state.average.update_parameters(state.model)


def assert_same(state, other):
    pairs = [(state.model, other.model)] + ([(state.average, other.average)] if state.average else [])
    for one, two in pairs:
        for name, tensor in one.state_dict().items():
            assert torch.equal(tensor, two.state_dict()[name]), name


@pytest.mark.parametrize("average", [False, True])
def test_steps_go_on_as_if_never_saved(tmp_path, average):
    state = begin(average=average)
    take_steps(state, 2)
    save_state(tmp_path, state, IDENTITY, RESULTS)
    take_steps(state, 2)
    other = begin(average=average)
    assert load_state(tmp_path, other, copy.deepcopy(IDENTITY)) == RESULTS
    take_steps(other, 2)
    assert_same(state, other)


def test_nothing_saved(tmp_path):
    state = begin()
    assert load_state(tmp_path, state, IDENTITY) == []
    assert_same(state, begin())


@pytest.mark.parametrize(("name", "value"), [("seed", 1), ("zoom", (0.8, 1.3)), ("ema", 0.9), ("new", None)])
def test_other_training_is_refused(tmp_path, name, value):
    save_state(tmp_path, begin(), IDENTITY, RESULTS)
    identity = {**IDENTITY, name: value} if name != "new" else {**IDENTITY, "new": 1}
    with pytest.raises(
        ValueError, match=f"by other hyperparameters or on other samples \\({name} differ\\): name another folder"
    ):
        load_state(tmp_path, begin(), identity)


@pytest.mark.parametrize("metadata", [None, {"training": '{"hyperparameters": {}}'}])
def test_file_of_another_kind_is_refused(tmp_path, metadata):
    save_file({"a": torch.zeros(1)}, tmp_path / "state.safetensors", metadata)
    with pytest.raises(ValueError, match=r"state\.safetensors: (is no state|was written by an older)"):
        load_state(tmp_path, begin(), IDENTITY)


def test_broken_file_is_refused(tmp_path):
    (tmp_path / "state.safetensors").write_bytes(b"\x07broken")
    with pytest.raises(ValueError, match=r"state\.safetensors: is no state of a training"):
        load_state(tmp_path, begin(), IDENTITY)
