"""What was run, in the report's words, and where it is not what the paper did."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.paper.budget import COMPARATOR_SHARE, Budget
from benchmarks.paper.task import find_task

_PAPER = Budget(Path())
_PAPERS_DATA = ("Fluo-C3DH-A549-SIM", "Fluo-C3DH-A549")
_FEW = 1000  # slices seen, below which no network has learned anything
_PAPERS = "the paper's"
_OTHER = "**not the paper's**"


def describe_budget(budget: Budget, training_slices: int) -> str:
    """Say how the budget compares to the paper's, where there were so many slices to train on."""
    if is_full(budget):
        return "The paper's budget."
    if is_tiny(budget, training_slices):
        return (
            "**A smaller budget than the paper's: this run only shows that everything works.\n"
            "Its numbers say nothing about the quality or speed of the methods.**"
        )
    return "**A smaller budget than the paper's: it shows what the methods reach with little training.**"


def describe_origins(budget: Budget) -> str:
    """Say line by line what is the paper's and what is not."""
    name = budget.data.resolve().name
    real = name in _PAPERS_DATA and not budget.is_simulated
    kind = "simulated here" if budget.is_simulated else "as supplied"
    split = _tells_sequences_apart(budget)
    return "\n".join(
        [
            "- Skips, filters of the decoders, pseudocolors, loss, optimizer, and what is compared: the paper's.",
            f"- Encoder: {budget.encoder}, {_papers(budget.encoder == _PAPER.encoder)}.",
            f"- Convolutions of the decoder: {budget.decoder}, {_papers(budget.decoder == _PAPER.decoder)}.",
            f"- Data: {name}, {kind}, {_papers(real)}.",
            f"- Split, {'by whole sequences' if split else 'by frames'}: {_papers(not split)}.",
            f"- Budget: {_papers(is_full(budget))}.",
        ]
    )


def describe_split(budget: Budget) -> str:
    """Say what is tested on."""
    if sequences := _tells_sequences_apart(budget):
        most = f": frames of each, spread evenly: {budget.test_frames}" if budget.test_frames else ""
        return f"sequences {', '.join(sequences)}{most}"
    return "the last fifth of each sequence's frames, at least one"


def describe_labels(budget: Budget) -> str:
    """Say how maps become labels."""
    task = find_task(budget.data)
    gap = ";\n  touching cells are taught with a gap of two pixels" if task.gap else ""
    if task.labeling.method == "single":
        return f"the largest connected component of the foreground is the one cell{gap}"
    return f"a watershed of the foreground's distance map, with default parameters{gap}"


def describe_seeds(seeds: Sequence[int]) -> str:
    """Say which seeds were taken."""
    if len(seeds) == 1:
        return f"One run, one seed ({seeds[0]}): small differences may be chance."
    return f"Seeds {', '.join(map(str, seeds))}: means, with the range over the seeds in parentheses."


def describe_same_time(budget: Budget) -> str:
    """Say how long the networks to compare with were trained, where that is not as many epochs as the others."""
    if not budget.same_time:
        return ""
    return (
        f"\n- U-Net and dual U-Net were trained for as long as `{budget.reference}` with the same seed, by the clock,\n"
        f"  and not for as many epochs. Theirs have 1/{COMPARATOR_SHARE} of the steps and of the validation."
    )


def describe_scored(budget: Budget, tested_slices: int) -> str:
    """Say which slices MeanIoU is of, where there are so many to test on."""
    if budget.validation_samples >= tested_slices:
        return "the tested slices"
    return f"{budget.validation_samples} of the tested slices, spread evenly,"


def is_full(budget: Budget) -> bool:
    """Tell whether a budget is the paper's, or more."""
    return budget.epochs >= _PAPER.epochs and budget.input_size >= _PAPER.input_size and not budget.samples_per_epoch


def is_tiny(budget: Budget, training_slices: int) -> bool:
    """Tell whether no network can have learned anything, where there were so many slices to train on."""
    return budget.epochs * (budget.samples_per_epoch or training_slices) < _FEW


def _tells_sequences_apart(budget: Budget) -> tuple[str, ...]:
    """Return the sequences that are tested on as a whole."""
    return budget.test_sequences or find_task(budget.data).test_sequences


def _papers(is_the_papers: bool) -> str:
    return _PAPERS if is_the_papers else _OTHER
