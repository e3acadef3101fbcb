"""The page in a browser, where there is one: links, sorting, clicks, and no request to a network."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctc_submission.reporting.report import write_reports
from ctc_submission.reporting.source import open_masked_recording
from tests.reporting.conftest import spoil

playwright = pytest.importorskip("playwright.sync_api")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this system")
_PATIENCE = 120_000


@pytest.fixture
def opened(own: tuple[Path, Path], tmp_path: Path) -> Iterator[tuple[object, list[str]]]:
    """The report of a sequence gone wrong, in a browser, and whatever went wrong there."""
    spoil(own[1])
    (path,) = write_reports([open_masked_recording(*own)], tmp_path)
    wrong: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1300, "height": 900}, accept_downloads=True)
        page.set_default_timeout(_PATIENCE)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: request.url.startswith("http") and wrong.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_selector("#chart-fill .main-svg")
        yield page, wrong
        browser.close()


def test_a_page_is_alive(opened: tuple[object, list[str]], tmp_path: Path) -> None:
    page, wrong = opened
    for link in page.query_selector_all("nav a"):
        link.click()
        assert page.evaluate("document.querySelector(location.hash) !== null")
    for header, column in (("label", 2), ("volume [voxels]", 3)):
        for direction in (1, -1):
            page.click(f"#suspect-table th button:has-text('{header}')")
            cells = page.query_selector_all(f"#suspect-table tbody td:nth-child({column + 1})")
            values = [float(cell.get_attribute("data-value") or cell.inner_text()) for cell in cells]
            assert values == sorted(values)[::direction]
    assert len(page.query_selector_all(".chart .main-svg")) >= 8
    with page.expect_download() as saved:
        page.click("a[data-table]")
    saved.value.save_as(tmp_path / "cells.csv")
    assert (tmp_path / "cells.csv").read_text().startswith("frame,label,z,y,x,voxels,")
    page.click("#frame-0 img")
    assert page.is_visible("#large")
    page.keyboard.press("Escape")
    assert page.is_hidden("#large")
    page.evaluate("document.getElementById('chart-fill').emit('plotly_click', {points: [{customdata: 0}]})")
    assert "Frame 0, label 1" in page.inner_text("#detail")
    assert "--at 3,10,10" in page.inner_text("#detail code")
    assert wrong == []
