"""The datasets that the comparisons can be run on: what is tested on, what is taught, how maps become labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from ctc_submission.segmentation.labeling import LabelingParameters
from ctc_submission.training.data.annotations import find_annotations
from ctc_submission.training.data.sources import Source, check_apart, find_sources, split_by_frame
from ctc_submission.training.data.spreading import spread

TESTED = 0.2
"""Share of each sequence's frames, its last, that is tested on: 372 of the paper's 1860 slices."""


@dataclass(frozen=True)
class Task:
    """What is particular to a dataset; slices are resized to the network's input, whatever it is."""

    labeling: LabelingParameters
    """How a frame's foreground becomes labels; the voxel size is that of the frame."""
    gap: bool = False
    """Whether touching cells are taught with a gap of two pixels between them."""
    test_sequences: tuple[str, ...] = ()
    """Sequences that are tested on; none: the last fifth of each sequence's frames."""

    def split(
        self, data: Path, test_sequences: Sequence[str] = (), test_frames: int | None = None
    ) -> tuple[list[Source], list[Source]]:
        """Split a dataset's annotated sequences into what is trained on and what is tested on.

        Parameters
        ----------
        data : Path
            Folder of the dataset.
        test_sequences : sequence of str
            Sequences to test on, such as ``05``; those of the task if there are none.
        test_frames : int, optional
            Frames of each of these sequences to test on, at most, spread evenly; all if not given.

        Returns
        -------
        training, tested : list of Source
            Their frames are stated.

        Raises
        ------
        FileNotFoundError
            If there is no annotated sequence, or one to be tested on is none.
        ValueError
            If nothing is left to train on.
        """
        annotated = sorted(folder.name.removesuffix("_GT") for folder in data.glob("[0-9][0-9]_GT"))
        if not annotated:
            raise FileNotFoundError(f"{data}: no annotated sequences, expected folders such as 01 and 01_GT/SEG")
        wanted = list(test_sequences or self.test_sequences)
        if not wanted:
            return split_by_frame(find_sources([data], annotated), TESTED)
        tested = find_sources([data], wanted)
        training = find_sources([data], [name for name in annotated if name not in wanted])
        check_apart(training, tested)
        if not training:
            raise ValueError(f"{data}: sequences {', '.join(wanted)} are to be tested on, and no other is annotated")
        return [_choose_frames(each, None) for each in training], [_choose_frames(each, test_frames) for each in tested]


def _choose_frames(source: Source, most: int | None) -> Source:
    """Take frames of a whole sequence, at most so many, and state them."""
    annotated = list(find_annotations(source.folder, source.sequence, "GT"))
    return replace(source, frames=frozenset(spread(annotated, most)))


_ONE_CELL = Task(LabelingParameters(method="single"))
"""The foreground's largest connected component is the one cell (paper, section 3.3)."""
TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "Fluo-C3DH-A549-SIM": _ONE_CELL,
        "Fluo-C3DH-A549": _ONE_CELL,
        "bbbc050-train": Task(LabelingParameters(method="distance"), gap=True, test_sequences=("05", "10")),
    }
)
"""By the name of the dataset's folder."""


def find_task(data: Path) -> Task:
    """Find what is particular to a dataset, by the name of its folder.

    Raises
    ------
    ValueError
        If it is not in `TASKS`.
    """
    name = data.resolve().name
    if name not in TASKS:
        raise ValueError(
            f"{data}: no comparison is known for a dataset '{name}', expected a folder named {', '.join(TASKS)}; "
            "add another one to TASKS in benchmarks/paper/task.py"
        )
    return TASKS[name]
