import socket

import pytest

from ctc_submission.download.remote import RemoteFile, look_up


def test_size_and_version(shelf):
    shelf.tag = '"v1"'
    url = shelf.url + shelf.training
    assert look_up(url, timeout=5) == RemoteFile(url, len(shelf.files[shelf.training]), '"v1"')
    assert shelf.gets == []


def test_a_server_may_not_know_head(shelf):
    shelf.head = False
    assert look_up(shelf.url + shelf.training, timeout=5).size == len(shelf.files[shelf.training])


def test_a_server_may_tell_nothing(shelf):
    shelf.length, shelf.tag = False, 'W/"weak"'
    assert look_up(shelf.url + shelf.training, timeout=5) == RemoteFile(shelf.url + shelf.training, None, "")


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (404, FileNotFoundError, r"CE\.zip: the server has no such file \(404\); check dataset and --base-url"),
        (410, FileNotFoundError, "no such file"),
        (403, PermissionError, "does not give this file"),
        (418, OSError, "the server refuses"),
        (503, OSError, "503 Server Error.*; check the network"),
    ],
)
def test_a_refusal_says_why(shelf, status, error, words):
    shelf.status = [status]
    with pytest.raises(error, match=words):
        look_up(shelf.url + shelf.training, timeout=5)


def test_no_server():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/x.zip"
        with pytest.raises(OSError, match=r"x\.zip: .*refused; check the network and --base-url"):
            look_up(url, timeout=5)
