"""Trainings side by side."""

import pytest

from benchmarks.side_by_side import main


def write(runs, name, losses):
    folder = runs / name
    folder.mkdir(parents=True)
    rows = [f"{epoch},{loss},{1 - loss}" for epoch, loss in enumerate(losses, start=1)]
    (folder / "log.csv").write_text("\n".join(["epoch,validation_loss,mean_iou", *rows]) + "\n")


def test_a_table_and_a_picture_of_both(tmp_path, capsys):
    write(tmp_path, "imagenet-1", [0.4, 0.3, 0.2, 0.1])
    write(tmp_path, "imagenet-2", [0.6, 0.5, 0.4, 0.3])
    write(tmp_path, "random-1", [0.9, 0.8, 0.7, 0.6])
    assert main([str(tmp_path), str(tmp_path / "curves.png")]) == 0
    printed = capsys.readouterr().out
    assert "| imagenet | 2 | validation loss | 0.500 (0.400 to 0.600) | 0.400 (0.300 to 0.500) | 0.200" in printed
    assert "| random | 1 | MeanIoU, validation | 0.100 (0.100 to 0.100) | 0.200 (0.200 to 0.200) | 0.400" in printed
    assert (tmp_path / "curves.png").stat().st_size > 10_000


def test_a_folder_without_trainings_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no trainings VARIANT-SEED"):
        main([str(tmp_path), str(tmp_path / "curves.png")])
