"""C-MOVEs to us from peers in containers: what reaches us, what does not, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.peers.container import ContainerPeer
from harness.peers.docker_engine import reach
from harness.peers.ports import free_port
from harness.standard.ae import AEAddress
from tests.cli.test_diagnose import broken, diagnose
from tests.cli.test_diagnose_services import study_of
from tests.support.archives import make, put
from tests.support.peers import recipe_input
from tests.support.relay import Relay
from tests.support.runs import run_text

pytestmark = [pytest.mark.container, pytest.mark.slow]

RECIPES = ["dcmqrscp", "orthanc"]


RUN = """
    version: 1
    name: A move to us
    local: {{listen: {port}{host}}}
    peers:
      archive: {{address: {address}}}
    scenarios:
      - id: move
        name: What we ask for comes
        peer: archive
        steps:
          - move: {{level: STUDY, keys: {{StudyInstanceUID: {study}}}}}
"""


@contextmanager
def archive(folder: Path, recipe: str, port: int) -> Iterator[tuple[ContainerPeer, str]]:
    """In a container, with a study of two instances; it knows us at this port. Yields it and the study."""
    inside = folder / recipe
    inside.mkdir()
    us = AEAddress("HARNESS", reach().us, port)
    with ContainerPeer(recipe, recipe_input(inside, "ARCHIVE", knows=(us,))) as peer:
        files = make(folder, instances=2)
        assert put(peer, files) == [0, 0]
        yield peer, study_of(files[0])


def moved(peer: ContainerPeer, study: str, port: int, *options: object) -> dict[str, Any]:
    return diagnose(peer.address, "--move", study, "--listen", port, *options)


@pytest.mark.parametrize("recipe", RECIPES)
def test_all_of_it(tmp_path: Path, recipe: str) -> None:
    port = free_port()
    with archive(tmp_path, recipe, port) as (peer, study):
        arrived = moved(peer, study, port)
        on_loopback = moved(peer, study, port, "--listen-host", "127.0.0.1")
        elsewhere = moved(peer, study, free_port())
        unknown = moved(peer, study, port, "--calling", "STRANGER")
        absent = moved(peer, "1.2.840.99999.1", port)
    assert arrived["code"] == "nothing-wrong", arrived
    assert (on_loopback["code"], broken(on_loopback)) == ("listener-on-loopback", "configuration")
    assert "which the container behind port" in on_loopback["rungs"][-1]["text"]
    assert elsewhere["code"] in ("move-cannot-reach-us", "move-failed")
    assert "listener-on-loopback" not in elsewhere["diagnosis"]["others"]
    assert "move-cannot-reach-us" in (elsewhere["code"], *elsewhere["diagnosis"]["others"])
    assert unknown["code"] in ("move-destination-unknown", "move-failed")
    assert absent["code"] == "no-such-instance"


@pytest.mark.parametrize("recipe", RECIPES)
def test_through_a_port_that_is_passed_on(tmp_path: Path, recipe: str) -> None:
    """As by NAT: the archive knows an address that is not ours, and a rule leads from there to us, or nowhere."""
    port = free_port()
    with (
        Relay(port, at=reach().us) as rule,
        archive(tmp_path, recipe, rule.port) as (peer, study),
    ):
        arrived = moved(peer, study, port)
        astray = moved(peer, study, free_port())
    assert arrived["code"] == "nothing-wrong", arrived
    assert "move-cannot-reach-us" in (astray["code"], *astray["diagnosis"]["others"])


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_run_that_knows_nothing_of_the_container(tmp_path: Path, recipe: str) -> None:
    port = free_port()
    with archive(tmp_path, recipe, port) as (peer, study):
        given = {"address": peer.address, "port": port, "study": study}
        reached = run_text(tmp_path, RUN.format(host="", **given))
        on_loopback = run_text(tmp_path, RUN.format(host=", host: 127.0.0.1", **given))
    assert reached.status == 0, reached.output
    (code,) = {check["diagnosis"]["code"] for check in on_loopback.results["checks"] if check["diagnosis"]}
    assert code == "listener-on-loopback"
    said = f"docker-proxy leads to the peer in a container, and our receiver is at 127.0.0.1:{port}"
    assert said in on_loopback.results["checks"][0]["diagnosis"]["evidence"]
