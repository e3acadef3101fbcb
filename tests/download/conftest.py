"""A server on this machine that breaks off, forgets, lies and changes its mind."""

import io
import re
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest


@dataclass
class Shelf:
    """What the server has and how it behaves; tests change it while it runs."""

    files: dict[str, bytes]
    url: str = ""
    cut_after: int | None = None
    ranges: bool = True
    head: bool = True
    length: bool = True
    tag: str = ""
    status: list[int] = field(default_factory=list)
    content_range: str | None = None
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    training: str = "/training-datasets/Fluo-N3DH-CE.zip"
    test: str = "/test-datasets/Fluo-N3DH-CE.zip"

    @property
    def gets(self) -> list[str | None]:
        """The ranges asked for, one per GET."""
        return [asked for method, asked in self.requests if method == "GET"]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shelf: Shelf

    def do_HEAD(self) -> None:
        self.answer(send=False)

    def do_GET(self) -> None:
        self.answer(send=True)

    def answer(self, send: bool) -> None:
        shelf = self.shelf
        shelf.requests.append((self.command, self.headers["Range"]))
        self.close_connection = True
        content = shelf.files.get(self.path)
        status = shelf.status.pop(0) if shelf.status else 200 if content is not None else 404
        status = 405 if not (send or shelf.head) else status
        if status != 200:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        first = self.first_byte()
        if first > len(content):
            self.send_response(416)
            self.end_headers()
            return
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", shelf.content_range or f"bytes {first}-{len(content) - 1}/{len(content)}")
        if shelf.tag:
            self.send_header("ETag", shelf.tag)
        if shelf.length:
            self.send_header("Content-Length", str(len(content) - first))
        self.end_headers()
        if send:
            self.wfile.write(content[first:][: shelf.cut_after])

    def first_byte(self) -> int:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        changed = self.headers["If-Range"] not in (None, self.shelf.tag)
        return int(asked[1]) if asked and self.shelf.ranges and not changed else 0

    def log_message(self, *words) -> None:
        pass


@pytest.fixture
def shelf(monkeypatch) -> Iterator[Shelf]:
    """A running server with training and test data of Fluo-N3DH-CE."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    shelf = Shelf({})
    shelf.files[shelf.training] = zip_of("Fluo-N3DH-CE", truth=True)
    shelf.files[shelf.test] = zip_of("Fluo-N3DH-CE", truth=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"shelf": shelf}))
    shelf.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield shelf
    server.shutdown()
    thread.join()
    server.server_close()


def zip_of(dataset: str, truth: bool) -> bytes:
    """A dataset's archive: a folder with two sequences of noise, and truth."""
    names = ["01/t000.tif", "02/t000.tif", *(["01_GT/TRA/man_track.txt"] if truth else [])]
    noise = np.random.default_rng(0).bytes(20_000)
    return zip_with({f"{dataset}/{name}": noise + name.encode() for name in names})


def zip_with(files: dict[str, bytes]) -> bytes:
    """A ZIP file."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return memory.getvalue()
