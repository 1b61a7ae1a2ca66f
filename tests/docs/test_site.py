"""The documentation site: every page is in its table of contents, once, and a link that leads nowhere is a mistake."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SPHINX = ROOT / "build" / "docs" / "bin" / "sphinx-build"
"""Where `make site` puts it, which CI runs before the tests."""


def test_every_page_is_in_the_table_of_contents() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    trees = re.findall(r"^```\{toctree\}\n(.*?)```", index, re.MULTILINE | re.DOTALL)
    listed = re.findall(r"^([a-z][\w/-]*)$", "".join(trees), re.MULTILINE)
    pages = {str(path.relative_to(DOCS).with_suffix("")) for path in DOCS.rglob("*.md")} - {"index"}
    assert sorted(listed) == sorted(pages)


def test_the_site_can_be_made_from_what_is_locked() -> None:
    locked = (DOCS.parent / "requirements-docs.lock").read_text(encoding="utf-8").lower().replace("_", "-")
    assert all(f"\n{name}==" in f"\n{locked}" for name in ("sphinx", "myst-parser", "furo"))


@pytest.mark.slow
@pytest.mark.skipif(
    not (SPHINX.exists() or os.environ.get("DICOM_HARNESS_CI")), reason="Sphinx is installed by `make site`"
)
def test_the_site_is_made_and_a_link_that_leads_nowhere_is_a_mistake(tmp_path: Path) -> None:
    for folder in ("docs", "harness", "reports", "scenarios"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    assert made(tmp_path, "docs") == ""
    assert (tmp_path / "site" / "cli-reference.html").is_file()
    small = tmp_path / "small"
    small.mkdir()
    shutil.copy(DOCS / "conf.py", small)
    text = "# Links\n\n[a section](index.md#that-is-not-there), [a page](nothing.md), [here](#nowhere)\n"
    (small / "index.md").write_text(text, encoding="utf-8")
    said = made(tmp_path, "small")
    assert [place for place in ("that-is-not-there", "nothing", "nowhere") if place not in said] == []


def made(folder: Path, docs: str) -> str:
    """What Sphinx complains of, called as `make site` calls it."""
    (command,) = re.findall(r"^\t.*sphinx-build (-.*) docs build/site$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    done = subprocess.run(
        [SPHINX, *command.split(), docs, "site"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode == 0) == (not done.stderr)
    return done.stderr
