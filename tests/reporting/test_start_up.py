"""What is slow to import is imported where it is used, and reports cost little."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("pydicom", "pynetdicom", "pydantic", "rich", "jinja2", "junit_xml", "testcontainers")
WRITE_ALL = """
from pathlib import Path
from tempfile import TemporaryDirectory
from tests.reporting.sample import sample
from harness.reporting.write import write_reports
with TemporaryDirectory() as folder:
    write_reports(sample(), Path(folder))
"""


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import harness.reporting.write, harness.reporting.console", ()),
        ("import harness.results.store, harness.results.redaction, harness.results.rollup", ()),
        (WRITE_ALL, ("jinja2", "junit_xml")),
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(statement: str, allowed: tuple[str, ...]) -> None:
    script = f"import sys\nsys.path.insert(0, '.')\n{statement}\nprint([n for n in {HEAVY} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == str([name for name in HEAVY if name in allowed])
