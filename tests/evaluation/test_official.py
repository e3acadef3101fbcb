"""The organizers' executables: printed line, log, exit status, and the testing dataset shipped with them."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tifffile

from ctc_submission.evaluation.official import main_det, main_seg, main_tra

SHIPPED = Path(__file__).parents[3] / "shared" / "data" / "evaluation-testing-dataset.zip"
SEG_RULE, TRA_RULE = "=" * 56, "=" * 81
MAINS = {"SEG": main_seg, "DET": main_det, "TRA": main_tra}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    if not SHIPPED.is_file():
        pytest.skip("the organizers' testing dataset is not here")
    folder = tmp_path_factory.mktemp("shipped")
    with zipfile.ZipFile(SHIPPED) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("SEG", ["01", "3"], "0.232874"),
        ("DET", ["03", "3"], "0.688000"),
        ("DET", ["03", "3", "1"], "0.688000"),
        ("DET", ["03", "3", "0"], "0.700000"),
        ("TRA", ["03", "3"], "0.622980"),
    ],
)
def test_shipped_values(shipped, capsys, name, arguments, value):
    assert MAINS[name]([str(shipped), *arguments]) == 0
    assert capsys.readouterr() == (f"{name} measure: {value}\n", "")
    log = (shipped / f"{arguments[0]}_RES" / f"{name}_log.txt").read_text()
    assert log.endswith(f"=\n{name} measure: {value}\n")


def test_shipped_tra_log(shipped):
    log = shipped / "03_RES" / "TRA_log.txt"
    with zipfile.ZipFile(SHIPPED) as archive:
        expected = archive.read(next(name for name in archive.namelist() if name.endswith("03_RES/TRA_log.txt")))
    log.unlink(missing_ok=True)
    main_tra([str(shipped), "03", "3"])
    assert log.read_text() == expected.decode().replace("\r\n", "\n")


def test_seg_log(world, capsys):
    world.seg(3, "1111.77777|..........|..........")
    world.seg(3, "99999.....", z=2)
    world.mask(3, "1111.777..|..........|6666666...")
    assert main_seg(world.arguments) == 0
    assert capsys.readouterr().out == "SEG measure: 0.771429\n"
    assert (world.results / "SEG_log.txt").read_text().splitlines() == [
        "----------T=3 Z=0----------",
        "GT_label=1 J=1",
        "GT_label=7 J=0.6",
        "----------T=3 Z=2----------",
        "GT_label=9 J=0.714286",
        SEG_RULE,
        "SEG measure: 0.771429",
    ]


def test_det_log(world):
    world.tra(0, "11.22.3333")
    world.mask(0, "77777..9..")
    assert main_det([*world.arguments, "0"]) == 0
    assert (world.results / "DET_log.txt").read_text().splitlines() == [
        "----------Splitting Operations (Penalty=5)----------",
        "T=0 Label=7",
        "----------False Negative Vertices (Penalty=10)----------",
        "T=0 GT_label=3",
        "----------False Positive Vertices (Penalty=0)----------",
        "T=0 Label=9",
        SEG_RULE,
        "DET measure: 0.500000",
    ]


def test_tra_log(world):
    for frame, (truth, found) in enumerate([("11.2222", "33.4444"), ("22.1111", "33.4444"), ("22.....", "55.....")]):
        world.tra(frame, truth)
        world.mask(frame, found)
    world.tracks("1 0 1 0\n2 0 2 0\n", "3 0 1 0\n4 0 1 0\n5 2 2 3\n")
    assert main_tra(world.arguments) == 0
    lines = (world.results / "TRA_log.txt").read_text().splitlines()
    assert lines[3:-2] == [
        "----------Redundant Edges To Be Deleted (Penalty=1)----------",
        "[T=0 Label=3] -> [T=1 Label=3]",
        "[T=0 Label=4] -> [T=1 Label=4]",
        "----------Edges To Be Added (Penalty=1.5)----------",
        "[T=0 GT_label=1] -> [T=1 GT_label=1]",
        "[T=0 GT_label=2] -> [T=1 GT_label=2]",
        "----------Edges with Wrong Semantics (Penalty=1)----------",
        "[T=1 Label=3] -> [T=2 Label=5]",
    ]
    assert lines[-2:] == [TRA_RULE, "TRA measure: 0.889908"]  # 1 - 6 / (10 * 5 + 1.5 * 3)


def test_det_takes_frame_numbers_from_names_and_tra_from_the_first_track(world):
    for frame in (5, 6):
        world.tra(frame, "11.22")
        world.mask(frame, "11...")
    world.tracks("1 0 1 0\n2 0 1 0\n", "1 0 1 0\n")
    assert main_det(world.arguments) == main_tra(world.arguments) == 0
    assert "T=6 GT_label=2" in (world.results / "DET_log.txt").read_text()
    assert "T=1 GT_label=2" in (world.results / "TRA_log.txt").read_text()


def break_result_folder(world):
    world.results.rename(world.results.with_name("02_RES"))


def break_reference_folder(world):
    (world.folder / "01_GT").rename(world.folder / "02_GT")


def break_mask(world):
    (world.results / "mask001.tif").unlink()


def break_type(world):
    tifffile.imwrite(world.results / "mask001.tif", np.ones((1, 4), np.uint8), photometric="minisblack")


def break_size(world):
    world.mask(1, "11111")


def break_slices(world):
    world.mask(1, "1111|1111")


def break_file(world):
    (world.results / "mask001.tif").write_bytes(b"no mask")


def break_objects(world):
    for frame in (0, 1):
        world.seg(frame, "....")
        world.tra(frame, "....")
    world.tracks("", "")


BREAKS = [
    (break_result_folder, r"01_RES: no such folder"),
    (break_reference_folder, r"01_GT.(SEG|TRA): no such folder"),
    (break_mask, r"mask001\.tif: no such mask"),
    (break_type, r"mask001\.tif: page 0 has 8 bits"),
    (break_size, r"mask001\.tif: size \(z, y, x\) is \(1, 1, 5\), expected \(1, 1, 4\)"),
    (break_slices, r"mask001\.tif: size \(z, y, x\) is \(2, 1, 4\)"),
    (break_file, r"mask001\.tif: not a readable TIFF file"),
    (break_objects, r"no reference (object|marker) found"),
]


@pytest.mark.parametrize("name", MAINS)
@pytest.mark.parametrize(("damage", "reason"), BREAKS, ids=[damage.__name__ for damage, _ in BREAKS])
def test_refusals(world, capfd, name, damage, reason):
    for frame in (0, 1):
        world.seg(frame, "1111")
        world.tra(frame, "1111")
        world.mask(frame, "1111")
    world.tracks("1 0 1 0\n", "1 0 1 0\n")
    damage(world)
    log = world.results / f"{name}_log.txt"
    if world.results.is_dir():
        log.write_text("older")
    assert MAINS[name](world.arguments) == 255
    printed, said = capfd.readouterr()
    assert re.search(reason, printed)
    assert said == f"{name}Measure: {printed}"
    assert len(printed.splitlines()) == 1
    assert not world.results.is_dir() or log.read_text() == "older"


def test_a_slice_that_the_result_lacks_is_refused(world, capsys):
    world.seg(0, "1111", z=2)
    world.mask(0, "1111|1111")
    assert main_seg(world.arguments) == 255
    assert "expected slice 2" in capsys.readouterr().out


def test_a_slice_reference_of_several_pages_is_refused(world):
    world.seg(0, "1111|1111", z=1)
    world.mask(0, "1111|1111")
    assert main_seg(world.arguments) == 255


@pytest.mark.parametrize("name", ["DET", "TRA"])
def test_a_malformed_track_file_concerns_tra_alone(world, capsys, name):
    world.tra(0, "1111")
    world.mask(0, "1111")
    world.tracks("1 0 0 0\n", "1 0 0 0\n\n")
    assert MAINS[name](world.arguments) == (255 if name == "TRA" else 0)
    assert (name == "TRA") == ("res_track.txt: in incorrect format! (Line=2)" in capsys.readouterr().out)


@pytest.mark.parametrize(
    ("main", "arguments", "reason"),
    [
        (main_seg, [], "found 0 arguments, expected: SEGMeasure DIR SEQ NUM_DIGITS"),
        (main_seg, ["DIR", "01", "3", "1"], "found 4 arguments"),
        (main_tra, ["DIR", "01"], "found 2 arguments, expected: TRAMeasure DIR SEQ NUM_DIGITS"),
        (main_det, ["DIR", "01"], "expected: DETMeasure DIR SEQ NUM_DIGITS [PENALIZE_EXTRA_DETECTIONS]"),
        (main_seg, ["DIR", "01", "2"], "NUM_DIGITS is '2', expected 3 or more"),
        (main_seg, ["DIR", "01", "three"], "NUM_DIGITS is 'three'"),
        (main_det, ["DIR", "01", "3", "2"], "PENALIZE_EXTRA_DETECTIONS is '2', expected 0 or 1"),
    ],
)
def test_arguments_that_are_refused(capsys, main, arguments, reason):
    assert main(arguments) == 255
    assert reason in capsys.readouterr().out


@pytest.mark.parametrize(
    "options", [{"tile": (16, 16)}, {"compression": "zstd"}, {"compression": "lzma"}, {"compression": "jpeg2000"}]
)
def test_silent_zeros_score_0_but_are_named(world, capsys, options):
    stack = np.zeros((2, 32, 32), np.uint16)
    stack[:, 3:20, 4:25] = 1
    world.seg(0, stack)
    tifffile.imwrite(world.results / "mask000.tif", stack, photometric="minisblack", **options)
    assert main_seg(world.arguments) == 0
    printed, said = capsys.readouterr()
    assert printed == "SEG measure: 0.000000\n"
    assert said.startswith(f"warning: {world.results / 'mask000.tif'}: page 0 ")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("stack", [np.ones((1, 8, 9), np.uint16), np.ones((4, 8, 9), np.uint16)])
def test_a_truncated_result_scores_0_but_is_named(world, capsys, stack):
    world.seg(0, stack)
    path = world.results / "mask000.tif"
    tifffile.imwrite(path, stack, photometric="minisblack", metadata=None)
    path.write_bytes(path.read_bytes()[:-20])
    assert main_seg(world.arguments) == 0
    printed, said = capsys.readouterr()
    assert printed == "SEG measure: 0.000000\n"
    assert "the file is truncated" in said


def test_a_tie_in_the_sixth_decimal_rounds_away_from_zero(world, capsys):
    reference, result = np.ones((1, 128), np.uint16), np.ones((1, 128), np.uint16)
    result[:, 65:] = 0
    world.seg(0, reference)
    world.mask(0, result)
    main_seg(world.arguments)
    assert capsys.readouterr().out == "SEG measure: 0.507813\n"
    assert "J=0.507813\n" in (world.results / "SEG_log.txt").read_text()


def test_a_log_that_cannot_be_written_is_a_refusal(world, capsys):
    world.seg(0, "1111")
    world.mask(0, "1111")
    (world.results / "SEG_log.txt").mkdir()
    assert main_seg(world.arguments) == 255
    assert "SEG_log.txt" in capsys.readouterr().out


def test_runs_as_a_program(world):
    world.seg(0, "1111")
    world.mask(0, "111.")
    code = "import sys; from ctc_submission.evaluation.official import main_seg; sys.exit(main_seg())"
    command = [sys.executable, "-c", code]
    done = subprocess.run([*command, *world.arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "SEG measure: 0.750000\n", "")
    done = subprocess.run([*command, "nowhere", "01", "3"], capture_output=True, text=True, check=False)
    assert done.returncode == 255
