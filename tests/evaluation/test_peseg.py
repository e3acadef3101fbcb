import pytest

from ctc_submission.evaluation.peseg import find_parameters, parameter_efficiency


@pytest.mark.parametrize(
    ("seg", "millions", "peseg"), [(0.951, 6.7, 0.142), (0.782, 6.7, 0.117), (0.646, 13.4, 0.048), (0.955, 176, 0.005)]
)
def test_figures_of_the_paper(seg, millions, peseg):
    assert parameter_efficiency(seg, round(millions * 1e6)) == pytest.approx(peseg, abs=5e-4)


def test_no_parameters_are_refused():
    with pytest.raises(ValueError, match="number of parameters is 0, expected 1 or more"):
        parameter_efficiency(0.5, 0)


@pytest.mark.parametrize(("content", "expected"), [('{"parameters": 7, "tool": "x"}', 7), ("{}", None)])
def test_the_manifest_beside_the_results(tmp_path, content, expected):
    (tmp_path / "01_RES.json").write_text(content)
    assert find_parameters(tmp_path / "01_RES") == expected


def test_no_manifest(tmp_path):
    assert find_parameters(tmp_path / "01_RES") is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [("{", "not a JSON file"), ('{"parameters": "7 M"}', "parameters is '7 M', expected a whole number")],
)
def test_a_manifest_that_is_none(tmp_path, content, reason):
    (tmp_path / "01_RES.json").write_text(content)
    with pytest.raises(ValueError, match=rf"01_RES\.json: {reason}"):
        find_parameters(tmp_path / "01_RES")
