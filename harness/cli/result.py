"""What every command that runs something begins with."""

from __future__ import annotations

import shlex
import sys
from datetime import UTC, datetime
from types import FrameType

from harness import __version__
from harness.results.model import RunResult


def new_result(*, strict: bool = False) -> RunResult:
    """A run that starts now, with the command line that started it."""
    started = datetime.now(UTC).astimezone()
    return RunResult(
        run_id=f"{started:%Y%m%d-%H%M%S}",
        started=started,
        tool=f"dicom-harness {__version__}",
        python=sys.version.split()[0],
        command=shlex.join(["dicom-harness", *sys.argv[1:]]),
        strict=strict,
    )


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """A handler of signals: being told to end is the same as Ctrl-C."""
    raise KeyboardInterrupt
