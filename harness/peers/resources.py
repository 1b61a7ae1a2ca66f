"""Files that ship with the package: found in an installed wheel and in a checkout alike."""

from __future__ import annotations

from pathlib import Path

import harness

_PACKAGE = Path(harness.__file__).parent


def resource(*parts: str) -> Path:
    """The path of a shipped file or folder, such as `docker/orthanc`. Raises FileNotFoundError."""
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError("/".join(parts))
