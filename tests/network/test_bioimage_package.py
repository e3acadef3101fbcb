"""A package of bioimage.io: what is in it, and that the format's own validator accepts it, where it is installed."""

import json
import shutil
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from ctc_submission.cli import main
from ctc_submission.extras import has_extra
from ctc_submission.network import bioimage_package
from ctc_submission.network.sample_image import sample_image
from ctc_submission.network.weights import load_checkpoint

pytestmark = [  # the validator leaves files open
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def package(checkpoints, tmp_path_factory):
    """A folder that the command wrote; not to be changed."""
    folder = tmp_path_factory.mktemp("written") / "package"
    assert main(["export", str(checkpoints["segmentation"]), "--bioimageio", str(folder)]) == 0
    return folder


def test_test_tensors_are_what_the_network_predicts(package, checkpoints):
    image, probability = (np.load(package / f"test_{name}.npy") for name in ("input", "output"))
    card = load_checkpoint(checkpoints["segmentation"])[1]
    assert image.shape == (1, 3, 64, 64)
    assert np.array_equal(image[0].transpose(1, 2, 0), sample_image(card))
    onnxruntime = pytest.importorskip("onnxruntime")
    (run,) = onnxruntime.InferenceSession(package / "weights.onnx").run(None, {"x": image})
    np.testing.assert_allclose(run, probability, atol=1e-5)


def test_the_description_names_its_files(package):
    described = json.loads((package / "rdf.yaml").read_text())
    assert (described["type"], described["license"]) == ("model", "CC0-1.0")
    named = [described["weights"]["onnx"], *(described[side][0]["test_tensor"] for side in ("inputs", "outputs"))]
    assert {each["source"] for each in named} == {"weights.onnx", "test_input.npy", "test_output.npy"}
    assert described["outputs"][0]["axes"][1]["channel_names"] == ["foreground"]
    assert "pseudocolored slice" in (package / described["documentation"]).read_text()


def test_a_zip_file_holds_the_same_and_is_not_replaced(package, checkpoints, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(bioimage_package, "export_onnx", lambda path, *_: shutil.copy(package / "weights.onnx", path))
    command = ["export", str(checkpoints["segmentation"]), "--bioimageio", str(tmp_path / "package.zip")]
    assert main(command) == 0
    written = zipfile.ZipFile(tmp_path / "package.zip").namelist()
    assert sorted(written) == sorted(path.name for path in package.iterdir())
    assert main(command) == 2
    assert "is there already" in capsys.readouterr().err


def test_nothing_to_write_is_told(checkpoints, capsys):
    assert main(["export", str(checkpoints["segmentation"])]) == 2
    assert "expected OUT.onnx, or --bioimageio" in capsys.readouterr().err


def test_the_image_shows_cells_of_the_card_s_diameter(checkpoints):
    card = load_checkpoint(checkpoints["segmentation"])[1]
    small, large = (sample_image(replace(card, diameter=diameter))[..., 1] for diameter in (8.0, 24.0))
    assert (small > 0.5).mean() < (large > 0.5).mean()


@pytest.mark.skipif(not has_extra("bioimageio"), reason="the extra 'bioimageio' is not installed")
def test_the_validator_accepts_it_and_notices_other_tensors(package, tmp_path):
    from ctc_submission.network.bioimage_package import validate_bioimage_package

    validate_bioimage_package(package)
    package = shutil.copytree(package, tmp_path / "changed")
    described = json.loads((package / "rdf.yaml").read_text())
    np.save(package / "test_output.npy", 0.5 * np.load(package / "test_output.npy"))
    described["outputs"][0]["test_tensor"].pop("sha256")
    (package / "rdf.yaml").write_text(json.dumps(described))
    with pytest.raises(ValueError, match="the validator of bioimage.io refuses the package"):
        validate_bioimage_package(package)
