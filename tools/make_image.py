"""Makes the container image of `docker/harness/Dockerfile` with the Docker engine that is there: `make image`.

    python -m tools.make_image [TAG]

Its wheels are made first, so that the build itself asks no index.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.errors import PeerStartError
from harness.peers.docker_engine import docker_engine
from tools.make_wheelhouse import ROOT, make_wheelhouse

DOCKERFILE = ROOT / "docker" / "harness" / "Dockerfile"
TAG = "dicom-harness"


def make_image(tag: str) -> None:
    """Build the image. Raises `PeerStartError` where no engine is, or where it refuses."""
    with docker_engine() as client, TemporaryDirectory(prefix="dicom-harness-image-") as folder:
        make_wheelhouse(Path(folder))
        # The host's network: Debian's packages come from where this machine gets them.
        client.images.build(
            path=folder, dockerfile=str(DOCKERFILE), tag=tag, rm=True, forcerm=True, network_mode="host"
        )


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else TAG
    try:
        make_image(wanted)
    except PeerStartError as error:
        sys.exit(f"no image was made: {error.reason}")
    print(f"the image {wanted} is made; docker run --rm {wanted} --version")
