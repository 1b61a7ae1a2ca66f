"""The container image: built from wheels alone, and running as somebody who is not root."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

import pytest
from junitparser import JUnitXml

from harness.peers.docker_engine import docker_engine
from tools.make_image import DOCKERFILE, TAG, make_image

ROOT = Path(__file__).parents[2]


def test_the_build_names_no_registry() -> None:
    text = DOCKERFILE.read_text(encoding="utf-8")
    assert [line.split()[1] for line in text.splitlines() if line.startswith("FROM")] == ["debian:bookworm-slim"]
    assert "--no-index" in text
    assert "://" not in text


def test_make_image_makes_it() -> None:
    (recipe,) = re.findall(r"^image: .*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert recipe == "\t$(BIN)/python -m tools.make_image\n"
    assert f"`make image` makes the image `{TAG}`" in (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


@pytest.mark.container
@pytest.mark.slow
def test_it_is_built_and_runs(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    tag = f"dicom-harness-under-test:{secrets.token_hex(6)}"
    make_image(tag)
    with docker_engine() as client:
        try:
            outside = client.containers.run(
                tag, ["-c", "id -u; ls -d /opt/dicom-harness; touch /opt/x || echo no"], entrypoint="sh", remove=True
            )
            assert outside.decode().splitlines() == ["10001", "/opt/dicom-harness", "no"]
            assert client.containers.run(tag, "--version", remove=True).startswith(b"dicom-harness ")
            printed = client.containers.run(
                tag,
                ["run", "/scenarios/quickstart.yaml", "--report-dir", "reports/ci"],
                user=f"{os.getuid()}:{os.getgid()}",
                volumes={str(work): {"bind": "/work"}, str(ROOT / "scenarios"): {"bind": "/scenarios", "mode": "ro"}},
                remove=True,
            )
        finally:
            # Layers stay, so that the next build needs only ours.
            client.images.remove(tag, force=True, noprune=True)
    assert b"Exit status 0" in printed
    assert JUnitXml.fromfile(str(work / "reports" / "ci" / "junit.xml")).failures == 0
