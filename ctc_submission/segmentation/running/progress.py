"""How far a run is: a bar where standard error is a terminal, a line for each frame where it is none."""

import logging
from types import TracebackType

from tqdm import tqdm

from ctc_submission.challenge.files import FrameFile
from ctc_submission.challenge.run_record import FinishedFrame
from ctc_submission.segmentation.running.tasks import Failed

_LOG = logging.getLogger(__name__)


class Progress:
    """Progress of the frames of one run, shown while it is open."""

    def __init__(self, name: str, frames: int, steps: int, unit: str) -> None:
        """Begin to show the progress of some frames.

        Parameters
        ----------
        name : str
            What stands before the bar.
        frames : int
            Number of frames; nothing is shown of none.
        steps : int
            Number of steps of all frames, which the bar counts.
        unit : str
            What a step is.
        """
        self._frames = frames
        self._done = 0
        self._bar = tqdm(total=steps, unit=unit, desc=name, disable=None if frames else True)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._bar.close()

    def step(self, steps: int = 1) -> None:
        """Count steps."""
        self._bar.update(steps)

    def end_frame(self, frame: FrameFile, outcome: FinishedFrame | Failed) -> None:
        """Count a frame; without a bar, tell of it, unless it failed, which is told elsewhere."""
        self._done += 1
        if self._bar.disable and isinstance(outcome, FinishedFrame):
            told = (self._done, self._frames, frame.path.name, outcome.cells, outcome.seconds)
            _LOG.info("frame %d of %d: %s, %d cells, %.1f s", *told)
