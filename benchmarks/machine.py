"""What the figures depend on: the machine and the versions of all programs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from harness import __version__


def conditions() -> str:
    """One line."""
    return (
        f"{os.uname().sysname} {os.uname().release}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, loopback"
    )


def facts() -> Iterator[str]:
    """Lines of Markdown about everything that takes part."""
    yield f"- {conditions()}, both sides on the same cores; {_processor()}, {_memory()}"
    yield f"- dicom-harness {__version__}, pynetdicom {version('pynetdicom')}, pydicom {version('pydicom')}"
    yield f"- DCMTK {_first_version('/usr/bin/echoscu')}, Orthanc {_first_version('/usr/sbin/Orthanc')}"


def _processor() -> str:
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found.group(1) if found else "unknown processor"


def _memory() -> str:
    found = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return f"{int(found.group(1)) >> 20} GB" if found else "unknown memory"


def _first_version(program: str) -> str:
    out = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+\.\d+\.\d+", out)
    return found.group() if found else "of unknown version"


def status_of(process_id: int, name: str) -> int:
    """A size in `/proc/PID/status`, in bytes: VmRSS, VmHWM, RssAnon."""
    found = re.search(rf"{name}:\s*(\d+) kB", Path(f"/proc/{process_id}/status").read_text())
    return int(found.group(1)) * 1024 if found else 0


def processor_seconds(process_id: int) -> float:
    """User and system time that a process has had."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
