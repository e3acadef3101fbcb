"""Which networks a configuration opens, and what of their outputs is labeled."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ctc_submission.challenge.files import read_frame
from ctc_submission.network.architecture import Output
from ctc_submission.network.card import ModelCard
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.execution import Execution
from ctc_submission.network.weights import save_checkpoint
from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.segmentation.segmenter import Segmenter
from ctc_submission.simulation.simulate import simulate_sequence
from tests.conftest import PARAMETERS, SMALL

CPU = Execution(device="cpu", runtime="torch")
PAIR: tuple[Output, ...] = ("foreground", "centers")
BY_CENTERS = LabelingParameters(method="centers", spacing=(5.0, 1.0, 1.0))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """Four slices of a small simulated frame of MDA231."""
    folder = tmp_path_factory.mktemp("data")
    simulate_sequence(folder, "Fluo-C3DL-MDA231", frames=1, seed=0, scale=0.1)
    return read_frame(folder / "01" / "t000.tif")[13:17]


@pytest.fixture(scope="module")
def both() -> EfficientCellSeg:
    """A network with two outputs, whose probabilities lie on both sides of one half."""
    torch.manual_seed(0)
    network = EfficientCellSeg(replace(SMALL, outputs=PAIR)).eval()
    with torch.inference_mode():
        logits = network(torch.rand(4, 3, 64, 64)).transpose(0, 1).flatten(1)
        scale = 2 / logits.std(dim=1)
        network.head.weight *= scale.view(-1, 1, 1, 1)
        network.head.bias.copy_(scale * (network.head.bias - logits.mean(dim=1)))
    return network


@pytest.fixture(scope="module")
def models(both: EfficientCellSeg, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The network itself, with its outputs the other way around, and each of its outputs by itself."""
    folder = tmp_path_factory.mktemp("models")
    chosen: dict[str, Sequence[Output]] = {
        "both": PAIR,
        "reversed": PAIR[::-1],
        "foreground": ("foreground",),
        "centers": ("centers",),
    }
    for name, outputs in chosen.items():
        save_outputs(folder / f"{name}.safetensors", both, tuple(outputs))
    return {name: folder / f"{name}.safetensors" for name in chosen}


def save_outputs(path: Path, network: EfficientCellSeg, outputs: tuple[Output, ...]) -> None:
    """Save a network with some of its outputs."""
    part = EfficientCellSeg(replace(network.architecture, outputs=outputs))
    channels = [network.architecture.outputs.index(output) for output in outputs]
    heads = {name: tensor[channels] for name, tensor in network.state_dict().items() if name.startswith("head")}
    part.load_state_dict({**network.state_dict(), **heads})
    card = ModelCard("Fluo-C3DL-MDA231", "nothing", "2026-01-01", "none", "CC0-1.0", part.architecture)
    save_checkpoint(path, part, card, half=False)


def test_a_network_with_two_outputs_segments_as_two_networks_with_one_each(models, stack):
    apart = Segmenter(Configuration(models["foreground"], models["centers"], labeling=BY_CENTERS), CPU)
    expected = apart.predict(stack)
    assert np.abs(expected[0] - expected[1]).max() > 0.1
    labels = apart.segment(stack)
    assert labels.max() > 3
    for name, order in (("both", [0, 1]), ("reversed", [1, 0])):
        together = Segmenter(Configuration(models[name], labeling=BY_CENTERS), CPU)
        assert (len(together.networks), together.outputs) == (1, 2)
        assert together.parameters == PARAMETERS + 16 + 1 == apart.parameters - PARAMETERS + 17
        predicted = together.predict(stack)
        np.testing.assert_allclose(predicted[order], expected, atol=1e-5)
        for found, wanted in zip(together.split(predicted), expected, strict=True):
            np.testing.assert_allclose(found, wanted, atol=1e-5)
        np.testing.assert_array_equal(together.segment(stack), labels)


