"""Servers in containers of any image, through the scenario file: no code for them, and every failure has its reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.peers.container import build_image
from harness.peers.docker_engine import docker_engine
from tests.support.runs import Ran, run_text

pytestmark = [pytest.mark.container, pytest.mark.slow]

DOCKERFILE = """\
FROM {base}
RUN printf '#!/bin/sh\\nexec dcmqrscp -v --disable-host-lookup --config /etc/dicom/server.cfg "$@"\\n' >/serve \
    && chmod +x /serve && mkdir -p /data
EXPOSE 11112
CMD ["/serve"]
"""
CONFIGURATION = """\
NetworkTCPPort  = 11112
MaxPDUSize      = 131072
MaxAssociations = 16
HostTable BEGIN
us = (@local.ae_title@, @local.host@, @local.port@)
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
ARCHIVE /data RW (200, 1024mb) ANY
AETable END
"""
HEAD = """\
version: 1
peers:
  archive:
    container:
      image: {image}
      port: 11112
      ae_title: ARCHIVE
      ready_within: {ready}
      files: {{/etc/dicom/server.cfg: server.cfg}}
{more}
scenarios:
  - id: one
    peer: archive
    steps:
      - echo: {{}}
"""
FLOW = """\
      - store: {generate: {instances: 3}}
        save: {study: "stored.studies[0].StudyInstanceUID"}
      - move: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
        expect: {received: 3, unchanged: true}
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An image of our own, made here."""
    folder = tmp_path_factory.mktemp("image")
    (folder / "Dockerfile").write_text(DOCKERFILE.format(base=build_image("dcmqrscp")))
    tag = "dicom-harness-test-image:latest"
    with docker_engine() as client:
        client.images.build(path=str(folder), tag=tag, rm=True, forcerm=True)
        yield tag
        client.images.remove(tag, force=True)


def run(
    folder: Path,
    image: str,
    *,
    ready: str = "30 s",
    more: str = "",
    steps: str = "",
    configuration: str = CONFIGURATION,
) -> Ran:
    (folder / "server.cfg").write_text(configuration)
    text = HEAD.format(image=image, ready=ready, more=more) + steps
    return run_text(folder, text, "--allow-commands")


def test_it_answers_and_moves_to_us(tmp_path: Path, image: str) -> None:
    ran = run(tmp_path, image, steps=FLOW)
    assert ran.status == 0, ran.output
    assert ran.results["peers"]["archive"]["version"] == image
    with docker_engine() as client:
        assert not [found for found in client.containers.list(all=True) if "archive" in found.name]


def test_it_needs_permission(tmp_path: Path, image: str) -> None:
    (tmp_path / "server.cfg").write_text(CONFIGURATION)
    ran = run_text(tmp_path, HEAD.format(image=image, ready="30 s", more=""))
    assert ran.check("1/echo")["verdict"] == "skipped"
    assert "an image of its own, which needs --allow-commands" in ran.check("1/echo")["reason"]


def test_its_command_and_environment(tmp_path: Path, image: str) -> None:
    more = "      env: {WHO: '@local.ae_title@'}\n      command: [sh, -c, 'test \"$WHO\" = HARNESS && exec /serve']\n"
    assert run(tmp_path, image, more=more).status == 0


def test_one_that_never_answers_is_stopped_at_the_deadline(tmp_path: Path, image: str) -> None:
    ran = run(tmp_path, image, ready="1 s", more="      command: [sleep, '60']\n")
    assert ran.status == 3
    assert "the container of archive did not answer a C-ECHO within 1 s" in ran.check("1/echo")["reason"]


def test_one_that_dies_shows_as_much_of_its_log_as_is_asked_for(tmp_path: Path, image: str) -> None:
    more = "      log_on_failure: 2\n      command: [sh, -c, 'seq 10; exit 7']\n"
    ran = run(tmp_path, image, more=more)
    assert "ended before it answered a C-ECHO, with exit status 7" in ran.check("1/echo")["reason"]
    assert len(ran.results["peers"]["archive"]["log_tail"]) == 2


@pytest.mark.parametrize(
    ("placeholder", "problem"),
    [
        ("@other.host@", "`other` is not among those it `knows` (local)"),
        ("@local.adress@", "of `local` there are `ae_title`, `host` and `port`"),
    ],
)
def test_a_file_with_a_wrong_placeholder(tmp_path: Path, image: str, placeholder: str, problem: str) -> None:
    ran = run(tmp_path, image, configuration=f"US = {placeholder}\n")
    assert f"/etc/dicom/server.cfg has `{placeholder}`: {problem}" in ran.check("1/echo")["reason"]


def test_an_image_that_is_nowhere(tmp_path: Path) -> None:
    ran = run(tmp_path, "no-such-image-anywhere:1")
    assert ran.status == 3
    assert "the Docker engine says: " in ran.check("1/echo")["reason"]
