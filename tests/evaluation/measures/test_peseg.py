import pytest

from ctc_submission.evaluation.measures.peseg import parameter_efficiency


@pytest.mark.parametrize(
    ("seg", "millions", "peseg"), [(0.951, 6.7, 0.142), (0.782, 6.7, 0.117), (0.646, 13.4, 0.048), (0.955, 176, 0.005)]
)
def test_figures_of_the_paper(seg, millions, peseg):
    assert parameter_efficiency(seg, round(millions * 1e6)) == pytest.approx(peseg, abs=5e-4)


def test_no_parameters_are_refused():
    with pytest.raises(ValueError, match="number of parameters is 0, expected 1 or more"):
        parameter_efficiency(0.5, 0)
