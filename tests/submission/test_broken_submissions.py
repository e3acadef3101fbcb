"""Submissions with one flaw each, and what `ctc-submission validate` says of it."""

import json
import re
import shutil

import numpy as np
import pytest
import tifffile
from PIL import Image

from ctc_submission.cli import main

SHAPE = (4, 90, 100)


def mask_as(**options):
    """Write mask 1 with options of tifffile."""
    return lambda world: tifffile.imwrite(world.mask(1), world.cells(), photometric="minisblack", **options)


def mask_of(change, photometric="minisblack"):
    """Write mask 1 after a change of its array."""
    return lambda world: tifffile.imwrite(world.mask(1), change(world.cells()), photometric=photometric)


def labels(change):
    """Write mask 1 with other labels."""
    return lambda world: world.write_mask(1, change(world.cells()))


def box(z, y, x, label):
    """Add a box of one label to mask 1."""
    return lambda world: world.add_voxels(np.s_[z[0] : z[1], y[0] : y[1], x[0] : x[1]], label)


def cut_mask(world):
    tifffile.imwrite(world.mask(1), world.cells(), photometric="minisblack")
    world.mask(1).write_bytes(world.mask(1).read_bytes()[:-1000])


def damage_mask(world):
    tifffile.imwrite(world.mask(1), world.cells(), photometric="minisblack", compression="zlib", metadata=None)
    with tifffile.TiffFile(world.mask(1)) as tiff:
        place = tiff.pages[2].dataoffsets[0]
    with world.mask(1).open("r+b") as file:
        file.seek(place)
        file.write(b"\xff" * 4)


def mask_by_pillow(world):
    pages = [Image.fromarray(page) for page in world.cells()]
    pages[0].save(world.mask(1), save_all=True, append_images=pages[1:])


def mask_of_unlike_pages(world):
    with tifffile.TiffWriter(world.mask(1)) as tiff:
        tiff.write(world.cells()[0], photometric="minisblack")
        tiff.write(world.cells()[1, :-5], photometric="minisblack")


def rename(before, after):
    """Rename a file of the results."""
    return lambda world: (world.results / before).rename(world.results / after)


def add(name, text="x"):
    """Add a file to the results."""
    return lambda world: (world.results / name).write_text(text)


def all_masks(change):
    """Change all masks."""

    def change_masks(world):
        for frame in range(3):
            world.write_mask(frame, change(world.cells()))

    return change_masks


def tracks(text):
    return add("res_track.txt", text)


def script(before, after):
    return lambda world: world.edit_script(before, after)


def without_rights(world):
    world.script.chmod(0o644)


def four_digits(world):
    for frame in range(3):
        world.mask(frame).rename(world.results / f"mask{frame:04d}.tif")


def wrapped(cells):
    """A label beyond 65535 came round to that of another cell, far away."""
    cells[1:3, 70:75, 30:35] = 65535
    cells[1:3, 30:38, 65:75] = 3
    return cells


def binary(cells):
    cells[1:3, 30:38, 65:73] = 8
    return (cells > 0).astype(np.uint16)


