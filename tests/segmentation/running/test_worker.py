import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ctc_submission.challenge.files import find_frames, read_frame
from ctc_submission.network.devices import count_cores
from ctc_submission.network.execution import Execution
from ctc_submission.network.weights import load_checkpoint, save_checkpoint
from ctc_submission.segmentation.configuration import change_configuration
from ctc_submission.segmentation.running import worker
from ctc_submission.segmentation.running.tasks import Task
from ctc_submission.segmentation.running.worker import Order, describe_masks, segment_frame
from ctc_submission.segmentation.segmenter import Segmenter

CPU = Execution(device="cpu", runtime="torch", threads=3)


@pytest.fixture
def order(configuration, sequence, tmp_path) -> Order:
    model, card = load_checkpoint(configuration.segmentation_model)
    save_checkpoint(tmp_path / "own.safetensors", model, card)
    own = replace(configuration, segmentation_model=tmp_path / "own.safetensors")
    return Order(own, CPU, (find_frames(sequence)[0],), False)


@pytest.fixture
def task(sequence, tmp_path) -> Task:
    return Task(find_frames(sequence)[1], (4, 60, 72), 3, tmp_path / "mask001.tif")


@pytest.fixture
def opened(monkeypatch) -> list[Execution]:
    """Note how networks are opened, whenever they are."""
    executions = []

    def note(configuration, execution, samples):
        executions.append(execution)
        return Segmenter(configuration, execution)

    monkeypatch.setattr(worker, "open_segmenter", note)
    worker._load.cache_clear()
    return executions


def test_a_frame_is_segmented_and_its_mask_written(order, task):
    done = segment_frame(task, order, describe_masks(order).made_by)
    expected = Segmenter(order.configuration, CPU).segment(read_frame(task.frame.path))
    assert (read_frame(task.mask) == expected).all()
    assert done.cells == expected.max() > 0
    assert done.seconds > 0


def test_networks_are_loaded_once_and_again_when_their_file_changes(order, task, opened):
    made_by = describe_masks(order).made_by
    threads = [threading.Thread(target=segment_frame, args=(task, order, made_by)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [CPU]
    model, card = load_checkpoint(order.configuration.segmentation_model)
    model.head.bias.data += 1
    save_checkpoint(order.configuration.segmentation_model, model, card)
    with pytest.raises(ValueError, match=r"worker on .*: weights \{.*\} instead of \{.*\}; give all workers the same"):
        segment_frame(task, order, made_by)
    assert opened == [CPU, CPU]


def test_a_worker_takes_all_of_its_cores_where_asked_to(order, opened):
    describe_masks(replace(order, all_cores=True))
    assert [execution.threads for execution in opened] == [count_cores()]


def test_an_order_with_values_of_the_command_line_is_taken(order):
    stated = change_configuration(order.configuration, {"labeling": {"spacing": [2.0, 1.0, 1.0]}})
    assert describe_masks(replace(order, configuration=stated)).made_by["configuration"]["labeling"]["spacing"]


def test_weights_that_a_worker_does_not_see_are_named(order):
    lost = replace(order.configuration, segmentation_model=Path("/nowhere/own.safetensors"))
    with pytest.raises(FileNotFoundError, match=r"/nowhere/own\.safetensors"):
        describe_masks(replace(order, configuration=lost))
