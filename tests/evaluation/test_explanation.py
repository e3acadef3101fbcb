from ctc_submission.cli import main
from ctc_submission.evaluation.explanation import MEANINGS, explain_columns
from ctc_submission.evaluation.report import _COUNTS, TITLES


def test_every_column_is_explained_in_a_line():
    assert list(MEANINGS) == [*TITLES.values(), *_COUNTS]
    assert len(explain_columns().splitlines()) == len(MEANINGS)


def test_evaluate_explains_without_results(capsys):
    assert main(["evaluate", "--explain"]) == 0
    assert capsys.readouterr().out == f"{explain_columns()}\n"
