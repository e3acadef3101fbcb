"""StarDist 3D, to compare with: trained as its documentation recommends, within a time, then applied to recordings.

    python benchmarks/stardist3d.py train DATASET MODEL --validation 05 10 --minutes 60
    python benchmarks/stardist3d.py predict MODEL FRAMES MASKS --spacing 2 0.8 0.8

It runs in an environment of its own, with the packages stardist and tensorflow, and imports nothing of this project:
run_scripts/compare_stardist.sh makes that environment, and scores the masks. The choices are those of StarDist's
notebooks for 3D data: 96 rays, anisotropy from the labels, a grid that is coarser along the axes of finer voxels,
percentiles 1 and 99.8, flips, quarter turns and changes of intensity, thresholds optimized on the validation data.
"""

import argparse
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

RAYS = 96
PATCH = (32, 64, 64)
"""Smaller than the notebooks' (48, 96, 96), a step of which takes 22 s on one core instead of 5 s."""
BATCH = 2
EPOCHS = 400
LOW, HIGH = 1, 99.8


def list_frames(folder: Path) -> list[Path]:
    """List the frames tT.tif of a folder."""
    return sorted(path for path in folder.glob("t*.tif") if path.stem[1:].isdigit())


def read_sequence(dataset: Path, sequence: str, most: int | None = None) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Read normalized frames and labels (Z, Y, X) of those frames of a sequence that are annotated as a whole."""
    from csbdeep.utils import normalize
    from stardist import fill_label_holes

    truth = dataset / f"{sequence}_GT" / "SEG"
    frames = [path for path in list_frames(dataset / sequence) if (truth / f"man_seg{path.stem[1:]}.tif").is_file()]
    images = [normalize(tifffile.imread(path), LOW, HIGH, axis=(0, 1, 2)) for path in frames[:most]]
    labels = [fill_label_holes(tifffile.imread(truth / f"man_seg{path.stem[1:]}.tif")) for path in frames[:most]]
    return images, labels


def measure_width(labels: list[np.ndarray]) -> float:
    """Measure the median width in pixels of cells: of the disc with the area of a cell's largest section along z."""
    widths = []
    for stack in labels:
        areas = np.stack([np.bincount(section.ravel(), minlength=int(stack.max()) + 1) for section in stack])
        largest = areas.max(axis=0)[1:]
        widths.append(2 * np.sqrt(largest[largest > 0] / np.pi))
    return float(np.median(np.concatenate(widths)))


def choose_scale(
    trained: dict[str, Any], spacing: tuple[float, float, float], width: float | None
) -> tuple[float, float, float]:
    """Choose how images are rescaled along z, y and x, so that they look as those that were trained on.

    Parameters
    ----------
    trained : dict
        The training's ``spacing`` (z, y, x) and ``width``.
    spacing : (float, float, float)
        Voxel size (z, y, x) of the images; in the training's unit if no width is given.
    width : float or None
        Width of the cells in pixels, where only the ratios of the voxel size are known.
    """
    ratios = [here / there for here, there in zip(spacing, trained["spacing"], strict=True)]
    if width is None:
        return ratios[0], ratios[1], ratios[2]
    factor = trained["width"] / width
    return factor * ratios[0] / ratios[2], factor * ratios[1] / ratios[2], factor


