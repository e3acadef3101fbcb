import argparse
import csv
import errno
import json
import shutil

import pytest

from ctc_submission.cli.evaluate import add_arguments, run


def evaluate(*words):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def two_sequences(world):
    for frame in (0, 1):
        world.seg(frame, "1111.22222")
        world.tra(frame, "1111.22222")
        world.mask(frame, "1111.222.9")
    world.tracks("1 0 1 0\n2 0 1 0\n", "1 0 1 0\n2 0 1 0\n9 0 1 0\n")
    for kind in ("GT", "RES"):
        shutil.copytree(world.folder / f"01_{kind}", world.folder / f"02_{kind}")
    (world.folder / "02_RES" / "res_track.txt").unlink()
    return world


def test_one_sequence(two_sequences, capsys):
    assert evaluate(two_sequences.folder, "01") == 0
    measures, counts = capsys.readouterr().out.split("\n\n")
    header, row = (line.split() for line in measures.splitlines())
    assert header == ["dataset", "sequence", "SEG", "DET", "TRA", "LNK", "OP_CSB", "OP_CTB", "MeanIoU"]
    values = ["0.800000", "0.950000", "0.953488", "1.000000", "0.875000", "0.876744", "0.694444"]
    assert row == ["Fluo-C3DL-MDA231", "01", *values]
    numbers = ["4", "4", "0.800000", "4", "0", "2", "0", "2", "0", "0", "0"]
    assert counts.splitlines()[1].split() == ["Fluo-C3DL-MDA231", "01", *numbers]


def test_several_datasets_and_their_means(two_sequences, capsys):
    other = two_sequences.folder.with_name("Fluo-N3DL-TRIC")
    shutil.copytree(two_sequences.folder, other)
    evaluate(two_sequences.folder, "01", "02", other, "01", "--parameters", "1000000")
    lines = [line.split() for line in capsys.readouterr().out.split("\n\n")[0].splitlines()]
    names = [line[:2] for line in lines[1:]]
    assert names == [
        ["Fluo-C3DL-MDA231", "01"],
        ["Fluo-C3DL-MDA231", "02"],
        ["Fluo-N3DL-TRIC", "01"],
        ["Fluo-C3DL-MDA231", "mean"],
        ["all", "mean"],
    ]
    assert [line[3] for line in lines[1:]] == ["0.950000", "0.950000", "1.000000", "0.950000", "0.975000"]
    assert [line[4] for line in lines[1:]] == ["0.953488", "-", "0.953488", "-", "-"]
    assert lines[1][-1] == "0.800000"


@pytest.mark.parametrize(
    ("flag", "det"), [("--penalize-extra-detections", 0.95), ("--no-penalize-extra-detections", 1)]
)
def test_extra_detections(two_sequences, tmp_path, flag, det):
    evaluate(two_sequences.folder, "01", flag, "--json", tmp_path / "scores.json")
    (sequence,) = json.loads((tmp_path / "scores.json").read_text())["sequences"]
    assert sequence["measures"]["det"] == pytest.approx(det)
    assert sequence["penalize_extra_detections"] == (det < 1)


def test_json_and_csv(two_sequences, tmp_path):
    evaluate(two_sequences.folder, "01", "02", "--json", tmp_path / "scores.json", "--csv", tmp_path / "objects.csv")
    document = json.loads((tmp_path / "scores.json").read_text())
    first, second = document["sequences"]
    assert first["measures"]["seg"] == pytest.approx(0.8)
    assert first["vertex_errors"] == {"splits": [], "missed": [], "extra": [[0, 9], [1, 9]], "objects": 4}
    assert first["edge_errors"]["edges"] == 2
    assert second["edge_errors"] is None
    assert document["means"][0]["measures"]["det"] == pytest.approx(0.95)
    with (tmp_path / "objects.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(first["objects"]) + len(second["objects"]) == 20
    assert {key: str("" if value is None else value) for key, value in first["objects"][1].items()} == rows[1]
    assert (rows[1]["frame"], rows[1]["label"], rows[1]["match"], rows[1]["jaccard"]) == ("0", "2", "2", "0.6")


def test_another_result_folder(two_sequences, tmp_path, capsys):
    for sequence in ("01", "02"):
        (two_sequences.folder / f"{sequence}_RES").rename(tmp_path / f"Fluo-C3DL-MDA231-{sequence}")
    evaluate(two_sequences.folder, "01", "02", "--results", f"{tmp_path}/{{dataset}}-{{seq}}")
    assert "0.800000" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"--results is 'run' for several sequences, expected \{seq\} in it"):
        evaluate(two_sequences.folder, "01", "02", "--results", "run")


