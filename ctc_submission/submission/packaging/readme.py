"""The README of a submission's SW: what it is, what it needs, how it is run."""

from collections.abc import Sequence

from ctc_submission import __version__
from ctc_submission.submission.naming import Run

_TEXT = """\
# ctc_submission {version}: executables of a {kind} submission

Volumetric cell segmentation for the Cell Tracking Challenge, after EfficientCellSeg (R. Wagner and K. Rohr,
EfficientCellSeg: Efficient Volumetric Cell Segmentation Using Context Aware Pseudocoloring, MIDL 2022).

## Run

Unpack beside the folders of the datasets, so that `SW` and `{dataset}` lie in one folder. Then

    ./SW/{script}

reads `{dataset}/{sequence}/t000.tif`, ... and writes `{dataset}/{results}/mask000.tif`, ... A run that was
stopped resumes. The exit status is 0 only if all masks were written.

| executable | reads | writes |
|---|---|---|
{table}

Each names its parameters in its own text. `DATA_DIR=/elsewhere ./SW/...` takes the datasets from another folder.

## Needs

- Linux with bash, Python 3.10 to 3.13 with the module venv. {wheels}
- Memory and time: `records/` tells what the runs took. A GPU with CUDA is used if there is one; one of 16 GB is plenty.
- No connection at run time: the weights are in `models/`.

The first run makes the environment `SW/.venv` from `requirements.txt`. To use another Python that has those packages,
name it: `PYTHON=/path/to/python ./SW/{script}`.

## Check

    cd SW && sha256sum -c SHA256SUMS

License of the code: BSD-3-Clause (`LICENSE`). What the weights were trained on: `models/*.md`, or their metadata.
"""
_WITH_WHEELS = "The packages are in `wheels/` and are installed from there."
_WITHOUT_WHEELS = "The packages of `requirements.txt` come from the package index."


def write_readme(runs: Sequence[Run], has_wheels: bool) -> str:
    """Write the README of SW.

    Parameters
    ----------
    runs : sequence of Run
        The executables inside, at least one.
    has_wheels : bool
        Whether the Python packages needed are inside.
    """
    first = runs[0]
    rows = [f"| `{run.script}` | `{run.dataset}/{run.sequence}` | `{run.dataset}/{run.results}` |" for run in runs]
    return _TEXT.format(
        version=__version__,
        kind=f"generalizable ({first.configuration})" if first.configuration else "regular",
        dataset=first.dataset,
        sequence=first.sequence,
        script=first.script,
        results=first.results,
        table="\n".join(rows),
        wheels=_WITH_WHEELS if has_wheels else _WITHOUT_WHEELS,
    )