def augment(image: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Flip at random along any axis, turn by quarters in y and x, and change contrast and brightness."""
    axes = tuple(axis for axis in range(3) if np.random.rand() < 0.5)  # noqa: NPY002  # seeded by StarDist's training
    turns = int(np.random.randint(4))  # noqa: NPY002
    image, labels = (np.rot90(np.flip(each, axes), turns, (1, 2)) for each in (image, labels))
    return image * np.random.uniform(0.6, 2) + np.random.uniform(-0.2, 0.2), labels  # noqa: NPY002


def train(arguments: argparse.Namespace) -> None:
    """Train until the time is over, keep the best weights, and optimize the thresholds."""
    _limit_threads(arguments.threads)
    from stardist import Rays_GoldenSpiral, calculate_extents
    from stardist.models import Config3D, StarDist3D

    names = sorted(path.name for path in arguments.dataset.iterdir() if path.is_dir() and path.name.isdigit())
    training = _read(arguments.dataset, [name for name in names if name not in arguments.validation], None)
    validation = _read(arguments.dataset, arguments.validation, arguments.most_frames)
    extents = calculate_extents(training[1])
    anisotropy = tuple(float(extent) for extent in np.max(extents) / extents)
    grid = tuple(arguments.grid or (1 if ratio > 1.5 else 2 for ratio in anisotropy))
    config = Config3D(
        rays=Rays_GoldenSpiral(RAYS, anisotropy=anisotropy),
        grid=grid,
        anisotropy=anisotropy,
        n_channel_in=1,
        train_patch_size=PATCH,
        train_batch_size=BATCH,
        train_tensorboard=False,
    )
    model = StarDist3D(config, name=arguments.model.name, basedir=str(arguments.model.parent))
    model.prepare_for_training()
    model.callbacks.append(_stop_after(60 * arguments.minutes * arguments.threads))
    history = model.train(
        *training,
        validation_data=validation,
        augmenter=augment,
        seed=0,
        epochs=EPOCHS,
        steps_per_epoch=arguments.steps,
    )
    trained = time.process_time()
    thresholds = model.optimize_thresholds(*validation)
    record = {
        "spacing": arguments.spacing,
        "width": measure_width(training[1]),
        "anisotropy": anisotropy,
        "grid": grid,
        "frames": [len(training[0]), len(validation[0])],
        "epochs": len(history.history["loss"]),
        "validation_losses": [round(float(loss), 4) for loss in history.history["val_loss"]],
        "thresholds": {name: float(value) for name, value in thresholds.items()},
        "processor_minutes": [trained / 60, (time.process_time() - trained) / 60],
        "peak_memory_mb": peak_memory(),
    }
    (arguments.model / "training.json").write_text(json.dumps(record, indent=2) + "\n")
    sys.stdout.write(json.dumps(record) + "\n")


def predict(arguments: argparse.Namespace) -> None:
    """Segment a folder of frames, and print seconds and peak memory."""
    begin = time.monotonic()
    _limit_threads(arguments.threads)
    from csbdeep.utils import normalize
    from stardist.models import StarDist3D

    trained = json.loads((arguments.model / "training.json").read_text())
    frames = list_frames(arguments.frames)
    width = arguments.width
    if arguments.width_from:
        width = measure_width([tifffile.imread(path) for path in sorted(arguments.width_from.glob("man_seg*.tif"))])
    scale = choose_scale(trained, tuple(arguments.spacing), width)
    model = StarDist3D(None, name=arguments.model.name, basedir=str(arguments.model.parent))
    arguments.masks.mkdir(parents=True, exist_ok=True)
    for path in frames:
        image = normalize(tifffile.imread(path), LOW, HIGH, axis=(0, 1, 2))
        labels = model.predict_instances(image, scale=scale, n_tiles=model._guess_n_tiles(image))[0]
        mask = arguments.masks / f"mask{path.stem[1:]}.tif"
        tifffile.imwrite(mask, labels.astype(np.uint16), photometric="minisblack")
    record = {
        "frames": len(frames),
        "seconds": time.monotonic() - begin,
        "peak_memory_mb": peak_memory(),
        "scale": scale,
        "width": width,
    }
    sys.stdout.write(json.dumps(record) + "\n")


def peak_memory() -> float:
    """Return the largest memory in MB that the process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def _read(dataset: Path, names: list[str], most: int | None) -> tuple[list[np.ndarray], list[np.ndarray]]:
    images, labels = [], []
    for name in names:
        of_sequence = read_sequence(dataset, name, most)
        images += of_sequence[0]
        labels += of_sequence[1]
    return images, labels


def _stop_after(seconds: float) -> Any:
    """Make a callback of Keras that ends the training after a processor time; the epoch at hand is validated still."""
    import keras

    class _Stop(keras.callbacks.Callback):
        def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002
            self.end = time.process_time() + seconds

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            if time.process_time() > self.end:
                self.model.stop_training = True

    return _Stop()


def _limit_threads(count: int) -> None:
    os.environ["OMP_NUM_THREADS"] = str(count)
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(count)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    training = commands.add_parser("train", help="train within a time")
    training.set_defaults(run=train)
    training.add_argument("dataset", type=Path, help="sequences with reference annotations of whole frames")
    training.add_argument("model", type=Path, help="folder of the model")
    training.add_argument("--validation", nargs="+", required=True, metavar="NN", help="sequences to validate on")
    training.add_argument("--minutes", type=float, required=True, help="processor time of each thread to train for")
    training.add_argument("--steps", type=int, default=100, help="steps of an epoch")
    training.add_argument("--most-frames", type=int, metavar="N", help="validate on so many frames of each sequence")
    training.add_argument(
        "--grid", type=int, nargs=3, help="subsampling along z, y and x; by the anisotropy if not given"
    )
    training.add_argument("--spacing", type=float, nargs=3, default=(1.75, 0.8, 0.8), help="voxel size (z, y, x)")
    prediction = commands.add_parser("predict", help="segment frames")
    prediction.set_defaults(run=predict)
    prediction.add_argument("model", type=Path, help="folder of the model")
    prediction.add_argument("frames", type=Path, help="folder of t000.tif, ...")
    prediction.add_argument("masks", type=Path, help="folder for mask000.tif, ...")
    prediction.add_argument("--spacing", type=float, nargs=3, required=True, help="voxel size (z, y, x)")
    width = prediction.add_mutually_exclusive_group()
    width.add_argument("--width", type=float, help="width of the cells in pixels, where the unit is not known")
    width.add_argument("--width-from", type=Path, metavar="SEG", help="measure it on reference annotations")
    for command in (training, prediction):
        command.add_argument("--threads", type=int, default=1, help="threads")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = _parse()
    chosen.run(chosen)
