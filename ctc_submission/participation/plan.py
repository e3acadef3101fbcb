"""The steps of a participation in their order: download, train, fit, score itself, segment, pack, check."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from ctc_submission.atomic import write_text_atomic
from ctc_submission.participation.costs import fit_cost, segmentation_cost, training_cost, upload_cost
from ctc_submission.participation.entry import SEQUENCES, VALIDATION_SAMPLES, Participation, stage_silver, stage_test
from ctc_submission.participation.fitted_executables import write_executables
from ctc_submission.participation.fold_scores import score_path, write_card
from ctc_submission.participation.steps import Command, Step
from ctc_submission.segmentation.configuration import Configuration, configuration_for, read_configuration
from ctc_submission.segmentation.configuration_writing import format_configuration

_HELD_OUT = ("--validation-fraction", "0.2")
"""Share of the frames of each sequence that validate, and that thresholds are fitted on."""


def plan_steps(entry: Participation) -> list[Step]:
    """List the steps; nothing is read or written yet."""
    steps = [_download(entry)]
    if entry.config == "ST":
        stage = partial(stage_silver, entry)
        steps.append(Step("silver", "silver truth in place of gold truth", results=(entry.training,), prepare=stage))
    steps += _learn(entry, "all", SEQUENCES)
    if entry.scores:
        for learned, scored in (SEQUENCES, SEQUENCES[::-1]):
            steps += [*_learn(entry, f"from-{learned}", (learned,)), *_score(entry, learned, scored)]
    return [*steps, *_submit(entry)]


def _download(entry: Participation) -> Step:
    options = ["--any-checksum"] if entry.any_checksum else []
    command = ("download", entry.dataset, "--all", "--to", f"{entry.data}", "--base-url", entry.base_url, "--yes")
    folders = (entry.destination("training").folder, entry.destination("test").folder)
    return Step("download", "training and test data", ((*command, *options),), folders)


def _learn(entry: Participation, name: str, sequences: tuple[str, ...]) -> list[Step]:
    """Train on sequences, and fit thresholds on frames of them that were held out."""
    folder, seen = entry.work / name, " and ".join(sequences)
    checkpoints = tuple(folder / "-".join(outputs) / "best.safetensors" for outputs in entry.recipe.networks)
    start, fitted = folder / "start.toml", folder / "fitted.toml"
    common = (f"{entry.training}", "--sequences", *sequences, *_HELD_OUT, "--truth", entry.truth)
    trained = tuple(
        _train(entry, path.parent, outputs, common)
        for outputs, path in zip(entry.recipe.networks, checkpoints, strict=True)
    )
    fit: Command = ("fit", *common, "--config", f"{start}", "--output", f"{fitted}", "--device", entry.device)
    fit = (*fit, "--most-frames", f"{entry.recipe.fitted_frames}", "--cache", f"{folder / 'probabilities'}")
    folders = [entry.training / sequence for sequence in sequences]
    return [
        Step(f"train-{name}", f"training on {seen}", trained, checkpoints, cost=partial(training_cost, entry)),
        Step(
            f"fit-{name}",
            f"thresholds, on held-out frames of {seen}",
            (fit,),
            (fitted,),
            prepare=partial(write_start, entry, checkpoints, start),
            cost=partial(fit_cost, start, folders, entry),
        ),
    ]


def _train(entry: Participation, output: Path, outputs: tuple[str, ...], common: Command) -> Command:
    recipe = entry.recipe
    return (
        *("train", *common, "--dataset", entry.dataset, "--output", f"{output}", "--predict", *outputs),
        *(*recipe.network_options, *recipe.options, "--epochs", f"{entry.epochs}"),
        *("--samples-per-epoch", f"{entry.samples}", "--validation-samples", f"{VALIDATION_SAMPLES}"),
        *("--schedule", "cosine", "--ema", "0.999"),
        *("--device", entry.device, "--training-data", f"{entry.dataset} ({entry.config or 'GT'})"),
        *(("--cache", f"{entry.work / 'samples'}") if "--crops-from" not in recipe.options else ()),
        *entry.train_options,
    )


def write_start(entry: Participation, checkpoints: Sequence[Path], path: Path) -> None:
    """Write the configuration that thresholds are fitted from, the general model's if trained like it."""
    recipe, facts = entry.recipe, entry.facts
    start = configuration_for("nuclei") if recipe.method == "interior" else Configuration(checkpoints[0])
    labeling = replace(
        start.labeling,
        method=recipe.method,
        spacing=recipe.spacing or facts.spacing,
        field_margin=facts.field_margin,
    )
    configuration = replace(
        start,
        segmentation_model=checkpoints[0],
        center_model=checkpoints[1] if len(checkpoints) > 1 else None,
        tiles=recipe.tiles,
        three_view=recipe.three_view,
        dimensions=3 if facts.is_3d else 2,
        labeling=labeling,
    )
    write_text_atomic(path, format_configuration(configuration, path.parent))


