import numpy as np
from numpy.typing import NDArray

from ctc_submission.pictures.cell_crop import draw_crop
from ctc_submission.pictures.encoding import encode_webp
from ctc_submission.pictures.frame_strip import draw_strip
from ctc_submission.pictures.worst import find_worst_slice, mean_overlap

BLUE, ORANGE = [0x56, 0xB4, 0xE9], [0xE6, 0x9F, 0x00]


def box(labels: NDArray, label: int) -> tuple[NDArray, NDArray]:
    where = np.argwhere(labels == label)
    return where.min(axis=0), where.max(axis=0) + 1


def has(image: NDArray | None, color: list[int]) -> bool:
    return image is not None and bool((image == color).all(axis=-1).any())


def test_crops_show_the_slices_with_most_of_the_cell_in_real_proportions(frame: NDArray, labels: NDArray) -> None:
    crop = draw_crop(frame, labels, 7, box(labels, 7), (3.0, 1.0, 1.0), side=64)

    assert crop.position == (1, 10, 25)
    assert crop.xz is not None
    assert crop.yz is not None
    per_pixel = 64 / 32
    assert crop.xz.shape[:2] == (round(4 * 3 * per_pixel), crop.xy.shape[1])
    assert crop.yz.shape[:2] == (crop.xy.shape[0], round(4 * 3 * per_pixel))
    assert all(has(image, BLUE) for image in (crop.xy, crop.xz, crop.yz))


def test_references_are_orange_and_flat_images_have_no_side(frame: NDArray, labels: NDArray) -> None:
    shifted = np.roll(labels[1], 2, axis=0)

    crop = draw_crop(frame[1:2], labels[1:2], 7, box(labels[1:2], 7), (1.0, 1.0, 1.0), reference={0: shifted})

    assert (crop.xz, crop.yz) == (None, None)
    assert has(crop.xy, BLUE)
    assert has(crop.xy, ORANGE)


def test_empty_spots_show_their_middle(frame: NDArray, labels: NDArray) -> None:
    spot = np.array([2, 20, 30]), np.array([3, 25, 35])

    assert draw_crop(frame, labels, 0, spot, (1.0, 1.0, 1.0)).position == (2, 22, 32)


def test_strips_name_slices_and_projections(frame: NDArray, labels: NDArray) -> None:
    titles = [each.title for each in draw_strip(frame, labels, (2.0, 1.0, 1.0), worst=1, side=80)]
    shapes = [each.image.shape for each in draw_strip(frame, labels, (2.0, 1.0, 1.0), worst=1, side=80)]

    assert titles == [
        "Middle slice, 2",
        "Worst slice, 1",
        "Maximum projection along z",
        "Maximum projection along y, z downwards",
    ]
    assert shapes == [(60, 80, 3)] * 3 + [(16, 80, 3)]
    assert [each.title for each in draw_strip(frame[:1], labels[:1], (1.0, 1.0, 1.0))] == ["Image"]


def test_flat_frames_show_their_middle_from_the_side() -> None:
    labels = np.zeros((2, 40, 100), np.uint16)
    labels[:, 18:22, 48:52] = 1

    side = draw_strip(labels, labels, (1.0, 1.0, 1.0), side=64)[-1]

    assert side.title == "Maximum projection along y, the middle 16 x 16 pixels, z downwards"
    assert side.image.shape == (8, 64, 3)
    assert has(side.image, BLUE)


def test_the_worst_slice_is_where_reference_cells_overlap_least(labels: NDArray) -> None:
    reference = {z: each.copy() for z, each in enumerate(labels)}
    reference[2] = np.roll(reference[2], 5, axis=1)

    assert find_worst_slice(reference, labels) == 2
    assert find_worst_slice({3: reference[3]}, labels) is None
    assert find_worst_slice({}, labels) is None


def test_merged_and_missed_cells_lower_the_overlap() -> None:
    reference = np.zeros((10, 20), np.uint16)
    reference[:, :10], reference[:, 10:] = 1, 2

    assert mean_overlap(reference, reference) == 1
    assert mean_overlap(reference, (reference > 0).astype(np.uint16)) == 0.5
    assert mean_overlap(reference, np.where(reference == 1, 1, 0).astype(np.uint16)) == 0.5
    assert mean_overlap(np.zeros_like(reference), reference) == 1


def test_pictures_become_small_files() -> None:
    encoded = encode_webp(np.zeros((50, 60, 3), np.uint8))

    assert encoded[:4] + encoded[8:12] == b"RIFFWEBP"
