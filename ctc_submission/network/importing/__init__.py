"""Networks from elsewhere: the authors' published weights, ONNX files, as ours."""

from pathlib import Path

from ctc_submission.network.architecture import Architecture
from ctc_submission.network.card import ModelCard, parse_card
from ctc_submission.network.efficientcellseg import EfficientCellSeg
from ctc_submission.network.importing.building import build_network
from ctc_submission.network.importing.onnx_reader import load_onnx, read_onnx

__all__ = ["import_network", "read_stored_card"]

_KERAS = (".h5", ".hdf5", ".keras")


def read_stored_card(path: Path) -> ModelCard | None:
    """Read the card that an ONNX file of `export_onnx` holds; None for files of others.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such file, or its card is of another version or damaged.
    OSError
        If the package ``onnx`` is not installed.
    """
    _check_kind(path)
    stored = [entry.value for entry in load_onnx(path).metadata_props if entry.key == "card"]
    if not stored:
        return None
    try:
        return parse_card(stored[0])
    except ValueError as error:
        raise ValueError(f"{path}: its card cannot be read ({error}); update this tool, or export it again") from error


def import_network(
    path: Path, input_size: int | None = None, architecture: Architecture | None = None
) -> EfficientCellSeg:
    """Read EfficientCellSeg from an ONNX file.

    The layers are matched by their order and shapes, never by names. What is done to the image before the first
    convolution is kept: Keras' EfficientNet computes (x / 255 - mean) / sqrt(variance), with its own statistics.

    Parameters
    ----------
    path : Path
        An ``.onnx`` file.
    input_size : int, optional
        Side in pixels of the square the network sees, where the file does not fix it; 384 if not given.
    architecture : Architecture, optional
        Which network it is, by its card; the published one with filters of its own if not given.

    Returns
    -------
    EfficientCellSeg
        In single precision, ready to predict.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such file, or holds another network; the message names the first layer that differs.
    OSError
        If a package that reads it is not installed.
    """
    _check_kind(path)
    return build_network(read_onnx(path), input_size, architecture)


def _check_kind(path: Path) -> None:
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; expected weights as .onnx")
    if path.suffix.lower() in _KERAS:
        raise ValueError(
            f"{path}: Keras files are not read, expected .onnx; the authors publish their networks as ONNX"
        )
    if path.suffix.lower() != ".onnx":
        raise ValueError(f"{path}: a file of type '{path.suffix}', expected .onnx")
