"""The steps of a participation: every command is one that the command line takes."""

from dataclasses import replace

import pytest

from ctc_submission.challenge.datasets import DATASETS
from ctc_submission.cli import _parser
from ctc_submission.participation.entry import Participation
from ctc_submission.participation.plan import plan_steps, write_start
from ctc_submission.segmentation.configuration import configuration_for, read_configuration


def commands(entry: Participation) -> list[tuple[str, ...]]:
    return [command for step in plan_steps(entry) for command in step.commands]


@pytest.mark.parametrize("network", ["lite0", "b5"])
@pytest.mark.parametrize("config", [None, "GT", "ST", "GT+ST"])
@pytest.mark.parametrize("dataset", DATASETS)
def test_commands_are_taken(entry, dataset, config, network):
    for command in commands(replace(entry, dataset=dataset, config=config, network=network)):
        _parser(command[0]).parse_args(command)


def test_steps_in_their_order(entry):
    names = [step.name for step in plan_steps(entry)]
    folds = [f"{step}-{learned}" for learned in ("01", "02") for step in ("train-from", "fit-from", "score")]
    assert names == ["download", "train-all", "fit-all", *folds, "collect", "segment", "validate", "package", "check"]
    assert not {*folds} & {step.name for step in plan_steps(replace(entry, scores=False))}


def test_what_is_scored_was_not_learned_from(entry):
    by_name = {step.name: step for step in plan_steps(entry)}
    train, fit = (by_name[f"{name}-from-01"].commands[0] for name in ("train", "fit"))
    for command in (train, fit):
        assert command[command.index("--sequences") + 1 :][:2] == ("01", "--validation-fraction")
    assert by_name["score-01"].commands[0][1].endswith("MDA231/02")


def test_the_published_method_trains_two_networks(entry):
    lite, published = (
        {step.name: step for step in plan_steps(replace(entry, network=name))} for name in ("lite0", "b5")
    )
    assert len(lite["train-all"].commands) == 1
    assert [command[command.index("--predict") + 1] for command in published["train-all"].commands] == [
        "foreground",
        "centers",
    ]


def test_thresholds_start_from_the_challenge_s_facts(entry, tmp_path, checkpoints):
    write_start(
        replace(entry, network="b5"), (checkpoints["segmentation"], checkpoints["centers"]), tmp_path / "a.toml"
    )
    configuration = read_configuration(tmp_path / "a.toml")
    assert configuration.center_model.resolve() == checkpoints["centers"].resolve()
    assert configuration.dimensions == 3
    labeling = configuration.labeling
    assert (labeling.method, labeling.spacing, labeling.field_margin) == ("centers", (6.0, 1.242, 1.242), 25)


def test_nuclei_of_other_datasets_are_segmented_as_by_the_general_model(entry, tmp_path, checkpoints):
    nuclei = replace(entry, dataset="Fluo-N3DH-CE")
    write_start(nuclei, (checkpoints["segmentation"],), tmp_path / "a.toml")
    configuration, general = read_configuration(tmp_path / "a.toml"), configuration_for("nuclei")
    assert configuration.segmentation_model.resolve() == checkpoints["segmentation"].resolve()
    assert configuration.three_view_smoothing == general.three_view_smoothing > 0
    assert configuration.minimum_diameter == general.minimum_diameter > 0
    assert configuration.labeling == replace(
        general.labeling, spacing=nuclei.facts.spacing, field_margin=nuclei.facts.field_margin
    )
