"""What is trained on and what is kept for validation."""

from pathlib import Path

import pytest

from ctc_submission.training.data.sources import Source, check_apart, find_sources, split_by_frame


@pytest.fixture
def folders(tmp_path):
    """Dataset a with 01 and 02, b with 01 and silver truth of 02."""
    for place in ("a/01_GT", "a/02_GT", "b/01_GT", "b/02_ST"):
        (tmp_path / place / "SEG").mkdir(parents=True)
    return [tmp_path / "a", tmp_path / "b"]


def annotate(folder, sequence, *numbers):
    for number in numbers:
        for z in (1, 2):
            (folder / f"{sequence}_GT" / "SEG" / f"man_seg_{number:03d}_{z:03d}.tif").touch()


def test_sequences_are_looked_for_in_every_folder(folders):
    a, b = folders
    assert find_sources(folders, ["01"]) == [Source(a, "01"), Source(b, "01")]
    assert find_sources(folders, ["01", "02"]) == [Source(a, "01"), Source(b, "01"), Source(a, "02")]
    assert find_sources(folders, ["02"], "ST") == [Source(b, "02")]
    assert find_sources(folders, ["02"], "GT+ST") == [Source(a, "02"), Source(b, "02")]


def test_sequence_may_be_named_by_its_path(folders):
    a, b = folders
    assert find_sources([b], [str(a / "02")]) == [Source(a, "02")]
    assert find_sources([a], [f"{b}/01", "02"]) == [Source(b, "01"), Source(a, "02")]


def test_sequence_without_truth(folders):
    with pytest.raises(FileNotFoundError, match="a, .*b: there is no folder 03_GT or 03_ST"):
        find_sources(folders, ["01", "03"], "GT+ST")


@pytest.mark.parametrize(
    ("fraction", "kept"), [(0.01, {9}), (0.3, {7, 8, 9}), (0.5, {5, 6, 7, 8, 9}), (0.99, set(range(1, 10)))]
)
def test_last_frames_are_kept_whole(folders, fraction, kept):
    annotate(folders[0], "01", *range(10))
    training, validation = split_by_frame([Source(folders[0], "01")], fraction)
    assert [source.frames for source in validation] == [kept]
    assert [source.frames for source in training] == [set(range(10)) - kept]


def test_sequence_of_one_frame_is_trained_on(folders):
    a, b = folders
    annotate(a, "01", 4)
    annotate(b, "01", 2, 7)
    training, validation = split_by_frame([Source(a, "01"), Source(b, "01")], 0.2)
    assert training == [Source(a, "01", frozenset({4})), Source(b, "01", frozenset({2}))]
    assert validation == [Source(b, "01", frozenset({7}))]


def test_nothing_to_validate_on(folders):
    annotate(folders[0], "01", 4)
    with pytest.raises(ValueError, match="every sequence has one annotated frame only: name a sequence"):
        split_by_frame([Source(folders[0], "01")], 0.2)


@pytest.mark.parametrize("fraction", [0, 1, -0.5, 20])
def test_impossible_fraction(folders, fraction):
    with pytest.raises(ValueError, match=f"fraction is {fraction}, expected a number between 0 and 1"):
        split_by_frame([Source(folders[0], "01")], fraction)


def test_sequence_on_both_sides(folders, monkeypatch):
    a, b = folders
    check_apart([Source(a, "01"), Source(b, "01")], [Source(a, "02")])
    monkeypatch.chdir(a)
    with pytest.raises(ValueError, match="01 is to be trained on and validated on: name other sequences"):
        check_apart([Source(a, "01")], [Source(Path(), "01")])


@pytest.mark.parametrize(("gold", "kept"), [((1, 6), {6, 7, 8, 9}), ((1, 9), {8, 9}), ((1,), {8, 9})])
def test_the_last_frame_with_gold_truth_is_kept_with_those_of_silver_truth(folders, gold, kept):
    annotate(folders[1], "01", *gold)
    (folders[1] / "01_ST" / "SEG").mkdir(parents=True)
    for number in range(10):
        (folders[1] / "01_ST" / "SEG" / f"man_seg{number:03d}.tif").touch()
    _, validation = split_by_frame([Source(folders[1], "01")], 0.2, "GT+ST")
    assert [source.frames for source in validation] == [kept]
