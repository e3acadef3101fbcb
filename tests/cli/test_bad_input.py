"""What bad input gets: one line with file, finding and fix; exit 2; finished masks stay, no half-written file."""

import errno
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from ctc_submission.challenge.files import read_frame, write_frame
from ctc_submission.cli import main

Spoil = Callable[[Path], None]


def rewrite(change: Callable[[np.ndarray], np.ndarray], **options) -> Spoil:
    """Return what replaces the last frame by a changed one."""

    def spoil(folder: Path) -> None:
        path = folder / "t002.tif"
        stack = change(read_frame(path))
        path.unlink()
        tifffile.imwrite(path, stack, **{"photometric": "minisblack", **options})

    return spoil


def truncate(folder: Path) -> None:
    path = folder / "t002.tif"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def with_nan(stack: np.ndarray) -> np.ndarray:
    stack = stack.astype(np.float32)
    stack[0, 0, 0] = np.nan
    return stack


CASES: dict[str, tuple[Spoil, str]] = {
    "missing folder": (shutil.rmtree, r"no folder '.*01', expected one with frames"),
    "no frames": (
        lambda folder: [path.unlink() for path in folder.iterdir()],
        r"01' holds nothing, expected frames named t000\.tif",
    ),
    "gap": (lambda folder: (folder / "t001.tif").unlink(), r"01.*t001\.tif"),
}
ONE_BAD_FRAME: dict[str, tuple[Spoil, str]] = {
    "truncated": (truncate, r"t002\.tif"),
    "empty file": (lambda folder: (folder / "t002.tif").write_bytes(b""), r"t002\.tif.*empty"),
    "no TIFF": (lambda folder: (folder / "t002.tif").write_bytes(b"GIF89a" * 20), r"t002\.tif.*TIFF"),
    "other size": (rewrite(lambda stack: stack[:, :-1]), r"t002\.tif.*4 x 59 x 72.*4 x 60 x 72"),
    "other type": (rewrite(lambda stack: stack.astype(np.uint8)), r"t002\.tif.*uint8.*uint16"),
    "RGB": (rewrite(lambda stack: stack[0, ..., None].repeat(3, -1), photometric="rgb"), r"t002\.tif.*(RGB|color)"),
    "2D": (rewrite(lambda stack: stack[0]), r"t002\.tif"),
}


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = main([str(argument) for argument in arguments])
    lines = [line for line in re.split(r"[\r\n]", capsys.readouterr().err) if line.startswith("ctc-submission: ")]
    assert len(lines) == 1
    return status, lines[0]


@pytest.fixture
def segment(checkpoints, sequence, tmp_path, capsys):
    """Segment the sequence with the untrained checkpoints; return the exit status and the one line of the error."""

    def run_segment(*options: object) -> tuple[int, str]:
        start = ("--dataset", "Fluo-N3DL-TRIC", "--segmentation-model", checkpoints["segmentation"])
        return run(capsys, "segment", sequence, tmp_path / "res", *(options or start))

    return run_segment


@pytest.mark.parametrize(("spoil", "message"), CASES.values(), ids=CASES.keys())
def test_spoiled_sequences(spoil, message, segment, sequence, tmp_path):
    spoil(sequence)
    status, line = segment()
    assert status == 2
    assert re.search(message, line)
    assert not list(tmp_path.glob("res/*"))


@pytest.mark.parametrize(("spoil", "message"), ONE_BAD_FRAME.values(), ids=ONE_BAD_FRAME.keys())
def test_one_bad_frame_is_named_at_the_end_and_the_others_are_segmented(spoil, message, segment, sequence, tmp_path):
    spoil(sequence)
    status, line = segment()
    assert status == 2
    assert re.search(rf"1 of 3 frames could not be segmented, the others are: .*{message}", line)
    assert sorted(path.name for path in (tmp_path / "res").iterdir()) == ["mask000.tif", "mask001.tif"]


def test_frames_of_many_sizes_are_refused_before_anything_is_written(segment, sequence, tmp_path):
    write_frame(sequence / "t001.tif", read_frame(sequence / "t001.tif")[:, :, 1:])
    write_frame(sequence / "t002.tif", read_frame(sequence / "t002.tif")[:, 1:])
    status, line = segment()
    assert status == 2
    assert re.search(r"t001\.tif' is 4 x 60 x 71 uint16, but 't000\.tif' is 4 x 60 x 72 uint16", line)
    assert not (tmp_path / "res").exists()


