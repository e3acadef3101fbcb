import numpy as np
import pytest
from safetensors.numpy import save_file

from ctc_submission.challenge.files import write_mask
from ctc_submission.cli import main

NAME = "Fluo-N3DL-TRIC"


@pytest.fixture
def models(tmp_path):
    (tmp_path / "models").mkdir()
    save_file({"weight": np.ones(3, np.float32)}, tmp_path / "models" / f"{NAME}-lite0.safetensors")
    return tmp_path / "models"


@pytest.fixture
def dataset(tmp_path):
    (tmp_path / NAME / "01_RES-ST").mkdir(parents=True)
    write_mask(tmp_path / NAME / "01_RES-ST" / "mask000.tif", np.ones((1, 4, 5), np.uint16))
    return tmp_path / NAME


def call(tmp_path, models, *options):
    return main(["package", str(tmp_path / "out"), "--datasets", NAME, "--models", str(models), *options])


def test_a_package_is_checked_and_written(tmp_path, models, dataset, capsys):
    assert call(tmp_path, models, "--sequences", "01", "--config", "ST", "--results", str(dataset)) == 0
    printed = capsys.readouterr().out
    assert "0 errors, 0 warnings" in printed
    assert f"{tmp_path / 'out' / 'SW.zip'}: 1 executables, " in printed
    assert f"{tmp_path / 'out' / NAME / 'CSB' / '01_RES-ST'}: 1 files" in printed


def test_errors_keep_it_from_being_written(tmp_path, models, dataset, capsys):
    assert call(tmp_path, models, "--config", "ST", "--results", str(dataset)) == 1
    printed = capsys.readouterr().out
    assert "there are no results of Fluo-N3DL-TRIC-02-ST.sh" in printed
    assert "nothing was written: mend the errors, or add --no-validate" in printed
    assert not (tmp_path / "out").exists()


def test_checks_can_be_left_out(tmp_path, models, dataset):
    assert call(tmp_path, models, "--config", "ST", "--results", str(dataset), "--no-validate") == 0
    assert (tmp_path / "out" / "SW.zip").is_file()


def test_wheels_go_inside(tmp_path, models, monkeypatch, capsys):
    monkeypatch.setattr(
        "ctc_submission.submission.packaging.wheels.download_wheels", lambda requirements, folder: [folder / "a.whl"]
    )
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "a.whl").write_text("x")
    assert call(tmp_path, models, "--wheels", str(tmp_path / "wheels")) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out


def test_bad_input_ends_with_one_line(tmp_path, models, capsys):
    assert call(tmp_path, tmp_path) == 2
    assert "no such weights" in capsys.readouterr().err
