from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from numpy.typing import NDArray

from ctc_submission.pictures.figure import draw_picture
from ctc_submission.pictures.scene import Scene


@pytest.fixture
def scene(frame: NDArray, labels: NDArray) -> Scene:
    return Scene("a frame", frame, labels, {0: labels[0], 1: labels[1]}, pixel_size=0.5)


def test_the_best_slice_is_drawn_large_enough_to_read(scene: Scene, tmp_path: Path) -> None:
    assert draw_picture(tmp_path / "new/picture.png", scene) == 1

    picture = matplotlib.image.imread(tmp_path / "new/picture.png")
    assert picture.shape[1] > 1800
    assert picture.shape[0] > 900
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["picture.png"]


def test_another_slice_gives_another_picture_and_the_same_slice_the_same_bytes(scene: Scene, tmp_path: Path) -> None:
    for name, z in (("best", None), ("same", 1), ("other", 0)):
        draw_picture(tmp_path / f"{name}.png", scene, z)

    best, same, other = ((tmp_path / f"{name}.png").read_bytes() for name in ("best", "same", "other"))
    assert best == same != other


def test_the_scale_bar_is_as_long_as_it_says(scene: Scene, tmp_path: Path) -> None:
    with_bar, without = tmp_path / "bar.png", tmp_path / "none.png"
    draw_picture(with_bar, scene)
    draw_picture(without, Scene("a frame", scene.frame, scene.result, scene.reference))
    first, second = (matplotlib.image.imread(path)[..., :3] for path in (with_bar, without))

    changed = np.abs(first - second).max(axis=2) > 0.02
    rows, columns = np.nonzero(changed)
    panel = 6.2 * 110
    assert np.ptp(columns[rows == rows.max()]) == pytest.approx(panel * 10 / 40, rel=0.03)  # 5 um of 20 um


def test_frames_of_one_slice_without_reference_are_drawn_too(scene: Scene, tmp_path: Path) -> None:
    draw_picture(tmp_path / "picture.png", Scene("single", scene.frame[:1], scene.result[:1]))

    assert (tmp_path / "picture.png").stat().st_size > 10_000


def test_large_frames_carry_a_rectangle(tmp_path: Path) -> None:
    labels = np.zeros((1, 500, 700), np.uint16)
    labels[0, 10:50, 10:50] = 1

    assert draw_picture(tmp_path / "picture.png", Scene("large", labels, labels)) == 0


def test_other_formats_are_refused(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"expected a name ending in \.png"):
        draw_picture(tmp_path / "picture.jpg", scene)


def test_a_folder_that_cannot_be_made_is_named(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OSError, match="file"):
        draw_picture(tmp_path / "file/picture.png", scene)
