"""Packages that only some commands need: an extra brings them, and is asked for before any work is done."""

from importlib.util import find_spec
from types import MappingProxyType

EXTRAS = MappingProxyType(
    {
        "bioimageio": ("bioimageio.core",),
        "cluster": ("cryptography", "distributed"),
        "import": ("onnx", "onnxruntime", "onnxscript"),
        "report": ("jinja2", "plotly"),
        "tensorboard": ("tensorboard",),
        "tracking": ("laptrack",),
        "train": ("huggingface_hub", "lightning_fabric", "segmentation_models_pytorch"),
        "view": ("napari", "zarr"),
    }
)
"""Modules of each extra, by its name in pyproject.toml."""


def require_extra(extra: str, purpose: str) -> None:
    """Check that the packages of an extra are installed; none of them is imported.

    Parameters
    ----------
    extra : str
        Its name in `EXTRAS`.
    purpose : str
        What needs it, to begin the message with.

    Raises
    ------
    OSError
        If one is not; the message says how to get it.
    """
    missing = _missing(extra)
    if missing:
        needed = " and ".join(name.replace("_", "-") for name in missing)
        raise OSError(f"{purpose} needs {needed}: pip install 'ctc-submission[{extra}]'")


def has_extra(extra: str) -> bool:
    """Tell whether the packages of an extra are installed."""
    return not _missing(extra)


def _missing(extra: str) -> list[str]:
    return [module for module in EXTRAS[extra] if not _is_installed(module)]


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # what a dotted name begins with
        return False
