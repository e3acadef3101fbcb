"""``ctc-submission evaluate``: its arguments, and what it prints and writes."""

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ctc_submission.cli.paths import need_folder
from ctc_submission.evaluation.references import TRUTHS

if TYPE_CHECKING:
    from ctc_submission.evaluation.evaluate import SequenceEvaluation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser."""
    parser.description = (
        "Score results as the organizers' software does: SEG, DET, OP_CSB, and with tracks TRA, LNK and OP_CTB."
    )
    parser.add_argument(
        "targets",
        nargs="*",
        metavar="DATASET_DIR SEQ [SEQ ...]",
        help="dataset folder, then its sequences, such as 01 02; more datasets may follow in the same way",
    )
    parser.add_argument(
        "--results",
        metavar="FOLDER",
        help="folder of the masks, instead of DATASET_DIR/SEQ_RES; {seq} and {dataset} in it stand for the names",
    )
    parser.add_argument(
        "--truth", choices=TRUTHS, default="GT", help="score against SEQ_GT (gold) or SEQ_ST (silver references)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write measures and every object as JSON")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write every object, one per line, as CSV")
    parser.add_argument(
        "--parameters",
        type=int,
        metavar="N",
        help="parameters of the models, for PESEG (default: from the run record beside the results)",
    )
    parser.add_argument(
        "--penalize-extra-detections",
        action=argparse.BooleanOptionalAction,
        help="whether DET counts result objects without a reference (default: the dataset's own setting)",
    )
    parser.add_argument("--explain", action="store_true", help="say what each column means; alone, or below the tables")
    parser.add_argument("--digits", type=int, help="digits of the frame number in file names (default: as found)")


def run(arguments: argparse.Namespace) -> int:
    """Score every sequence asked for, print the tables, write the files; return the exit status 0.

    Raises
    ------
    FileNotFoundError, ValueError, OSError
        With one clear line, if something is missing or not as the organizers' software takes it; where that is so of
        some sequences only, after the tables of the others.
    """
    if arguments.explain and not arguments.targets:
        print(_explain())
        return 0
    targets = list(_pair_targets(arguments.targets))
    if not targets:
        raise ValueError("found no DATASET_DIR, expected a dataset's folder and a sequence, such as Fluo-N3DH-CE 01")
    if len(targets) > 1 and arguments.results and "{seq}" not in arguments.results:
        raise ValueError(f"--results is '{arguments.results}' for several sequences, expected {{seq}} in it")
    if not any(dataset_dir.is_dir() for dataset_dir, _ in targets):
        need_folder(targets[0][0], f"a dataset's with {targets[0][1]}_{arguments.truth}")
    from ctc_submission.evaluation.score_files import write_csv, write_json
    from ctc_submission.evaluation.score_tables import format_report

    evaluations: list[SequenceEvaluation] = []
    errors: list[ValueError | OSError] = []
    for dataset_dir, sequence in targets:
        try:
            evaluations.append(_evaluate(arguments, dataset_dir, sequence))
        except (ValueError, OSError) as error:
            errors.append(error)
    if not evaluations:
        raise errors[0]
    if arguments.json:
        write_json(evaluations, arguments.json)
    if arguments.csv:
        write_csv(evaluations, arguments.csv)
    print(format_report(evaluations))
    if arguments.explain:
        print(f"\n{_explain()}")
    if errors:
        reasons = "; ".join(map(str, errors))
        raise ValueError(f"{len(errors)} of {len(targets)} sequences are missing above and in the means: {reasons}")
    return 0


def _explain() -> str:
    from ctc_submission.evaluation.explanation import explain_columns

    return explain_columns()


def _evaluate(arguments: argparse.Namespace, dataset_dir: Path, sequence: str) -> "SequenceEvaluation":
    from ctc_submission.evaluation.evaluate import evaluate_sequence

    return evaluate_sequence(
        dataset_dir,
        sequence,
        results=_results_folder(arguments.results, dataset_dir, sequence),
        digits=arguments.digits,
        penalize_extra_detections=arguments.penalize_extra_detections,
        parameters=arguments.parameters,
        show_progress=True,
        truth=arguments.truth,
    )


def _pair_targets(targets: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Read ``DATASET_DIR SEQ [SEQ ...] [DATASET_DIR SEQ ...]``: a sequence is a word of two or more digits."""
    dataset_dir: Path | None = None
    scored = True
    for word in targets:
        if re.fullmatch(r"\d{2,}", word) and dataset_dir is not None:
            scored = True
            yield dataset_dir, word
        elif scored:
            dataset_dir, scored = Path(word), False
        else:
            break
    if not scored:
        raise ValueError(f"{dataset_dir}: found no sequence after the dataset's folder, expected one such as 01")


def _results_folder(results: str | None, dataset_dir: Path, sequence: str) -> Path | None:
    """Fill the names into the folder of the results."""
    if results is None:
        return None
    return Path(results.replace("{seq}", sequence).replace("{dataset}", dataset_dir.resolve().name))
