"""The documentation site: every page is in its table of contents, once."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_every_page_is_in_the_table_of_contents() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    trees = re.findall(r"^```\{toctree\}\n(.*?)```", index, re.MULTILINE | re.DOTALL)
    listed = re.findall(r"^([a-z][\w/-]*)$", "".join(trees), re.MULTILINE)
    pages = {str(path.relative_to(DOCS).with_suffix("")) for path in DOCS.rglob("*.md")} - {"index"}
    assert sorted(listed) == sorted(pages)


def test_the_site_can_be_made_from_what_is_locked() -> None:
    locked = (DOCS.parent / "requirements-docs.lock").read_text(encoding="utf-8").lower().replace("_", "-")
    assert all(f"\n{name}==" in f"\n{locked}" for name in ("sphinx", "myst-parser", "furo"))
