"""Capture files of a run: one pcapng per association of a failed step, or of every step."""

from __future__ import annotations

import re
from pathlib import Path

from harness.observe.pcapng import write_pcapng
from harness.observe.trace import Trace


class WireFiles:
    """Writes captures to `wire/` in the report directory, if there is one."""

    def __init__(self, report_directory: Path | None, *, everything: bool, hide_addresses: bool = False) -> None:
        self._folder = report_directory / "wire" if report_directory is not None else None
        self._everything = everything
        self._hide_addresses = hide_addresses

    def write(self, step_id: str, number: int, trace: Trace, *, failed: bool) -> str | None:
        """Write a trace if it is wanted; the name of the file, relative to the report directory."""
        if self._folder is None or not (failed or self._everything) or not trace.wire.entries:
            return None
        self._folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9._-]+", "_", f"{step_id}-{number}")[:150]
        path = self._folder / f"{name}.pcapng"
        write_pcapng(trace, path, hide_addresses=self._hide_addresses)
        return f"wire/{path.name}"
