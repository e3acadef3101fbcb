import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ctc_submission.segmentation.labeling.parallel import in_order


def test_results_come_in_the_order_of_the_things_though_threads_end_in_another():
    second_is_done = threading.Event()

    def work(number):
        if number == 0:
            assert second_is_done.wait(10)
        second_is_done.set()
        return number * number

    with ThreadPoolExecutor(2) as executor:
        assert list(in_order(work, range(50), executor)) == [number * number for number in range(50)]


def test_without_threads_things_are_taken_one_by_one():
    results = in_order(abs, iter([-1, -2, -3]), None)
    assert next(results) == 1
    assert list(results) == [2, 3]


def test_threads_are_only_a_few_things_ahead():
    taken = []

    def things():
        for number in range(100_000):
            taken.append(number)
            yield number

    with ThreadPoolExecutor(2) as executor:
        results = in_order(abs, things(), executor)
        assert next(results) == 0
        assert len(taken) < 10_000
        results.close()


def test_an_error_in_a_thread_reaches_the_caller():
    with ThreadPoolExecutor(2) as executor, pytest.raises(ZeroDivisionError):
        list(in_order(lambda number: 1 // number, [1, 0, 1], executor))
