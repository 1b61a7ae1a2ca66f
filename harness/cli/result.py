"""What every command that runs something begins with."""

from __future__ import annotations

import shlex
import sys
from types import FrameType
from typing import NoReturn

from harness.results import begin
from harness.results.model import RunResult

_NOTICED_WITHIN = 0.5
"""Seconds after which a signal is noticed at the latest."""


def new_result(*, strict: bool = False) -> RunResult:
    """A run that starts now, with the command line that started it."""
    return begin.new_result(shlex.join(["dicom-harness", *sys.argv[1:]]), strict=strict)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """A handler of signals: being told to end is the same as Ctrl-C."""
    raise KeyboardInterrupt


def wait_for_interrupt() -> NoReturn:
    """Wait until a signal raises KeyboardInterrupt.

    A signal that comes just before a wait begins is only noticed when the wait is over, so that none may be long.
    """
    import threading

    never = threading.Event()
    while True:
        never.wait(_NOTICED_WITHIN)
