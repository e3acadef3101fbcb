import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ctc_submission.challenge.files import read_frame, write_mask
from ctc_submission.reporting import report
from ctc_submission.reporting.report import write_reports
from ctc_submission.reporting.source import ReportSource, open_dataset, open_masked_recording
from tests.reporting.conftest import Page, spoil

Report = Callable[[ReportSource], Page]


def test_references_and_links_have_their_sections(simulated: Path, page: Report) -> None:
    found = page(open_dataset(simulated, "01"))

    assert {"head", "verdict", "time", "cells", "suspects", "frames", "references", "lineage", "appendix"} <= found.ids
    assert found.measures == ["SEG", "DET", "TRA", "LNK", "OP_CSB", "OP_CTB", "MeanIoU"]
    assert "1.0000" in found.text
    assert found.lights["masks"] == found.lights["empty"] == found.lights["pieces"] == "green"
    assert found.lights["jumps"] == "gray"
    assert "µm³" in found.text


def test_nothing_is_fetched_and_links_lead_somewhere(simulated: Path, page: Report) -> None:
    found = page(open_dataset(simulated, "01"))

    assert found.sources
    assert all(source.startswith("data:image/webp;base64,") for source in found.sources if source)
    assert {link[1:] for link in found.links if len(link) > 1} <= found.ids
    assert all(link.startswith("#") for link in found.links)


def test_markers_alone_give_det_and_no_seg(simulated: Path, page: Report, tmp_path: Path) -> None:
    folder = tmp_path / "marked"
    shutil.copytree(simulated, folder)
    shutil.rmtree(folder / "01_GT/SEG")
    (folder / "01_RES/res_track.txt").unlink()

    found = page(open_dataset(folder, "01"))

    assert found.measures == ["DET"]
    assert "lineage" not in found.ids
    assert "chart-overlaps" not in found.ids
    assert "there is no SEG" in found.text
    assert "none of the challenge" in found.text


def test_own_data_without_references_or_record(own: tuple[Path, Path], page: Report) -> None:
    found = page(open_masked_recording(*own))

    assert not {"references", "lineage"} & found.ids
    assert "No cell stands out" in found.text
    assert {key: found.lights[key] for key in ("empty", "jumps", "pieces", "joined", "assumptions")} == {
        "empty": "green",
        "jumps": "green",
        "pieces": "green",
        "joined": "green",
        "assumptions": "red",
    }
    assert "isotropic voxels are assumed" in found.text
    assert "there is no record of the run" in found.text


def test_what_went_wrong_is_red(own: tuple[Path, Path], page: Report) -> None:
    spoil(own[1])

    found = page(open_masked_recording(*own))

    assert (found.lights["empty"], found.lights["jumps"], found.lights["joined"]) == ("red", "red", "yellow")
    assert found.lights["assumptions"] == "red"
    assert "1 of 7 (frame 2)" in found.text
    assert "suspect-4-1" in found.ids
    assert "frame-2" in found.ids
    assert re.search(r"--frame 4 --at 3,\d+,\d+<", found.text)
    assert "masks are not as the recorded run wrote them" in found.text


def test_masks_that_are_missing_are_named_and_the_others_shown(own: tuple[Path, Path], page: Report) -> None:
    (own[1] / "mask003.tif").unlink()

    found = page(open_masked_recording(*own))

    assert found.lights["masks"] == found.lights["validation"] == "red"
    assert "mask003.tif" in found.text


def test_references_that_cannot_be_used_are_no_failure(simulated: Path, page: Report, tmp_path: Path) -> None:
    folder = tmp_path / "Fluo-C3DL-MDA231"
    shutil.copytree(simulated, folder)
    (folder / "01_RES/mask001.tif").unlink()

    found = page(open_dataset(folder, "01"))

    assert "references" not in found.ids
    assert "Not used" in found.text


def test_names_are_escaped(own: tuple[Path, Path], page: Report) -> None:
    frames = own[0].rename(own[0].with_name("a<b>&c"))

    found = page(open_masked_recording(frames, own[1]))

    assert "a&lt;b&gt;&amp;c" in found.text
    assert "a<b>" not in re.sub(r"<script.*?</script>", "", found.text, flags=re.DOTALL)


def test_several_sequences_get_a_page_that_leads_to_them(simulated: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Fluo-C3DL-MDA231"
    for name in ("01", "01_RES", "01_GT"):
        shutil.copytree(simulated / name, folder / name)
        shutil.copytree(simulated / name, folder / name.replace("01", "02"))
    shutil.rmtree(folder / "02_GT")

    pages = write_reports([open_dataset(folder, sequence) for sequence in ("01", "02")], folder)

    assert [path.name for path in pages] == ["report.html", "01_report.html", "02_report.html"]
    index = Page(pages[0].read_text(encoding="utf-8"))
    assert index.links == ["01_report.html", "02_report.html"]
    assert "SEG" in index.text
    assert "report.html" in Page(pages[1].read_text(encoding="utf-8")).links


def test_a_table_too_large_for_the_page_lies_beside_it(
    own: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "_MOST_TABLE", 100)

    (path,) = write_reports([open_masked_recording(*own)], tmp_path)

    lines = (tmp_path / "masks_cells.csv").read_text().splitlines()
    assert lines[0].startswith("frame,label,z,y,x,voxels")
    assert len(lines) == 1 + 7 * 12
    assert "masks_cells.csv" in Page(path.read_text(encoding="utf-8")).links


def test_images_of_a_single_slice_and_frames_without_any_cell(own: tuple[Path, Path], page: Report) -> None:
    for path in own[1].iterdir():
        write_mask(path, np.zeros_like(read_frame(path, as_labels=True)))

    found = page(open_masked_recording(*own))

    assert found.lights["empty"] == "red"
    assert found.lights["joined"] == found.lights["width"] == "gray"
    assert "No cell was found" in found.text


def test_charts_are_json_that_plotly_takes(simulated: Path, page: Report) -> None:
    found = page(open_dataset(simulated, "01"))

    figures = re.findall(r'<script type="application/json" id="figure-[^"]+">(.*?)</script>', found.text)
    assert len(figures) > 10
    for figure in map(json.loads, figures):
        assert {"data", "layout"} == set(figure)
        assert figure["layout"]["xaxis"]["title"]["text"]
        assert figure["layout"]["yaxis"]["title"]["text"]


def test_masks_that_were_linked_since_are_no_assumption(own: tuple[Path, Path], page: Report) -> None:
    spoil(own[1])
    (own[1] / "res_track.txt").write_text("1 0 1 0\n")

    assert "masks are not as the recorded run wrote them" not in page(open_masked_recording(*own)).text
