"""Cell Tracking Challenge submission toolkit: EfficientCellSeg (Wagner and Rohr, MIDL 2022), frames in, masks out.

The names below are for use from Python. Each is imported when it is first used, so that ``import ctc_submission``
itself takes no time.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ctc_submission.api.linking import LinkedMasks as LinkedMasks
    from ctc_submission.api.linking import link as link
    from ctc_submission.api.measures import det as det
    from ctc_submission.api.measures import evaluate as evaluate
    from ctc_submission.api.measures import seg as seg
    from ctc_submission.api.model import Model as Model
    from ctc_submission.api.model import Segmentation as Segmentation

__version__ = "0.1.0"

_HOMES = {
    "LinkedMasks": "linking",
    "Model": "model",
    "Segmentation": "model",
    "det": "measures",
    "evaluate": "measures",
    "link": "linking",
    "seg": "measures",
}
"""Where each name is defined, in ``ctc_submission.api``."""

__all__ = ["LinkedMasks", "Model", "Segmentation", "__version__", "det", "evaluate", "link", "seg"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(importlib.import_module(f"{__name__}.api.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
