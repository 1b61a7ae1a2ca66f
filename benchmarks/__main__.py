"""Runs all benchmarks, or those that are named, and writes `benchmarks/RESULTS.md` when all were run."""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.contest import Finding, Outcome
from benchmarks.machine import facts

PARTS = {
    "starting": "Starting",
    "cycles": "Associations",
    "storing": "Storing",
    "finding": "Querying",
    "receiving": "Receiving",
    "matrix": "The matrix of the probe",
    "holding": "What is no speed",
}
RESULTS = Path(__file__).parent / "RESULTS.md"
HEAD = """\
# Results

Made by `make bench`. In each table all take turns in one run, and the figures are medians; read the ratios. Programs of
DCMTK are whole processes, their start included; our side and pynetdicom run in a warm process unless told otherwise.
Files lie in memory. The machine is shared with others, and a figure of one run may be off by a third.
"""


def measured(parts: list[str]) -> Iterator[Outcome | Finding | str]:
    """All results, each as soon as it is there, and before those of a part its name."""
    for part in parts:
        yield PARTS[part]
        memory = Path("/dev/shm")
        with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
            yield from importlib.import_module(f"benchmarks.{part}").outcomes(Path(folder))


def main() -> None:
    """Print every section as it is there."""
    parts = sys.argv[1:] or list(PARTS)
    lines = []
    for result in measured(parts):
        section = [f"## {result}", ""] if isinstance(result, str) else list(result.lines())
        print("\n".join(section), flush=True)
        lines += section
    if parts == list(PARTS):
        taken = f"Taken on {datetime.now(UTC):%Y-%m-%d}:\n\n" + "\n".join(facts())
        RESULTS.write_text("\n".join([HEAD, taken, "", *lines]))


if __name__ == "__main__":
    main()
