"""What a server tells of a file before it is fetched, and why it may not be had."""

from dataclasses import dataclass

import requests

import ctc_submission

REQUEST_HEADERS = {"Accept-Encoding": "identity", "User-Agent": f"ctc-submission/{ctc_submission.__version__}"}
"""Ask for the bytes as they are."""

_NO_HEAD = (405, 501)
_PASSING = (408, 425, 429)


@dataclass(frozen=True)
class RemoteFile:
    """A file on a server."""

    url: str
    """Where it is."""
    size: int | None
    """Bytes; None if the server does not tell."""
    version: str
    """The server's mark of this very content (strong ETag or date of change); empty if it gives none."""


def look_up(url: str, timeout: float) -> RemoteFile:
    """Ask a server for the size of a file.

    Parameters
    ----------
    url : str
        Where it is.
    timeout : float
        Seconds to wait for an answer.

    Raises
    ------
    FileNotFoundError, PermissionError
        If the server does not have it, or does not give it.
    OSError
        If there is no answer, or none that makes sense.
    """
    try:
        response = requests.head(url, headers=REQUEST_HEADERS, timeout=timeout, allow_redirects=True)
        if response.status_code in _NO_HEAD:
            with requests.get(url, headers=REQUEST_HEADERS, timeout=timeout, stream=True) as response:
                pass
        check_status(response)
    except requests.RequestException as error:
        raise no_answer(url, error) from error
    length = response.headers.get("Content-Length", "")
    tag = response.headers.get("ETag", "")
    version = tag if tag.startswith('"') else response.headers.get("Last-Modified", "")
    return RemoteFile(url, int(length) if length.isdecimal() else None, version)


def check_status(response: requests.Response) -> None:
    """Refuse an answer that is none; one that another try may better, as ``requests.HTTPError``."""
    status, url = response.status_code, response.url
    if status in (404, 410):
        raise FileNotFoundError(f"{url}: the server has no such file ({status}); check dataset and --base-url")
    if status in (401, 403):
        raise PermissionError(f"{url}: the server does not give this file ({status}); see the challenge's pages")
    if 400 <= status < 500 and status not in _PASSING:
        raise OSError(f"{url}: the server refuses ({status} {response.reason}); check --base-url")
    response.raise_for_status()


def no_answer(what: str, error: BaseException) -> OSError:
    """Word a failure of the network, by the address and what happened there, and its innermost cause."""
    cause = error
    while cause.__context__ is not None:
        cause = cause.__context__
    return OSError(f"{what}: {cause}; check the network and --base-url, then run the same command again")
