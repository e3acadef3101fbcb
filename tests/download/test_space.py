import shutil

import pytest

from ctc_submission.download.space import check_space, format_size, free_space


def test_space_is_that_of_the_disk_even_before_the_folder_is_there(tmp_path):
    assert free_space(tmp_path / "to" / "be") == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.1)
    check_space(tmp_path / "to" / "be", 1)


def test_more_than_there_is_is_refused(tmp_path):
    with pytest.raises(OSError, match=r"be: 1e\+06 TB are needed, .* are free; free some space, or name a folder"):
        check_space(tmp_path / "be", 10**18)


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (93_400_000, "93.4 MB"), (2**40, "1.1 TB")]
)
def test_sizes_are_written_for_people(count, words):
    assert format_size(count) == words
