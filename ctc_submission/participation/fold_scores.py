"""How well it does on training data: each sequence segmented by networks and thresholds that only saw the other."""

from dataclasses import dataclass
from pathlib import Path

from ctc_submission.atomic import write_text_atomic
from ctc_submission.parsing import parse_json
from ctc_submission.participation.entry import SEQUENCES, Participation


@dataclass(frozen=True)
class FoldScore:
    """Measures of one sequence."""

    learned: str
    """The sequence that was trained on."""
    scored: str
    """The sequence that was segmented."""
    seg: float | None
    """SEG against gold truth."""
    det: float | None
    """DET, where there are markers."""


def score_path(entry: Participation, learned: str) -> Path:
    """Tell where the scores of networks that saw one sequence lie."""
    return entry.work / f"from-{learned}" / "scores.json"


def read_fold_scores(entry: Participation) -> list[FoldScore]:
    """Read the scores of an entry; none where it did not score itself.

    Raises
    ------
    ValueError
        If a file does not hold scores.
    """
    scores = []
    for learned, scored in (SEQUENCES, SEQUENCES[::-1]):
        path = score_path(entry, learned)
        if entry.scores and path.is_file():
            measures = parse_json(path.read_bytes())["sequences"][0]["measures"]
            scores.append(FoldScore(learned, scored, measures["seg"], measures["det"]))
    return scores


def format_scores(scores: list[FoldScore]) -> str:
    """Write scores as a table in Markdown."""
    rows = [f"| {one.learned} | {one.scored} | {_number(one.seg)} | {_number(one.det)} |" for one in scores]
    return "\n".join(["| trained on | scored on | SEG | DET |", "|---|---|---|---|", *rows])


def write_card(entry: Participation) -> None:
    """Write the card of the weights: what they are, what they saw, how well they do."""
    scores = read_fold_scores(entry)
    table = f"\nLeaving one sequence out:\n\n{format_scores(scores)}\n" if scores else ""
    networks = " and ".join(f"`{entry.weights(place)}`" for place in range(len(entry.recipe.networks)))
    encoder, config = entry.recipe.architecture.encoder, entry.config or "GT"
    text = (
        f"`ctc-submission participate` trained {networks} ({encoder}) on the challenge's training data ({config}), "
        f"sequences {' and '.join(SEQUENCES)}."
    )
    write_text_atomic(entry.models / f"{entry.dataset}.md", f"# {entry.dataset}\n\n{text}\n{table}")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
