"""The documentation site: `make site`. Its pages are the Markdown files of this folder, as they are read on the web."""

from __future__ import annotations

from harness import __version__

project = "dicom-harness"
author = "dicom-harness contributors"
project_copyright = author
version = release = __version__

extensions = ["myst_parser"]
myst_heading_anchors = 4
# Blocks that show the beginning of a file are no whole JSON, and stay without colors.
suppress_warnings = ["misc.highlighting_failure"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["images/**"]
highlight_language = "none"

html_theme = "furo"
html_title = f"dicom-harness {__version__}"
html_copy_source = False
html_show_sphinx = False
# Nothing is fetched from anywhere: the site is read where there is no network, too.
html_use_opensearch = ""