RESULTS = {
    "a mask is missing": (lambda w: w.mask(2).unlink(), "error", "01_RES", "1 of 3 masks are missing: mask002.tif"),
    "a mask too many": (lambda w: shutil.copy(w.mask(2), w.mask(3)), "error", "mask003.tif", "there is no frame"),
    "four digits": (four_digits, "error", "mask0001.tif", "has 4 digits, expected 3"),
    "two digits": (rename("mask001.tif", "mask01.tif"), "error", "mask01.tif", "has 2 digits, expected 3"),
    ".tiff": (rename("mask001.tif", "mask001.tiff"), "error", "mask001.tiff", "named almost as a mask"),
    "capitals": (rename("mask001.tif", "MASK001.TIF"), "error", "MASK001.TIF", "named almost as a mask"),
    "other prefix": (rename("mask001.tif", "m001.tif"), "error", "m001.tif", "not named as a mask"),
    "a frame among masks": (add("t000.tif"), "error", "t000.tif", "not named as a mask"),
    "8 bit": (mask_of(lambda it: it.astype(np.uint8)), "error", "mask001.tif", "refused: page 0 has 8 bits"),
    "signed": (mask_of(lambda it: it.astype(np.int16)), "error", "mask001.tif", "16 bits and sample format 2"),
    "float": (mask_of(lambda it: it.astype(np.float32)), "error", "mask001.tif", "32 bits and sample format 3"),
    "32 bit, beyond 65535": (
        mask_of(lambda it: it.astype(np.uint32) * 10000), "error", "mask001.tif", "labels go up to 80000",
    ),
    "colors": (mask_of(lambda it: it[..., :3].copy(), "rgb"), "error", "mask001.tif", "3 samples per voxel"),
    "inverted gray": (mask_of(lambda it: it, "miniswhite"), "error", "mask001.tif", "photometric 0"),
    "written by Pillow": (mask_by_pillow, "error", "mask001.tif", "no SamplesPerPixel tag"),
    "unlike pages": (mask_of_unlike_pages, "error", "mask001.tif", "page 1 has size"),
    "no TIFF": (add("mask001.tif", "masks?"), "error", "mask001.tif", "not a readable TIFF"),
    "empty file": (add("mask001.tif", ""), "error", "mask001.tif", "not a readable TIFF"),
    "tiles": (mask_as(tile=(16, 16)), "error", "mask001.tif", "tiled, so it is silently read as zeros"),
    "ZSTD": (mask_as(compression="zstd"), "error", "mask001.tif", "ZSTD, so it is silently read as zeros"),
    "LZMA": (mask_as(compression="lzma"), "error", "mask001.tif", "LZMA, so it is silently read as zeros"),
    "JPEG 2000": (mask_as(compression="jpeg2000"), "error", "mask001.tif", "JPEG 2000, so it is silently read"),
    "truncated": (cut_mask, "error", "mask001.tif", "truncated .*silently read as zeros"),
    "a damaged strip": (damage_mask, "error", "mask001.tif", "slice 2 cannot be decoded"),
    "a slice short": (mask_of(lambda it: it[:3]), "error", "mask001.tif", "3 x 90 x 100, but t001.tif has 4 x"),
    "turned": (mask_of(lambda it: it.transpose(0, 2, 1)), "error", "mask001.tif", "4 x 100 x 90, but t001.tif"),
    "outside the field": (
        box((1, 3), (2, 9), (40, 50), 5), "error", "mask001.tif",
        r"1 objects lie wholly outside .*\(25 pixels.*: labels 5",
    ),
    "a binary mask": (labels(binary), "error", "mask001.tif", "labels are not unique: 2 far components share 1 label"),
    "wrapped labels": (labels(wrapped), "error", "mask001.tif", "wrapped beyond 65535: 3 are in components"),
    "a far fragment": (box((1, 3), (30, 37), (65, 73), 3), "warning", "mask001.tif", "far from each other: 3"),
    "an empty frame": (labels(np.zeros_like), "warning", "mask001.tif", "the mask is empty"),
    "nothing but empty frames": (all_masks(np.zeros_like), "error", "01_RES", "all masks are empty"),
    "an interrupted run": (add(".mask002.tif.part"), "warning", ".mask002.tif.part", "temporary or hidden"),
    "a log": (add("SEG_log.txt"), "warning", "SEG_log.txt", "a log"),
    "a folder": (lambda w: (w.results / "old").mkdir(), "warning", "old", "a folder among the masks"),
    "another file": (add("result.csv"), "warning", "result.csv", "a file of another kind"),
    "a track file with a header": (tracks("L B E P\n3 0 2 0\n"), "error", "res_track.txt", "format! .Line=1"),
    "a track that is not there": (tracks("3 0 2 0\n8 0 2 0\n9 0 1 0\n"), "error", "res_track.txt", "track 9 is not in"),
    "a label in no track": (tracks("3 0 2 0\n"), "error", "res_track.txt", "label 8 of frame 0 is in no track"),
    "a track beyond the end": (tracks("3 0 2 0\n8 0 3 0\n"), "error", "res_track.txt", "track 8 is in frame 3"),
    "a parent that lives on": (tracks("3 0 2 0\n8 0 2 3\n"), "error", "res_track.txt", "parent 3 ends in frame 2"),
    "a parent that never was": (tracks("3 0 2 0\n8 0 2 7\n"), "error", "res_track.txt", "parent 7 of track 8 does not"),
    "a run of weeks": (lambda w: w.write_record(600_000), "error", "01_RES.json", "3 frames took 20.8 days on cuda"),
    "a run of two days": (lambda w: w.write_record(60_000), "warning", "01_RES.json", "took 2.1 days on cuda"),
    "a damaged record": (
        lambda w: (w.dataset_dir / "01_RES.json").write_text("{"), "warning", "01_RES.json", "not a readable record",
    ),
    "no record": (lambda w: (w.dataset_dir / "01_RES.json").unlink(), "note", "01_RES", "no record of the run"),
}  # fmt: skip
SCRIPTS = {
    "another name": (lambda w: w.script.rename(w.sw / "mda-01.sh"), "error", "SW/mda-01.sh", "not named as an exec"),
    "no script for the results": (
        lambda w: w.script.rename(w.sw / "Fluo-C3DL-MDA231-02.sh"), "error", "MDA231-01.sh", "no executable for",
    ),
    "an unknown dataset": (
        lambda w: shutil.copy(w.script, w.sw / "Fluo-C3DL-MDA-01.sh"), "warning", "MDA-01.sh", "no dataset of the",
    ),
    "no executable": (lambda w: w.script.unlink(), "error", "SW", "there is no executable"),
    "may not be executed": (without_rights, "error", "MDA231-01.sh", "may not be executed"),
    "no shebang": (script("#!/usr/bin/env bash\n", ""), "warning", "MDA231-01.sh", "does not begin with #!"),
    "line ends of Windows": (script("\n", "\r\n"), "error", "MDA231-01.sh", "CRLF"),
    "bad syntax": (script("set -euo", "if true; set -euo"), "error", "MDA231-01.sh", "bash cannot parse it"),
    "goes on after errors": (script("set -euo pipefail\n", ""), "warning", "MDA231-01.sh", "no 'set -e'"),
    "an absolute path": (
        script("segment.py ", "/home/me/segment.py "), "error", "MDA231-01.sh", "/home/me/segment.py in line 9",
    ),
    "a home folder": (script("segment.py ", "~/code/segment.py "), "error", "MDA231-01.sh", "~/code/segment.py"),
    "a shared temporary folder": (script("segment.py ", "segment.py --cache=/tmp/x "), "error", "01.sh", "/tmp/x in"),
    "a drive": (script("segment.py ", r"'D:\segment.py' "), "error", "MDA231-01.sh", r"D:\\segment.py in line 9"),
    "removes the results": (
        script('trap', 'rm -rf "$data/Fluo-C3DL-MDA231/01_RES"\ntrap'), "error", "01.sh", "line 8 removes a folder",
    ),
    "fetches weights": (script("trap", "wget -q weights\ntrap"), "warning", "01.sh", "wget: the organizers promise no"),
    "installs packages": (script("trap", "pip install torch\ntrap"), "warning", "01.sh", "pip install: the organizers"),
    "writes another sequence": (script("01_RES", "02_RES"), "error", "01.sh", "names 02_RES, but by its name reads 01"),
    "reads another sequence": (script('MDA231/01"', 'MDA231/02"'), "error", "01.sh", "names 02, but by its name"),
    "parameters not written out": (
        script('"$data/Fluo-C3DL-MDA231/01"', '"$1"'), "warning", "01.sh", "does not name Fluo-C3DL-MDA231/01",
    ),
    "no header": (lambda w: w.script.write_text("#!/bin/sh\nset -e\n./x 01_RES\n"), "warning", "01.sh", "no comment"),
    "weights left at home": (
        lambda w: (w.sw / "models/mda.safetensors").unlink(), "error", "01.sh", "mda.safetensors are not inside",
    ),
    "weights cut short": (
        lambda w: (w.sw / "models/mda.safetensors").write_bytes((w.sw / "models/mda.safetensors").read_bytes()[:-3]),
        "error", "models/mda.safetensors", "cannot be read",
    ),
    "a placeholder for weights": (
        lambda w: (w.sw / "models/mda.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n"),
        "error", "models/mda.safetensors", "placeholder of Git LFS",
    ),
    "no weights in the file": (
        lambda w: (w.sw / "models/mda.safetensors").write_bytes(b""), "error", "models/mda.safetensors", "is empty",
    ),
    "a helper left at home": (lambda w: (w.sw / "_setup.sh").unlink(), "error", "01.sh", "calls _setup.sh, which"),
    "no requirements": (lambda w: (w.sw / "requirements.txt").unlink(), "warning", "SW", "no requirements.txt"),
    "no README": (lambda w: (w.sw / "README.md").unlink(), "warning", "SW", "no README"),
    "data inside": (lambda w: shutil.copy(w.mask(0), w.sw), "warning", "SW/mask000.tif", "a leftover"),
}  # fmt: skip


