"""Runs all benchmarks, or the parts that are named, and puts what was measured into `benchmarks/RESULTS.md`."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

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
Files lie in memory. A load of more than the number of cores says that others worked on the machine meanwhile, and that
what needs much processor time looks worse than it is beside what waits.
"""


def measured(part: str) -> str:
    """A section of Markdown, printed as it comes."""
    lines = [f"## {PARTS[part]}", ""]
    print("\n".join(lines))
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        for result in importlib.import_module(f"benchmarks.{part}").outcomes(Path(folder)):
            section = list(result.lines())
            print("\n".join(section), flush=True)
            lines += section
    lines.insert(2, f"Taken on {datetime.now(UTC):%Y-%m-%d}, at a load of {os.getloadavg()[1]:.1f}.\n")
    return "\n".join(lines)


def kept() -> dict[str, str]:
    """What was measured earlier, by its heading."""
    if not RESULTS.exists():
        return {}
    _, *sections = RESULTS.read_text(encoding="utf-8").split("\n## ")
    return {section.partition("\n")[0]: f"## {section}" for section in sections}


def main() -> None:
    """Measure part by part; what was not measured now stays as it was."""
    for part in sys.argv[1:] or PARTS:
        sections = kept() | {PARTS[part]: measured(part)}
        known = [sections[name].strip() + "\n" for name in PARTS.values() if name in sections]
        RESULTS.write_text("\n".join([HEAD, *facts(), "", *known]), encoding="utf-8")


if __name__ == "__main__":
    main()
