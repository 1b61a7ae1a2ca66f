"""A run that begins."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from harness import __version__
from harness.results.model import RunResult


def new_result(command: str, *, strict: bool = False) -> RunResult:
    """A run that starts now. `command` is how it was asked for, in words that start it again."""
    started = datetime.now(UTC).astimezone()
    return RunResult(
        run_id=f"{started:%Y%m%d-%H%M%S}",
        started=started,
        tool=f"dicom-harness {__version__}",
        python=sys.version.split()[0],
        command=command,
        strict=strict,
    )
