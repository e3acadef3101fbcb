import zipfile

import pytest

from ctc_submission.submission.packaging.wheels import download_wheels


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder that is all of the package index, with one wheel."""
    folder = tmp_path / "index"
    folder.mkdir()
    with zipfile.ZipFile(folder / "tiny_package-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_package.py", "")
        wheel.writestr(
            "tiny_package-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-package\nVersion: 1.0\n"
        )
        wheel.writestr(
            "tiny_package-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("tiny_package-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_pip_fetches_what_is_required(index, tmp_path):
    (tmp_path / "requirements.txt").write_text("tiny-package>=1\n")
    wheels = download_wheels(tmp_path / "requirements.txt", tmp_path / "wheels")
    assert [path.name for path in wheels] == ["tiny_package-1.0-py3-none-any.whl"]


def test_what_cannot_be_fetched_is_an_error(index, tmp_path):
    (tmp_path / "requirements.txt").write_text("tiny-package>=2\n")
    with pytest.raises(OSError, match=r"pip could not download the packages of .*requirements\.txt"):
        download_wheels(tmp_path / "requirements.txt", tmp_path / "wheels")
