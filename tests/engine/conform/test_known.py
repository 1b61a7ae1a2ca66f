"""A finding that is known of a product says so, in every report, and stays a finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.products import storescp
from tests.support.adhoc import adhoc


@pytest.mark.peer("storescp")
def test_storescp_aborts_as_the_user(tmp_path: Path) -> None:
    case = "ul/state/later-unknown-abort-source"
    reports = tmp_path / "reports"
    with storescp(tmp_path) as (address, _):
        options = ("--environment", "test", "--profile", "strict", "--only", case, "--report-dir", reports)
        done = adhoc("conform", address, *options)
    assert done.exit_code == 1, done.output
    texts = [done.output, *((reports / name).read_text() for name in ("junit.xml", "report.html", "summary.md"))]
    assert all("DCMTK 3.6.7 storescp" in text for text in texts)