def test_openvino_gives_both_outputs_too(models, stack):
    pytest.importorskip("openvino")
    configuration = Configuration(models["both"], labeling=BY_CENTERS)
    expected = Segmenter(configuration, CPU).predict(stack[:2])
    found = Segmenter(configuration, Execution(device="cpu", runtime="openvino", precision="float32")).predict(
        stack[:2]
    )
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_a_center_model_that_is_named_is_used(models, both, stack, tmp_path):
    weaker = EfficientCellSeg(both.architecture)
    weaker.load_state_dict({**both.state_dict(), "head.bias": both.head.bias - 3})
    save_outputs(tmp_path / "weaker.safetensors", weaker, ("centers",))
    segmenter = Segmenter(Configuration(models["both"], tmp_path / "weaker.safetensors", labeling=BY_CENTERS), CPU)
    predicted = segmenter.predict(stack)
    assert len(predicted) == 3
    foreground, centers = segmenter.split(predicted)
    assert foreground is not centers
    np.testing.assert_array_equal(foreground, predicted[0])
    np.testing.assert_array_equal(centers, predicted[2])
    assert centers.mean() < predicted[1].mean() - 0.2


def test_a_network_that_is_named_for_both_is_run_once(models, stack):
    segmenter = Segmenter(Configuration(models["both"], models["both"], labeling=BY_CENTERS), CPU)
    assert len(segmenter.networks) == 1
    assert segmenter.predict(stack[:1]).shape == (2, 1, *stack.shape[1:])


def test_interiors_separate_cells_as_centers_do_but_by_a_method_of_their_own(both, stack, tmp_path):
    renamed = EfficientCellSeg(replace(both.architecture, outputs=("foreground", "interior")))
    renamed.load_state_dict(both.state_dict())
    save_outputs(tmp_path / "interior.safetensors", renamed, ("foreground", "interior"))
    labeling = LabelingParameters(method="interior", spacing=(5.0, 1.0, 1.0))
    segmenter = Segmenter(Configuration(tmp_path / "interior.safetensors", labeling=labeling), CPU)
    predicted = segmenter.predict(stack)
    found = segmenter.find_foreground(stack)
    np.testing.assert_array_equal(found.markers, predicted[1])
    assert found.image is None
    np.testing.assert_array_equal(segmenter.segment(stack), segmenter.label(found))
    assert len(np.unique(segmenter.segment(stack))) > 3


def test_centers_are_left_aside_where_the_method_does_not_use_them(models, stack):
    distance = LabelingParameters(method="distance", spacing=(5.0, 1.0, 1.0))
    together, alone = (
        Segmenter(Configuration(models[name], labeling=distance), CPU) for name in ("both", "foreground")
    )
    assert together.find_foreground(stack)[1] is None
    np.testing.assert_array_equal(together.segment(stack), alone.segment(stack))


@pytest.mark.parametrize(
    ("segmentation_model", "center_model", "method", "message"),
    [
        ("centers", None, "distance", r"centers\.safetensors: predicts centers, expected .* predicts foreground$"),
        ("centers", "centers", "centers", r"centers\.safetensors: predicts centers, expected .* predicts foreground$"),
        (
            "foreground",
            None,
            "centers",
            r"foreground\.safetensors: predicts foreground, expected .* centers; name .* or another method$",
        ),
        (
            "both",
            None,
            "interior",
            r"both\.safetensors: predicts foreground and centers, expected .* interior; choose another method$",
        ),
        ("both", "foreground", "centers", r"foreground\.safetensors: predicts foreground, expected .* centers; name"),
    ],
)
def test_networks_without_the_wanted_output_are_refused(models, segmentation_model, center_model, method, message):
    labeling = replace(BY_CENTERS, method=method)
    configuration = Configuration(models[segmentation_model], models.get(center_model), labeling=labeling)
    with pytest.raises(ValueError, match=message):
        Segmenter(configuration, CPU)
