import argparse
import re

import pytest

from ctc_submission.challenge.files import read_frame
from ctc_submission.cli import main
from ctc_submission.cli.segment import add_arguments, chosen_configuration
from ctc_submission.segmentation.configuration import change_configuration, configuration_for


@pytest.fixture
def start(checkpoints):
    return ("--dataset", "Fluo-N3DL-TRIC", "--segmentation-model", str(checkpoints["segmentation"]))


def test_a_folder_of_frames_becomes_a_folder_of_masks(sequence, tmp_path, start, capsys):
    assert main(["segment", str(sequence), str(tmp_path / "res"), *start]) == 0
    assert re.fullmatch(r"3 masks in .*res, [\d.]+ cells a frame; record: .*res\.json\n", capsys.readouterr().out)
    assert read_frame(tmp_path / "res" / "mask002.tif").shape == (4, 60, 72)


def test_options_change_the_dataset_s_configuration(sequence, tmp_path, start, capsys):
    options = ("--method", "components", "--foreground-threshold", "0", "--tiles", "1", "--spacing", "2", "1", "1")
    assert main(["segment", str(sequence / "t000.tif"), str(tmp_path / "res"), *start, *options]) == 0
    assert "1 masks in" in capsys.readouterr().out
    assert (read_frame(tmp_path / "res" / "mask000.tif") == 1).all()
    record = (tmp_path / "res.json").read_text()
    assert '"tiles": 1' in record
    assert '"method": "components"' in record


def test_a_toml_file_configures_a_recording_of_one_s_own(sequence, tmp_path, checkpoints, capsys):
    own = tmp_path / "own.toml"
    own.write_text(f"segmentation_model = '{checkpoints['segmentation']}'\n[labeling]\nmethod = 'single'\n")
    assert main(["segment", str(sequence), str(tmp_path / "res"), "--config", str(own)]) == 0
    assert "3 masks" in capsys.readouterr().out
    assert read_frame(tmp_path / "res" / "mask000.tif").max() <= 1


def test_a_pattern_chooses_files_of_any_name_and_a_line_says_so(sequence, tmp_path, start, caplog):
    for number, name in enumerate(("b_C1.tif", "a_C1.tif", "a_C2.tif")):
        (sequence / f"t{number:03d}.tif").rename(sequence / name)
    assert main(["segment", str(sequence), str(tmp_path / "res"), *start, "--pattern", "*_C1.tif"]) == 0
    assert sorted(path.name for path in (tmp_path / "res").iterdir()) == ["a_C1_mask.tif", "b_C1_mask.tif"]
    assert "frames       2, a_C1.tif to b_C1.tif" in caplog.messages


def test_both_values_of_pseudocoloring_can_be_stated(sequence, tmp_path, start):
    options = ("--adjacent-mean", "0.1", "--normalization", "image")
    assert main(["segment", str(sequence / "t000.tif"), str(tmp_path / "res"), *start, *options]) == 0
    assert '"normalization": "image"' in (tmp_path / "res.json").read_text()


def test_shards_and_a_last_call_for_the_record(sequence, tmp_path, start, capsys):
    command = ["segment", str(sequence), str(tmp_path / "res"), *start]
    assert main([*command, "--shard", "1/2"]) == 0
    assert re.match(r"2 masks in .*record: .*res\.1-of-2\.json\n", capsys.readouterr().out)
    assert main([*command, "--shard", "4/4"]) == 0
    assert capsys.readouterr().out.startswith("0 masks in")
    assert main(command) == 0
    assert capsys.readouterr().out.startswith("3 masks in")


def test_a_shard_or_a_scheduler_that_is_none_is_refused(sequence, tmp_path, start, capsys):
    command = ["segment", str(sequence), str(tmp_path / "res"), *start]
    with pytest.raises(SystemExit):
        main([*command, "--shard", "3/2"])
    assert "argument --shard: shard 3/2: expected I/N with I from 1 to N, such as 1/4" in capsys.readouterr().err
    assert main([*command, "--scheduler", "somewhere"]) == 2
    assert "scheduler 'somewhere': expected an address" in capsys.readouterr().err
    assert not (tmp_path / "res").exists()


def test_another_network_brings_its_own_separation_but_not_the_voxel_size():
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    given = ["frames", "masks", "--dataset", "nuclei", "--method", "components", "--spacing", "2", "1", "1"]
    arguments = parser.parse_args([*given, "--network", "b5", "--dynamics", "0.6"])
    labeling = {"spacing": (2.0, 1.0, 1.0), "dynamics": 0.6}
    assert chosen_configuration(arguments) == change_configuration(
        configuration_for("nuclei-b5"), {"labeling": labeling}
    )


def test_a_network_without_a_dataset_is_refused(sequence, tmp_path, capsys):
    (tmp_path / "own.toml").write_text("segmentation_model = 'own.safetensors'\n")
    options = ("--config", str(tmp_path / "own.toml"), "--network", "b5")
    assert main(["segment", str(sequence), str(tmp_path / "res"), *options]) == 2
    assert "--network goes with --dataset" in capsys.readouterr().err