def validate(world, tmp_path, *options):
    """Return the exit status and what was found."""
    report = tmp_path / "report.json"
    status = main(["validate", str(world.dataset_dir), "01", "--sw", str(world.sw), "--json", str(report), *options])
    return status, json.loads(report.read_text())


def test_a_submission_without_a_flaw_passes(world, tmp_path, capsys):
    status, report = validate(world, tmp_path)

    assert status == 0
    assert [(each["severity"], each["finding"]) for each in report["findings"]] == [
        ("note", "3 frames took 4.5 s on cuda"),
        ("note", "the run takes about 0.8 GB of memory, the organizers have 128 GB"),
    ]
    assert capsys.readouterr().out.endswith("0 errors, 0 warnings, 2 notes\n")


@pytest.mark.parametrize(
    ("break_it", "severity", "file", "words"), [*RESULTS.values(), *SCRIPTS.values()], ids=[*RESULTS, *SCRIPTS]
)
def test_a_flaw_is_found_in_its_file(world, tmp_path, capsys, break_it, severity, file, words):
    break_it(world)

    status, report = validate(world, tmp_path)

    found = [
        each
        for each in report["findings"]
        if each["severity"] == severity and each["file"].endswith(f"{file}") and re.search(words, each["finding"])
    ]
    assert len(found) == 1, report["findings"]
    assert found[0]["fix"]
    assert status == (1 if report["errors"] else 0)
    assert severity != "error" or status == 1
    assert found[0]["finding"] in capsys.readouterr().out
