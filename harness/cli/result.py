"""What every command that runs something begins with."""

from __future__ import annotations

import shlex
import sys
from types import FrameType

from harness.results import begin
from harness.results.model import RunResult


def new_result(*, strict: bool = False) -> RunResult:
    """A run that starts now, with the command line that started it."""
    return begin.new_result(shlex.join(["dicom-harness", *sys.argv[1:]]), strict=strict)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """A handler of signals: being told to end is the same as Ctrl-C."""
    raise KeyboardInterrupt