def _score(entry: Participation, learned: str, scored: str) -> list[Step]:
    """Segment and score the sequence that was left out."""
    folder = entry.work / f"from-{learned}"
    frames, results = entry.destination("training").folder / scored, folder / f"{scored}_RES"
    scores = score_path(entry, learned)
    evaluate: Command = ("evaluate", f"{entry.destination('training').folder}", scored, "--results", f"{results}")
    return [
        Step(
            f"score-{learned}",
            f"score on {scored}, which was left out",
            (_segment(entry, frames, results, folder / "fitted.toml"), (*evaluate, "--json", f"{scores}")),
            (results, scores),
            cost=partial(segmentation_cost, folder / "fitted.toml", [frames], entry),
        )
    ]


def _segment(entry: Participation, frames: Path, results: Path, configuration: Path) -> Command:
    return (
        "segment",
        f"{frames}",
        f"{results}",
        "--config",
        f"{configuration}",
        "--device",
        entry.device,
        "--overwrite",
    )


def _submit(entry: Participation) -> list[Step]:
    """Collect what is submitted, segment the test data, check, pack, and check what was packed."""
    configuration = entry.models / f"{entry.dataset}.toml"
    config = ("--config", entry.config) if entry.config else ()
    results = [entry.test / run.results for run in entry.runs]
    frames = [entry.test / sequence for sequence in SEQUENCES]
    package: Command = (
        "package",
        f"{entry.upload}",
        "--datasets",
        entry.dataset,
        "--results",
        f"{entry.test}",
        *config,
    )
    return [
        Step(
            "collect",
            "weights, configuration, model card and executables of the submission",
            results=(configuration, entry.executables),
            prepare=partial(collect_upload, entry),
        ),
        Step(
            "segment",
            "test data, 01 and 02",
            tuple(_segment(entry, *paths, configuration) for paths in zip(frames, results, strict=True)),
            tuple(results),
            cost=partial(segmentation_cost, configuration, frames, entry),
        ),
        Step("validate", "checking the masks", (("validate", f"{entry.test}", *SEQUENCES, *config),)),
        Step(
            "package",
            "packing",
            ((*package, "--models", f"{entry.models}", "--executables", f"{entry.executables}"),),
            (entry.upload / "SW.zip", entry.upload / "SHA256SUMS"),
            cost=partial(upload_cost, entry),
        ),
        Step("check", "checking the upload", (("validate", f"{entry.upload}", "--data", f"{entry.test.parent}"),)),
    ]


def collect_upload(entry: Participation) -> None:
    """Put what was trained and fitted where it is packed from, and lay out the test data."""
    fitted = read_configuration(entry.work / "all" / "fitted.toml")
    networks = [path for path in (fitted.segmentation_model, fitted.center_model) if path]
    entry.models.mkdir(parents=True, exist_ok=True)
    named = [entry.models / entry.weights(place) for place in range(len(networks))]
    for source, target in zip(networks, named, strict=True):
        shutil.copyfile(source, target)
    configuration = replace(fitted, segmentation_model=named[0], center_model=named[1] if len(named) > 1 else None)
    text = format_configuration(configuration, entry.models)
    comment = f"# {entry.dataset}, trained on {entry.config or 'GT'} and fitted by ctc-submission participate.\n"
    write_text_atomic(entry.models / f"{entry.dataset}.toml", comment + text)
    write_card(entry)
    write_executables(entry, configuration)
    stage_test(entry)
