"""Losses: what they reward, and gradients that can be followed."""

import pytest
import torch

from ctc_submission.training.data.targets import IGNORED
from ctc_submission.training.losses import OutputLoss


@pytest.fixture
def target():
    target = torch.zeros(2, 1, 16, 16)
    target[:, :, 4:10, 3:12] = 1
    return target


def sure_of(target, strength=20.0):
    return (2 * target - 1) * strength


def test_dice_of_a_perfect_prediction_is_zero(target):
    assert OutputLoss(("foreground",))(sure_of(target), target).item() == pytest.approx(0, abs=1e-5)


def test_dice_of_the_opposite_is_one(target):
    assert OutputLoss(("foreground",))(-sure_of(target), target).item() == pytest.approx(1, abs=1e-5)


def test_dice_is_two_times_the_overlap_over_both_areas(target):
    shifted = torch.roll(target, 3, dims=-1)
    overlap = (target * shifted).sum() / target.sum()
    assert OutputLoss(("foreground",))(sure_of(shifted), target).item() == pytest.approx(1 - overlap.item(), abs=1e-5)


@pytest.mark.parametrize("probability", [0.1, 0.9])
def test_batch_without_a_cell_is_taught_by_its_probability(probability):
    target = torch.zeros(2, 1, 4, 4)
    target[1] = IGNORED
    logits = torch.logit(torch.full_like(target, probability)).requires_grad_()
    loss = OutputLoss(("foreground",))(logits, target)
    loss.backward()
    assert loss.item() == pytest.approx(probability)
    assert (logits.grad[0] > 0).all()
    assert (logits.grad[1] == 0).all()


def test_batch_of_which_nothing_is_known_costs_nothing():
    target = torch.full((1, 1, 4, 4), float(IGNORED))
    assert OutputLoss(("foreground",))(torch.ones_like(target), target).item() == 0


def test_focal_of_a_perfect_prediction_is_zero(target):
    assert OutputLoss(("centers",))(sure_of(target), target).item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.9, 0.99])
def test_focal_weighs_cross_entropy_by_the_square_of_the_error(probability):
    logits = torch.logit(torch.full((1, 1, 4, 4), probability))
    expected = -((1 - probability) ** 2) * torch.log(torch.tensor(probability))
    torch.testing.assert_close(OutputLoss(("centers",))(logits, torch.ones(1, 1, 4, 4)), expected)


@pytest.mark.parametrize(("found", "divisor"), [(40, 40), (4, 4), (1, 1.6), (0, 1.6)])
def test_focal_is_divided_by_the_pixels_to_be_found_but_no_fewer_than_a_thousandth(found, divisor):
    target = torch.zeros(1, 1, 40, 40)
    target.view(-1)[:found] = 1
    expected = target.numel() * 0.25 * torch.log(torch.tensor(2.0)) / divisor
    torch.testing.assert_close(OutputLoss(("centers",))(torch.zeros_like(target), target), expected)


def test_focal_forgives_easy_pixels_more_than_cross_entropy():
    easy, hard = (torch.logit(torch.full((1, 1, 4, 4), share)) for share in (0.95, 0.3))
    ones = torch.ones(1, 1, 4, 4)
    focal, entropy = OutputLoss(("centers",)), torch.nn.functional.binary_cross_entropy_with_logits
    assert focal(easy, ones) / focal(hard, ones) < entropy(easy, ones) / entropy(hard, ones) / 50


@pytest.mark.parametrize("output", ["foreground", "centers"])
@pytest.mark.parametrize("strength", [0, 1, 50, 1e4])
@pytest.mark.parametrize("sign", [-1, 1])
def test_gradients_are_finite(output, strength, sign, target):
    logits = (sign * sure_of(target, strength)).requires_grad_()
    loss = OutputLoss((output,))(logits, target)
    loss.backward()
    assert loss.isfinite()
    assert logits.grad.isfinite().all()


@pytest.mark.parametrize("output", ["foreground", "centers"])
def test_gradients_point_toward_the_target(output, target):
    logits = torch.zeros_like(target, requires_grad=True)
    OutputLoss((output,))(logits, target).backward()
    assert (logits.grad[target > 0] < 0).all()
    assert (logits.grad[target == 0] > 0).all()


@pytest.mark.parametrize("output", ["foreground", "centers"])
def test_target_without_a_cell(output):
    logits = torch.zeros(1, 1, 8, 8, requires_grad=True)
    loss = OutputLoss((output,))(logits, torch.zeros(1, 1, 8, 8))
    loss.backward()
    assert loss.isfinite()
    assert logits.grad.isfinite().all()


@pytest.mark.parametrize("output", ["foreground", "centers"])
def test_ignored_pixels_take_no_part(output, target):
    logits = torch.linspace(-3, 3, target.numel()).reshape(target.shape)
    loss = OutputLoss((output,))
    expected = loss(logits[..., :11], target[..., :11])
    ignoring = target.clone()
    ignoring[..., 11:] = IGNORED
    wild = logits.clone()
    wild[..., 11:] = 50
    wild.requires_grad_()
    found = loss(wild, ignoring)
    found.backward()
    torch.testing.assert_close(found, expected)
    assert (wild.grad[..., 11:] == 0).all()
    assert wild.grad[..., :11].any()


@pytest.mark.parametrize("outputs", [("foreground", "centers"), ("centers", "foreground")])
def test_outputs_add_their_own_losses(outputs, target):
    targets = torch.cat([target, target.roll(2, dims=-1)], dim=1)
    logits = torch.linspace(-3, 3, targets.numel()).reshape(targets.shape)
    alone = [OutputLoss((one,))(logits[:, [place]], targets[:, [place]]) for place, one in enumerate(outputs)]
    torch.testing.assert_close(OutputLoss(outputs)(logits, targets), alone[0] + alone[1])


def test_logits_and_targets_of_other_outputs_are_refused(target):
    with pytest.raises(ValueError, match="shorter"):
        OutputLoss(("foreground", "centers"))(target, target)


@pytest.mark.parametrize("output", ["foreground", "centers"])
def test_nothing_known_no_loss(output):
    logits = torch.ones(1, 1, 8, 8, requires_grad=True)
    loss = OutputLoss((output,))(logits, torch.full((1, 1, 8, 8), float(IGNORED)))
    loss.backward()
    assert loss.item() == 0
    assert (logits.grad == 0).all()
