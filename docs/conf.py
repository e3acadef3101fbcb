"""How Sphinx makes the site; run_scripts/docs.sh calls it at the root, so that links between folders hold."""

from ctc_submission import __version__

project = "ctc-submission"
copyright = "the ctc-submission authors, BSD-3-Clause"  # noqa: A001 (Sphinx's name)
release = __version__
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["docs/*.md", "models/*.md", "CONTRIBUTING.md", "CHANGELOG.md"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"ctc-submission {__version__}"
html_copy_source = False
