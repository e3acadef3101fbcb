"""The page of all configuration keys says what the code says."""

import importlib.util
from dataclasses import fields
from pathlib import Path

from ctc_submission.segmentation.configuration import Configuration
from ctc_submission.segmentation.labeling import LabelingParameters

SCRIPT = Path(__file__).parents[1] / "run_scripts/write_configuration_page.py"
spec = importlib.util.spec_from_file_location("write_configuration_page", SCRIPT)
page = importlib.util.module_from_spec(spec)
spec.loader.exec_module(page)


def test_the_page_is_current() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.write_page(), f"write it anew: python {SCRIPT}"


def test_every_key_has_values_default_and_meaning() -> None:
    rows = [line for line in page.write_page().splitlines() if line.startswith("| `")]
    keys = {row.split("`")[1] for row in rows}
    assert keys >= {each.name for kind in (Configuration, LabelingParameters) for each in fields(kind)} - {
        "labeling", "pseudocolor",
    }  # fmt: skip
    assert all(cell.strip() for row in rows for cell in row.replace("\\|", "").strip("|").split("|"))
