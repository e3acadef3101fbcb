"""Networks from elsewhere: the authors' published weights, as ONNX or Keras HDF5 files, as ours."""

from pathlib import Path

from ctc_submission.network.importing.keras_reader import read_keras
from ctc_submission.network.importing.matching import build_network
from ctc_submission.network.importing.onnx_reader import read_onnx
from ctc_submission.network.model import EfficientCellSeg

__all__ = ["import_network"]

_READERS = {".onnx": read_onnx, ".h5": read_keras, ".hdf5": read_keras}


def import_network(path: Path, input_size: int | None = None) -> EfficientCellSeg:
    """Read EfficientCellSeg from an ONNX or Keras file.

    The layers are matched by their order and shapes, never by names. What is done to the image before the first
    convolution is kept: Keras' EfficientNet computes (x / 255 - mean) / sqrt(variance), with its own statistics.

    Parameters
    ----------
    path : Path
        An ``.onnx`` file, or an ``.h5`` file of a whole Keras model or of its weights.
    input_size : int, optional
        Side in pixels of the square the network sees, where the file does not fix it; 384 if not given.

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
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; expected weights as .onnx or .h5")
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ValueError(f"{path}: a file of type '{path.suffix}', expected .onnx, .h5 or .hdf5")
    return build_network(reader(path), input_size)
