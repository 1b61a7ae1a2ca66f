"""Finding a server's program: by absolute path, and only if its version banner says it is the right one."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from harness.errors import PeerStartError

_FOLDERS = ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/dcmtk/bin", "/opt/homebrew/bin")


@cache
def find_program(name: str, banner: str) -> tuple[Path, str]:
    """Path and version line of the program `name` whose `--version` output contains `banner`.

    pynetdicom installs scripts named like DCMTK's tools, so the name alone proves nothing. Raises `PeerStartError`.
    """
    rejected = []
    folders = [Path(folder) for folder in (*_FOLDERS, *os.environ.get("PATH", "").split(os.pathsep))]
    for path in [folder / name for folder in folders if folder.is_absolute()]:
        if not os.access(path, os.X_OK) or not path.is_file():
            continue
        version = banner_line(_version_output(path), banner)
        if version is not None:
            return path, version
        rejected.append(str(path))
    if rejected:
        raise PeerStartError(f"{', '.join(rejected)} is not the {name} that says `{banner}` in its version banner")
    raise PeerStartError(f"the program {name} is not installed")


def banner_line(output: str, banner: str) -> str | None:
    """The first line of a program's `--version` output that contains `banner`."""
    return next((line.strip() for line in output.splitlines() if banner in line), None)


def _version_output(path: Path) -> str:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr
