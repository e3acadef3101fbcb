import hashlib
import json
import re

import pytest

from ctc_submission.submission.naming import Run
from ctc_submission.submission.packaging.collection import REPOSITORY, Sources, collect_software

TRIC = Run("Fluo-N3DL-TRIC", "01")


def names(software):
    return {file.name for file in software.files}


def test_sw_holds_all_that_the_executable_needs(sources):
    software = collect_software(sources, [TRIC], {})

    found = names(software)
    assert {name for name in found if "/" not in name} == {
        "Fluo-N3DL-TRIC-01.sh", "LICENSE", "NOTICE", "README.md", "SHA256SUMS", "_setup.sh", "requirements.txt",
    }  # fmt: skip
    assert {name for name in found if name.startswith("models/")} == {
        "models/Fluo-N3DL-TRIC-lite0.safetensors", "models/Fluo-N3DL-TRIC.md", "models/Fluo-N3DL-TRIC.toml",
    }  # fmt: skip
    code = {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "ctc_submission").rglob("*.py")}
    assert {name for name in found if name.endswith(".py")} == code
    assert not [name for name in found if "__pycache__" in name or name.endswith(".pyc")]
    assert [file.name for file in software.files if file.executable] == ["Fluo-N3DL-TRIC-01.sh"]


def test_weights_of_a_generalizable_submission_have_a_folder_of_their_own(sources):
    found = names(collect_software(sources, [Run("Fluo-N3DL-TRIC", "01", "allGT")], {}))
    assert "models/allGT/Fluo-N3DL-TRIC-lite0.safetensors" in found
    assert "models/allGT/Fluo-N3DL-TRIC.md" in found
    assert "models/Fluo-N3DL-TRIC.toml" in found


def test_configurations_come_with_those_they_start_from(sources):
    (sources.models / "Fluo-N3DL-TRIC.toml").write_text('dataset = "nuclei"\ntiles = 6\n')
    (sources.models / "nuclei.toml").write_text("tiles = 1\n")
    software = collect_software(sources, [TRIC], {})
    assert {name for name in names(software) if name.endswith(".toml")} == {
        "models/Fluo-N3DL-TRIC.toml", "models/nuclei.toml",
    }  # fmt: skip
    assert b"tiles = 6" in software.find("models/Fluo-N3DL-TRIC.toml").read()


def test_records_and_wheels_go_inside(sources, tmp_path):
    (tmp_path / "numpy-2.0-py3-none-any.whl").write_text("numpy")
    record = {"device": "CPU", "masks": {"mask000.tif": "/home/somebody/Fluo-N3DL-TRIC/01/t000.tif"}}
    (tmp_path / "01_RES.json").write_text(json.dumps(record))
    packed = Sources(models=sources.models, wheels=(tmp_path / "numpy-2.0-py3-none-any.whl",))
    software = collect_software(packed, [TRIC], {TRIC: tmp_path / "01_RES.json"})

    packed_record = json.loads(software.find("records/Fluo-N3DL-TRIC-01_RES.json").read())
    assert packed_record == {"device": "CPU", "masks": {"mask000.tif": "t000.tif"}}  # no folders of this machine
    assert "wheels/numpy-2.0-py3-none-any.whl" in software
    assert b"`wheels/` and are installed from there" in software.find("README.md").read()


def test_every_file_has_its_checksum(sources):
    software = collect_software(sources, [TRIC], {})
    sums = software.find("SHA256SUMS").read().decode()
    listed = re.findall(r"^[0-9a-f]{64}  (.+)$", sums, re.MULTILINE)
    assert listed == sorted(names(software) - {"SHA256SUMS"})


def test_code_edited_meanwhile_still_fits_its_checksum(sources, tmp_path):
    repository = tmp_path / "repository"
    for name in ("SW", "models", "ctc_submission"):
        (repository / name).mkdir(parents=True)
    for name in ("LICENSE", "NOTICE", "requirements.txt", "SW/_setup.sh", "SW/Fluo-N3DL-TRIC-01.sh"):
        (repository / name).write_text((REPOSITORY / name).read_text())
    code = repository / "ctc_submission" / "run.py"
    code.write_text("before")
    software = collect_software(Sources(repository, sources.models), [TRIC], {})
    code.write_text("after")

    assert software.find("ctc_submission/run.py").read() == b"before"
    assert hashlib.sha256(b"before").hexdigest() in software.find("SHA256SUMS").read().decode()


def test_the_readme_names_executables_and_an_explicit_command(sources):
    text = collect_software(sources, [TRIC, Run("Fluo-N3DL-TRIC", "02")], {}).find("README.md").read().decode()
    assert "./SW/Fluo-N3DL-TRIC-01.sh" in text
    assert "| `Fluo-N3DL-TRIC-02.sh` | `Fluo-N3DL-TRIC/02` | `Fluo-N3DL-TRIC/02_RES` |" in text
    assert "come from the package index" in text


def test_missing_weights_are_named(sources):
    with pytest.raises(FileNotFoundError, match=r"Fluo-C3DH-A549-SIM-lite0\.safetensors: no such weights.*--models"):
        collect_software(sources, [Run("Fluo-C3DH-A549-SIM", "01")], {})


def test_another_folder_than_the_repository_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="call this from the repository"):
        Sources(repository=tmp_path)