@pytest.mark.parametrize("words", [["DIR"], ["DIR", "OTHER", "01"], ["DIR", "01", "OTHER"], ["01"]])
def test_a_folder_without_a_sequence_is_refused(words):
    with pytest.raises(ValueError, match="found no sequence after the dataset's folder, expected one such as 01"):
        evaluate(*words)


def test_det_alone(world, capsys):
    world.tra(0, "11")
    world.mask(0, "11")
    evaluate(world.folder, "01")
    measures, counts = capsys.readouterr().out.split("\n\n")
    assert measures.splitlines()[0].split() == ["dataset", "sequence", "DET"]
    assert counts.splitlines()[1].split()[2:] == ["-", "-", "-", "1", "0", "0", "0", "-", "-", "-", "-"]


@pytest.mark.parametrize(("option", "name"), [("--json", "scores.json"), ("--csv", "objects.csv")])
def test_a_file_that_cannot_be_written_whole_leaves_the_older_one(two_sequences, tmp_path, monkeypatch, option, name):
    path = tmp_path / name
    path.write_text("old")

    def fail(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("ctc_submission.atomic.os.fsync", fail)
    with pytest.raises(OSError, match=f"cannot write '{path}'.*free some space"):
        evaluate(two_sequences.folder, "01", option, path)
    assert path.read_text() == "old"


def test_one_bad_sequence_is_named_after_the_tables_of_the_others(two_sequences, tmp_path, capsys):
    (two_sequences.folder / "01_RES" / "mask001.tif").write_bytes(b"")
    with pytest.raises(ValueError, match=r"1 of 2 sequences are missing above and in the means: .*01_RES/mask001\.tif"):
        evaluate(two_sequences.folder, "01", "02", "--json", tmp_path / "scores.json")
    measures = capsys.readouterr().out.split("\n\n")[0].splitlines()
    assert [line.split()[:2] for line in measures[1:]] == [["Fluo-C3DL-MDA231", "02"]]
    assert len(json.loads((tmp_path / "scores.json").read_text())["sequences"]) == 1


def test_silver_references_are_scored_against_where_asked_for(two_sequences, tmp_path, capsys):
    (two_sequences.folder / "01_GT").rename(two_sequences.folder / "01_ST")
    with pytest.raises(FileNotFoundError, match=r"01_GT: no references, .*; 01_ST has some: add --truth ST"):
        evaluate(two_sequences.folder, "01")
    evaluate(two_sequences.folder, "01", "--truth", "ST", "--json", tmp_path / "scores.json")
    (sequence,) = json.loads((tmp_path / "scores.json").read_text())["sequences"]
    assert sequence["measures"]["seg"] == pytest.approx(0.8)
    assert sequence["truth"] == "ST"


def test_silver_references_are_pointed_out_where_gold_ones_have_no_seg(two_sequences, caplog):
    (two_sequences.folder / "01_ST").mkdir()
    (two_sequences.folder / "01_GT" / "SEG").rename(two_sequences.folder / "01_ST" / "SEG")
    evaluate(two_sequences.folder, "01")
    assert "01_GT: no SEG references; 01_ST has silver ones, for --truth ST" in caplog.text


@pytest.mark.parametrize(
    ("name", "det", "told"),
    [
        ("Fluo-N3DL-TRIC", "1.000000", None),
        ("fluo-n3dl-tric", "1.000000", "taken for Fluo-N3DL-TRIC, so DET does not count extra detections"),
        ("Fluo-N3DL-TRIF_training (1)", "1.000000", "taken for Fluo-N3DL-TRIF, so DET does not count"),
        ("fluo-c3dl-mda231-old", "0.950000", "taken for Fluo-C3DL-MDA231, so DET counts extra detections"),
        ("Fluo-N3DL-TRICK", "0.950000", "not the name of a dataset of the challenge, so DET counts extra"),
    ],
)
def test_the_setting_of_det_is_that_of_the_dataset_and_told_where_the_name_is_another(
    two_sequences, capsys, caplog, name, det, told
):
    folder = two_sequences.folder.rename(two_sequences.folder.with_name(name))
    evaluate(folder, "01")
    assert f" {det} " in capsys.readouterr().out.split("\n\n")[0]
    assert (told in caplog.text) if told else not caplog.text
    caplog.clear()
    evaluate(folder, "01", "--penalize-extra-detections")
    assert not caplog.text
