"""What dciodvfy of dicom3tools says of a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DCIODVFY = Path(sys.executable).with_name("dciodvfy")


def iod_problems(path: Path) -> list[str]:
    """Errors and warnings; when the IOD is not even recognized, that is one of them."""
    done = subprocess.run([DCIODVFY, "-new", path], capture_output=True, text=True)
    # Its exit status is 0 after some errors, so what it says is read. Without problems that is the name of the IOD.
    said = (done.stdout + done.stderr).strip().splitlines()
    return [] if len(said) == 1 and not said[0].startswith(("Error", "Warning")) else said
