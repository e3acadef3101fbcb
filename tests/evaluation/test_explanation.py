from dataclasses import fields

from ctc_submission.cli import main
from ctc_submission.evaluation.explanation import MEANINGS, explain_columns
from ctc_submission.evaluation.measures import MEASURES, Measures
from ctc_submission.evaluation.score_tables import _COUNTS


def test_every_column_is_explained_in_a_line():
    assert list(MEANINGS) == [*(measure.title for measure in MEASURES), *_COUNTS]
    assert len(explain_columns().splitlines()) == len(MEANINGS)


def test_every_measure_is_listed_once():
    assert [measure.name for measure in MEASURES] == [field.name for field in fields(Measures)]


def test_evaluate_explains_without_results(capsys):
    assert main(["evaluate", "--explain"]) == 0
    assert capsys.readouterr().out == f"{explain_columns()}\n"
