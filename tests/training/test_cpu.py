"""Faster training on a CPU: the numbers are those of before."""

import copy

import pytest
import torch

from ctc_submission.network.architecture import Architecture
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.training.cpu import speed_up


@pytest.fixture(scope="module")
def networks():
    """The published network, and the same made faster."""
    torch.manual_seed(0)
    plain = EfficientCellSeg(Architecture(input_size=32))
    fast = copy.deepcopy(plain)
    speed_up(fast)
    return plain, fast


def gradients(network, image, *, mixed):
    network.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
        logits = network.eval()(image)
    logits.float().square().mean().backward()
    found = {name: parameter.grad.clone() for name, parameter in network.named_parameters()}
    network.zero_grad()
    return logits.detach().float(), found


def test_without_autocast_nothing_changes(networks):
    image = torch.rand(1, 3, 32, 32)
    (logits, slow), (others, fast) = (gradients(network, image, mixed=False) for network in networks)
    torch.testing.assert_close(others, logits)
    for name, gradient in slow.items():
        torch.testing.assert_close(fast[name], gradient, msg=name)


def test_in_bfloat16_it_is_as_near_to_single_precision(networks):
    image = torch.rand(2, 3, 32, 32)
    exact, exact_gradients = gradients(networks[0], image, mixed=False)
    errors = []
    for network in networks:
        logits, found = gradients(network, image, mixed=True)
        wrong = sum((found[name] - gradient).square().sum() for name, gradient in exact_gradients.items())
        errors.append(((logits - exact).abs().max().item(), wrong.sqrt().item()))
    assert errors[1][0] < 2 * errors[0][0]
    assert errors[1][1] < 2 * errors[0][1]


def test_copy_computes_with_its_own_weights(networks):
    fast = networks[1]
    other = copy.deepcopy(fast).eval()
    image = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        expected = fast.eval()(image)
        for parameter in other.parameters():
            parameter.zero_()
        assert not torch.equal(other(image), expected)
        assert torch.equal(fast(image), expected)
