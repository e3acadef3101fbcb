"""Files with random damage: every reader either reads them or refuses them in a line that names the file, and in time.

MUTATIONS sets how many files of each kind are tried; 3000 if not set. A failure prints the seed, which makes it again.
"""

import io
import json
import os
import random
import signal
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
import tifffile
from onnx import helper, numpy_helper
from safetensors.numpy import save

from ctc_submission.challenge.files import read_frame, read_frame_info
from ctc_submission.challenge.run_record import find_parameter_count, read_cost, recorded_spacing
from ctc_submission.download.remote import RemoteFile
from ctc_submission.download.transfer import PartialFile
from ctc_submission.download.unpacking import unpack
from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import FORMAT, read_card
from ctc_submission.network.importing import import_network, read_stored_card
from ctc_submission.segmentation.configuration import MODELS, read_configuration
from ctc_submission.segmentation.manifest import open_manifest

MUTATIONS = int(os.environ.get("MUTATIONS", "3000"))
SECONDS = 30
"""After which reading a file counts as endless."""
HEAD = 400
"""Bytes at both ends of a file that are damaged as often as all the rest."""
BYTES = (b"", b"\0", b"\xff", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80" * 2)
WORDS = (b"nan", b"-inf", b"1e999", b"-1", b"0", b"true", b"null", b"[]", b"{}", b'""', b"[[[[", b"'\xff'", b"9" * 30)

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def damage(content: bytes, chance: random.Random, words: Sequence[bytes] = BYTES) -> bytes:
    """Return a file's content with one to four of its parts changed, lost, doubled or moved."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        end = chance.random() < 0.5
        near = min(HEAD, len(changed))
        start = chance.randrange(near + 1) if end else chance.randrange(len(changed) + 1)
        start = len(changed) - start if end and chance.random() < 0.3 else start
        stop = start + chance.choice((0, 1, 1, 1, 2, 4, 8, 64))
        changed[start:stop] = chance.choice(
            (
                chance.randbytes(stop - start),
                chance.choice(words),
                bytes(changed[start:stop]) * 2,
                bytes(byte ^ (1 << chance.randrange(8)) for byte in changed[start:stop]),
                changed[(first := chance.randrange(len(changed) + 1)) : first + 16],
            )
        )
    return bytes(changed[: chance.randrange(len(changed) + 1)] if chance.random() < 0.1 else changed)


def try_all(
    files: Sequence[tuple[Path, bytes]],
    read: Callable[[Path], object],
    words: Sequence[bytes] = BYTES,
    count: int = MUTATIONS,
) -> None:
    """Damage files in turn, and read each; a few are read as they are."""
    signal.signal(signal.SIGALRM, fail_late)
    refused = 0
    for seed in range(count):
        path, content = files[seed % len(files)]
        path.write_bytes(damage(content, random.Random(seed), words))
        signal.alarm(SECONDS)
        named, said = True, ""
        try:
            read(path)
        except (ValueError, OSError) as error:
            refused += 1
            said = repr(error)
            named = str(path.parent) in str(error) or path.name in str(error)
        except BaseException as error:
            raise AssertionError(f"seed {seed}, {path.name}: {type(error).__name__}: {error}") from error
        finally:
            signal.alarm(0)
        assert named, f"seed {seed}, {path.name}: {said}, which does not name the file"
    assert refused > count / 20
    for path, content in files:
        path.write_bytes(content)
        read(path)


def fail_late(*_: object) -> None:
    raise TimeoutError  # an OSError without the file's name


def tiff(**options: object) -> bytes:
    stack = np.random.default_rng(0).integers(0, 900, (3, 40, 32)).astype(np.uint16)
    file = io.BytesIO()
    tifffile.imwrite(file, stack, **options)
    return file.getvalue()


def test_tiff(tmp_path):
    kinds = (
        {"photometric": "minisblack"},
        {"photometric": "minisblack", "compression": "deflate", "tile": (16, 16)},
        {"photometric": "minisblack", "compression": "lzw", "rowsperstrip": 7, "metadata": None},
        {"photometric": "minisblack", "compression": "zstd", "bigtiff": True},
        {"photometric": "minisblack", "imagej": True, "metadata": {"spacing": 2.0, "unit": "um", "axes": "ZYX"}},
        {"photometric": "minisblack", "ome": True, "metadata": {"axes": "ZYX", "PhysicalSizeX": 0.5}},
        {"photometric": "minisblack", "byteorder": ">", "compression": "packbits", "predictor": False},
    )
    files = [(tmp_path / f"t{number:03d}.tif", tiff(**kind)) for number, kind in enumerate(kinds)]
    try_all(files, lambda path: (read_frame_info(path), read_frame(path)))


def test_zip(tmp_path):
    def packed(compression: int) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", compression) as archive:
            for number in range(3):
                archive.writestr(f"Fluo-N3DL-TRIC/01/t{number:03d}.tif", bytes(range(200)) * 3)
        return file.getvalue()

    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    files = [(tmp_path / f"{method}.zip", packed(method)) for method in methods]

    def read(path: Path) -> None:
        folder = path.with_suffix("") / "Fluo-N3DL-TRIC"
        folder.parent.mkdir(exist_ok=True)
        if folder.exists():
            folder.rename(path.parent / f"done-{len(list(path.parent.iterdir()))}")
        unpack(path, folder)

    try_all(files, read)


def test_toml(tmp_path):
    own = (
        'segmentation_model = "own.safetensors"\ntiles = 6\ncell_diameter = 17.5\ncross_sections = false\n'
        'dimensions = 3\naxes = "ZYX"\nprecision = "float32"\n[pseudocolor]\nadjacent_mean = 0.1\n'
        'normalization = "image"\ncoloring = "gray"\n[labeling]\nmethod = "centers"\nspacing = [2.0, 1.0, 1.0]\n'
        "smoothing = 1.5\nminimum_size = 7\nfaithful = true\n"
    )
    texts = (own.encode(), (MODELS / "nuclei.toml").read_bytes(), b'dataset = "nuclei"\n[labeling]\ndynamics = 1.0\n')
    files = [(tmp_path / f"{number}.toml", text) for number, text in enumerate(texts)]
    try_all(files, read_configuration, WORDS)


def test_json(tmp_path):
    frame = {"fingerprint": [5, 7], "cells": 3, "seconds": 0.5}
    record = {
        "parameters": 12345,
        "device": "cpu",
        "made_by": {"weights": ["a"], "configuration": {"labeling": {"spacing": [2.0, 1.0, 1.0]}}},
        "frames": {"t000.tif": frame, "t001.tif": frame},
    }
    (tmp_path / "01_RES").mkdir()
    (tmp_path / "01_RES" / "mask000.tif").touch()
    remote = RemoteFile("https://host/a.zip", 12, "tag")

    def read(path: Path) -> None:
        results = path.with_suffix("")
        find_parameter_count(results)
        recorded_spacing(results)
        PartialFile(path.with_suffix("")).size_of(remote)
        try:
            read_cost(path.read_text(encoding="utf-8", errors="replace"))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        before = path.read_bytes()
        open_manifest(results, {"weights": ["a"]}, {}, [], overwrite=True)
        path.write_bytes(before)

    try_all([(tmp_path / "01_RES.json", json.dumps(record, indent=2).encode())], read, WORDS)


def test_safetensors(tmp_path):
    card = {
        "dataset": "nuclei",
        "training_data": "simulated",
        "date": "2026-01-01",
        "score": "SEG 0.9",
        "license": "CC0-1.0",
        "architecture": {"filters": [8, 8, 8, 8], "input_size": 64, "outputs": ["foreground"]},
        "pseudocolor": {"adjacent_mean": 0.03, "normalization": "channel"},
        "diameter": 24.0,
    }
    before = {name: value for name, value in card.items() if name != "architecture"}
    before |= {"task": "centers", "architecture": {"decoder": [8, 8, 8, 8], "input_size": 64}}
    tensors = {"head.weight": np.ones((1, 8, 1, 1), np.float16), "head.bias": np.zeros(1, np.float16)}
    contents = (
        save(tensors, {"format": FORMAT, "card": json.dumps(card)}),
        save(tensors, {"format": "ctc-submission checkpoint 1", "card": json.dumps(before)}),
    )
    files = [(tmp_path / f"{number}.safetensors", content) for number, content in enumerate(contents)]
    try_all(files, read_card, (*BYTES, *WORDS))


def network_graph() -> bytes:
    """A few layers as exporters write them: constants to be computed, layout, a resizing, a concatenation."""
    random_numbers = np.random.default_rng(0)
    weights = {
        "stem": random_numbers.random((4, 3, 3, 3), np.float32),
        "next": random_numbers.random((3, 3, 7, 2), np.float32),
        "scale": np.full((1, 4, 1, 1), 2, np.float32),
        "offset": np.float32(0.5),
        "norm": np.ones(4, np.float32),
        "sizes": np.array([1, 4, 64, 64]),
        "shape": np.array([2, 2]),
    }
    nodes = [
        helper.make_node("Transpose", ["x"], ["image"], perm=[0, 3, 1, 2]),
        helper.make_node("Mul", ["scale", "scale"], ["twice"]),
        helper.make_node("ConstantOfShape", ["shape"], ["zeros"]),
        helper.make_node("Conv", ["image", "stem"], ["a"], strides=[2, 2], auto_pad="SAME_UPPER"),
        helper.make_node("BatchNormalization", ["a", "norm", "norm", "norm", "norm"], ["b"], epsilon=1e-3),
        helper.make_node("Mul", ["b", "twice"], ["c"]),
        helper.make_node("Resize", ["c", "", "", "sizes"], ["d"], mode="linear"),
        helper.make_node("Concat", ["d", "image"], ["e"], axis=1),
        helper.make_node("Transpose", ["next"], ["weight"], perm=[3, 2, 0, 1]),
        helper.make_node("Conv", ["e", "weight"], ["f"], auto_pad="SAME_UPPER"),
        helper.make_node("Sigmoid", ["f"], ["y"]),
    ]
    image, output = (
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N", 64, 64, count])
        for name, count in (("x", 3), ("y", 2))
    )
    stored = [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()]
    model = helper.make_model(helper.make_graph(nodes, "network", [image], [output], stored), ir_version=8)
    helper.set_model_props(model, {"layout": "NHWC"})
    return model.SerializeToString()


def import_small(path: Path) -> None:
    """Import a network that is none of ours: it is read, and refused for its layers."""
    read_stored_card(path)
    try:
        import_network(path, None, Architecture(encoder="tf_efficientnet_lite0", input_size=64))
    except ValueError as error:
        if "EfficientCellSeg" not in str(error):
            raise


def test_onnx(tmp_path):
    try_all([(tmp_path / "network.onnx", network_graph())], import_small)
