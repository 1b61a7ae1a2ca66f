"""Makes what `docker/harness/Dockerfile` installs: our wheel in FOLDER/own, and all that it needs in FOLDER/wheelhouse.

    python tools/make_wheelhouse.py FOLDER

The versions are those of `requirements-dev.lock`, the wheels those for the Python of Debian bookworm. They come from
the index that pip is configured for; the image itself is then built without any.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "3.11"
"""Of Debian bookworm."""
GLIBC = ("2_36", "2_34", "2_28", "2_17", "2_12", "2_5")
"""What manylinux wheels ask for that run there; bookworm has 2.36."""


def make_wheelhouse(folder: Path) -> None:
    """Fill a folder with all that the image is made from. Raises CalledProcessError."""
    own, others = folder / "own", folder / "wheelhouse"
    others.mkdir(parents=True)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(own), str(ROOT))
    (wheel,) = own.glob("*.whl")
    platforms = [f"--platform=manylinux_{glibc}_{platform.machine()}" for glibc in GLIBC]
    # pip itself comes along to install the others, so that the image needs no more than Python.
    pip(
        "download",
        "--only-binary=:all:",
        "--implementation=cp",
        f"--python-version={PYTHON}",
        *platforms,
        f"--constraint={ROOT / 'requirements-dev.lock'}",
        f"--dest={others}",
        str(wheel),
        "pip",
    )
    (others / wheel.name).unlink()


def pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments], check=True)


if __name__ == "__main__":
    make_wheelhouse(Path(sys.argv[1]))
