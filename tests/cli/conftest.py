"""Results to be scored are built as the tests of the measures build them; one result is to be looked at."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from ctc_submission.challenge.files import write_frame, write_mask
from tests.evaluation.conftest import world

__all__ = ["world"]


@pytest.fixture
def one_cell(tmp_path: Path) -> Path:
    """The folder of a dataset, with a sequence 02 of one frame and its mask of one cell."""
    labels = np.zeros((3, 20, 30), np.uint16)
    labels[1, 5:10, 5:10] = 1
    for name in ("02", "02_RES"):
        (tmp_path / "mine" / name).mkdir(parents=True)
    write_frame(tmp_path / "mine/02/t000.tif", labels * 50 + 10)
    write_mask(tmp_path / "mine/02_RES/mask000.tif", labels)
    return tmp_path / "mine"


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *words) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a server of what lies in the folder ``server``."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (tmp_path / "server").mkdir()
    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=tmp_path / "server"))
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    thread.join()
    http.server_close()
