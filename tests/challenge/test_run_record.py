import pytest

from ctc_submission.challenge.run_record import find_parameter_count


@pytest.mark.parametrize(("content", "expected"), [('{"parameters": 7, "tool": "x"}', 7), ("{}", None)])
def test_the_manifest_beside_the_results(tmp_path, content, expected):
    (tmp_path / "01_RES.json").write_text(content)
    assert find_parameter_count(tmp_path / "01_RES") == expected


def test_no_manifest(tmp_path):
    assert find_parameter_count(tmp_path / "01_RES") is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [("{", "not a JSON file"), ('{"parameters": "7 M"}', "parameters is '7 M', expected a whole number")],
)
def test_a_manifest_that_is_none(tmp_path, content, reason):
    (tmp_path / "01_RES.json").write_text(content)
    with pytest.raises(ValueError, match=rf"01_RES\.json: {reason}"):
        find_parameter_count(tmp_path / "01_RES")
