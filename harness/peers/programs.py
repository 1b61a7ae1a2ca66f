"""Finding a server's program: by absolute path, and only if its version banner says it is the right one."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from harness.errors import PeerStartError

_VERSION_SECONDS = 30.0
_FOLDERS = ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/dcmtk/bin", "/opt/homebrew/bin")


@cache
def find_program(name: str, banner: str) -> tuple[Path, str]:
    """Path and version line of the program `name` whose `--version` output contains `banner`.

    pynetdicom installs scripts named like DCMTK's tools, so the name alone proves nothing. Raises `PeerStartError`.
    """
    rejected: list[str] = []
    silent: list[str] = []
    folders = [Path(folder) for folder in (*_FOLDERS, *os.environ.get("PATH", "").split(os.pathsep))]
    for path in [folder / name for folder in folders if folder.is_absolute()]:
        if not os.access(path, os.X_OK) or not path.is_file():
            continue
        output = _version_output(path)
        version = banner_line(output or "", banner)
        if version is not None:
            return path, version
        (rejected if output is not None else silent).append(str(path))
    if silent:
        raise PeerStartError(f"{', '.join(silent)} --version did not end within {_VERSION_SECONDS:g} s")
    if rejected:
        raise PeerStartError(f"{', '.join(rejected)} is not the {name} that says `{banner}` in its version banner")
    raise PeerStartError(f"the program {name} is not installed")


def banner_line(output: str, banner: str) -> str | None:
    """The first line of a program's `--version` output that contains `banner`."""
    return next((line.strip() for line in output.splitlines() if banner in line), None)


def _version_output(path: Path) -> str | None:
    """What the program says of itself; None if it did not end in time."""
    command = [str(path), "--version"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_VERSION_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    except OSError:
        return ""
    return done.stdout + done.stderr
