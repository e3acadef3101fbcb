from pathlib import Path

import pytest

from ctc_submission.cli import main


def test_every_shipped_checkpoint_is_tried(
    checkpoints: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CTC_SUBMISSION_MODELS", str(checkpoints["centers"].parent))

    assert main(["check", "--device", "cpu", "--runtime", "torch"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["centers.safetensors", "segmentation.safetensors"]
    assert all("0.9 M parameters" in line for line in lines)
    assert all(line.endswith("(torch on cpu, float32)") for line in lines)


def test_weights_that_are_not_there_are_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CTC_SUBMISSION_MODELS", str(tmp_path))

    assert main(["check"]) == 2

    assert f"{tmp_path}: holds no weights" in capsys.readouterr().err


def test_a_broken_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cut.safetensors").write_bytes(b"half of a file")

    assert main(["check", str(tmp_path / "cut.safetensors")]) == 2

    assert "cut.safetensors: not a readable safetensors file" in capsys.readouterr().err
