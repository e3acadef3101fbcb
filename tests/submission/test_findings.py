import json

from ctc_submission.submission.findings import error, findings_as_json, format_findings, has_errors, note, warning

FINDINGS = [
    note("01_RES.json", "took 3 s"),
    *(error(f"mask{number:03d}.tif", "page 0 is tiled", "write strips") for number in range(6)),
    warning("run.log", "a log", "remove it"),
]


def test_errors_come_first_and_what_has_one_fix_is_listed_together():
    assert format_findings(FINDINGS).splitlines() == [
        "error    mask000.tif  page 0 is tiled",
        "error    mask001.tif  page 0 is tiled",
        "error    mask002.tif  page 0 is tiled",
        "error    mask003.tif  page 0 is tiled",
        "                      ... and the like in 2 more",
        "                      -> write strips",
        "warning  run.log      a log",
        "                      -> remove it",
        "note     01_RES.json  took 3 s",
        "6 errors, 1 warning, 1 note",
    ]


def test_nothing_found_is_said():
    assert format_findings([]) == "0 errors, 0 warnings, 0 notes"


def test_notes_that_ask_for_nothing_are_all_shown():
    text = format_findings([note(f"0{number}_RES.json", f"took {number} s") for number in range(9)])
    assert [line.split()[-2] for line in text.splitlines()[:-1]] == [str(number) for number in range(9)]


def test_json_holds_every_finding():
    report = json.loads(findings_as_json(FINDINGS))
    assert (report["errors"], report["warnings"], report["notes"], len(report["findings"])) == (6, 1, 1, 8)
    assert report["findings"][1] == {
        "severity": "error", "file": "mask000.tif", "finding": "page 0 is tiled", "fix": "write strips",
    }  # fmt: skip


def test_warnings_are_no_errors():
    assert has_errors(FINDINGS)
    assert not has_errors([FINDINGS[0], FINDINGS[-1]])
