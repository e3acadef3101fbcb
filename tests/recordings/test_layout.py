from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import FrameInfo
from ctc_submission.recordings.layout import Layout, choose_channel, list_parts


def layout(*channels: str) -> Layout:
    info = FrameInfo(Path("a.tif"), (1, 2, 3), np.dtype("uint8"), "YX", None, "none", False, 6)
    return Layout(info, 1, channels)


@pytest.mark.parametrize(
    ("channels", "wanted", "number"),
    [
        (("",), None, 0),
        (("",), "0", 0),
        (("DAPI", "GFP"), "GFP", 1),
        (("DAPI", "GFP"), "gfp", 1),
        (("DAPI", "GFP"), "0", 0),
        (("561", "1"), "1", 1),
        (("gfp", "GFP"), "GFP", 1),
        (("a", "a"), "1", 1),
    ],
)
def test_names_go_before_numbers_and_case_matters_only_between_two(channels, wanted, number):
    assert choose_channel(layout(*channels), wanted) == number


@pytest.mark.parametrize(("channels", "wanted"), [(("a", "b"), None), (("a", "a"), "a"), (("a",), "1"), (("a",), "-1")])
def test_others_are_refused_with_a_list(channels, wanted):
    with pytest.raises(ValueError, match="a.tif' holds .*: 0"):
        choose_channel(layout(*channels), wanted)


def test_channels_are_listed_by_number_and_name():
    assert list_parts(["DAPI", ""]) == "0 (DAPI), 1"
