"""Work done ahead: in order, bounded, and given up with its reader."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ctc_submission.concurrency import map_ahead


@pytest.fixture
def executor():
    with ThreadPoolExecutor(3) as threads:
        yield threads


@pytest.mark.parametrize("ahead", [1, 2, 50])
def test_results_come_in_order(executor, ahead):
    assert list(map_ahead(lambda number: number**2, range(20), executor, ahead)) == [n**2 for n in range(20)]


def test_results_come_in_order_though_threads_end_in_another(executor):
    second_is_done = threading.Event()

    def work(number):
        if number == 0:
            assert second_is_done.wait(30)
        second_is_done.set()
        return number

    assert list(map_ahead(work, range(50), executor)) == list(range(50))


def test_without_threads_items_are_computed_when_asked_for():
    taken = itertools.count()
    results = map_ahead(str, taken, None, 5)
    assert [next(results), next(results)] == ["0", "1"]
    assert next(taken) == 2


def test_no_more_items_are_read_than_asked_for(executor):
    taken = itertools.count()
    results = map_ahead(str, taken, executor, 4)
    assert next(results) == "0"
    assert next(taken) == 4


def test_only_a_few_items_are_read_where_no_number_is_given(executor):
    taken = itertools.count()
    assert next(map_ahead(str, taken, executor)) == "0"
    assert next(taken) < 10_000


def test_items_are_computed_side_by_side(executor):
    together = threading.Barrier(3, timeout=30)
    assert len(list(map_ahead(lambda _: together.wait(), range(3), executor, 3))) == 3


def test_an_error_comes_in_the_place_of_its_result(executor):
    results = map_ahead(lambda number: 1 // number, [1, 0, 1], executor, 3)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_what_nobody_waits_for_is_not_begun():
    begun = []
    free = threading.Event()

    def note(number):
        begun.append(number)
        return number if number == 0 else free.wait(30)

    with ThreadPoolExecutor(1) as one:
        results = map_ahead(note, range(9), one, 8)
        assert next(results) == 0
        results.close()
        free.set()
    assert begun in ([0], [0, 1])