def test_bad_frames_at_the_beginning_and_in_the_middle_do_not_stop_the_others(segment, sequence, tmp_path):
    for path in sorted(sequence.iterdir()):
        tifffile.imwrite(path, read_frame(path).astype(np.float32), photometric="minisblack")
    (sequence / "t000.tif").write_bytes(b"")
    tifffile.imwrite(sequence / "t001.tif", with_nan(read_frame(sequence / "t001.tif")), photometric="minisblack")
    status, line = segment()
    assert status == 2
    assert re.search(r"2 of 3 frames could not be segmented.*t000\.tif.*empty.*t001\.tif.*NaN", line)
    assert [path.name for path in (tmp_path / "res").iterdir()] == ["mask002.tif"]


def test_a_frame_with_nan_is_found_when_it_is_read_and_finished_masks_stay(segment, sequence, tmp_path):
    for number in range(2):
        path = sequence / f"t{number:03d}.tif"
        tifffile.imwrite(path, read_frame(path).astype(np.float32), photometric="minisblack")
    rewrite(with_nan)(sequence)
    status, line = segment()
    assert status == 2
    assert re.search(r"t002\.tif.*NaN", line)
    assert sorted(path.name for path in (tmp_path / "res").iterdir()) == ["mask000.tif", "mask001.tif"]


def test_slices_where_stacks_are_configured(segment, sequence):
    for path in sequence.iterdir():
        write_frame(path, read_frame(path)[:1])
    status, line = segment()
    assert status == 2
    assert re.search(r"t000\.tif: a 2D image, expected 3D frames; choose", line)


def test_a_full_disk(segment, tmp_path, monkeypatch):
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if "mask001" in Path(f"/proc/self/fd/{descriptor}").readlink().name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    status, line = segment()
    assert status == 2
    assert re.search(r"mask001\.tif.*No space left.*free some space", line)
    assert [path.name for path in (tmp_path / "res").iterdir()] == ["mask000.tif"]


def test_a_read_only_disk(segment, tmp_path, monkeypatch):
    def replace(self: Path, target: Path) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "replace", replace)
    status, line = segment()
    assert status == 2
    assert re.search(r"res\.json.*Read-only file system.*choose a folder", line)
    assert not list(tmp_path.rglob("*.part"))


def test_results_where_a_file_lies(segment, tmp_path):
    (tmp_path / "res").touch()
    status, line = segment()
    assert status == 2
    assert re.search(r"res: cannot make this folder", line)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"none\.safetensors: no such weights.*models/README\.md"),
        (b"PK\x03\x04 a pickle, maybe", r"none\.safetensors: not a readable safetensors file"),
    ],
)
def test_missing_or_wrong_weights(segment, tmp_path, content, message):
    path = tmp_path / "none.safetensors"
    if content:
        path.write_bytes(content)
    status, line = segment("--dataset", "Fluo-N3DL-TRIC", "--segmentation-model", path)
    assert status == 2
    assert re.search(message, line)


def test_weights_for_another_task(segment, checkpoints):
    status, line = segment("--dataset", "Fluo-N3DL-TRIC", "--segmentation-model", checkpoints["centers"])
    assert status == 2
    assert "predicts centers, expected a checkpoint that predicts foreground" in line


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--dataset", "Fluo-N3DL-TRICK"), "unknown dataset 'Fluo-N3DL-TRICK'.*Fluo-N3DL-TRIC"),
        (("--dataset", "Fluo-N3DL-DRO"), "no weights are shipped for 'Fluo-N3DL-DRO'"),
        (("--config", "none.toml"), r"none\.toml: no such configuration file"),
        (("--dataset", "Fluo-N3DL-TRIC", "--minimum-size", "-1"), "minimum_size is -1"),
        (("--dataset", "Fluo-N3DL-TRIC", "--adjacent-mean", "0.1"), "--normalization is missing"),
    ],
)
def test_wrong_options(segment, options, message):
    status, line = segment(*options)
    assert status == 2
    assert re.search(message, line)


@pytest.mark.parametrize("options", [("--device", "tpu"), ("--batch-size", "0"), ("--threads", "0")])
def test_wrong_machine_options(segment, checkpoints, options):
    start = ("--dataset", "Fluo-N3DL-TRIC", "--segmentation-model", checkpoints["segmentation"])
    status, line = segment(*start, *options)
    assert status == 2
    assert options[1] in line
