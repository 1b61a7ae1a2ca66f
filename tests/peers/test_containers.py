"""Container recipes with a real engine: started, answering, gone; and what cannot start says why."""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import PeerStartError
from harness.peers import contained, container, docker_engine
from harness.peers.base import START_SECONDS
from harness.peers.contained import remove_orphans
from harness.peers.container import ContainerPeer, build_image
from harness.peers.docker_engine import reach
from harness.standard.ae import AEAddress
from tests.support.peers import ending_for, recipe_input

pytestmark = [pytest.mark.container, pytest.mark.slow]

STARTS_A_PEER_AND_IS_KILLED = """
import os, signal, sys
from pathlib import Path
from harness.peers.container import ContainerPeer
from tests.support.peers import recipe_input

peer = ContainerPeer("dcmqrscp", recipe_input(Path(sys.argv[1])))
peer.start()
print(peer.container_name, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def engine() -> Iterator[Any]:
    with docker_engine.docker_engine() as client:
        yield client


def exists(engine: Any, name: str) -> bool:
    return any(found.name == name for found in engine.containers.list(all=True, ignore_removed=True))


@pytest.mark.parametrize("recipe", ["orthanc", "dcmqrscp", "wlmscpfs"])
def test_it_starts_answers_and_is_gone(tmp_path: Path, engine: Any, recipe: str) -> None:
    known = AEAddress("HARNESS", reach().us, 104)
    with ContainerPeer(recipe, recipe_input(tmp_path, knows=(known,), check_ae_titles=True)) as peer:
        assert peer.alive()
        assert peer.version.endswith("1.10.1") or f"$dcmtk: {recipe} v" in peer.version
        assert ending_for(peer.address, "HARNESS") is None
        refused = ending_for(peer.address, "HARNESS", "NOBODY")
        assert refused is not None
        assert refused.rejection is not None
        assert exists(engine, peer.container_name)
        assert peer.log_tail()
    assert not peer.alive()
    assert peer.log_tail()
    assert not exists(engine, peer.container_name)
    peer.stop()


def test_the_port_is_published_only_where_it_has_to_be(tmp_path: Path, engine: Any) -> None:
    with ContainerPeer("dcmqrscp", recipe_input(tmp_path)) as peer:
        attributes = engine.containers.get(peer.container_name).attrs
        (published,) = attributes["HostConfig"]["PortBindings"].values()
        assert {entry["HostIp"] for entry in published} == set(reach().publish)
        assert "0.0.0.0" not in reach().publish


def test_one_that_dies_at_once_shows_its_log(tmp_path: Path, engine: Any) -> None:
    peer = ContainerPeer("dcmqrscp", recipe_input(tmp_path, options=("--no-such-option",)))
    with pytest.raises(PeerStartError) as caught:
        peer.start()
    assert caught.value.reason == "the container of dcmqrscp ended before it answered a C-ECHO, with exit status 1"
    assert "--no-such-option" in caught.value.log_tail
    assert not exists(engine, peer.container_name)


def test_options_are_no_shell_commands(tmp_path: Path) -> None:
    peer = ContainerPeer("dcmqrscp", recipe_input(tmp_path, options=("--no-such-$(echo option)",)))
    with pytest.raises(PeerStartError) as caught:
        peer.start()
    assert "--no-such-$(echo option)" in caught.value.log_tail


def test_one_that_never_answers_is_stopped_at_the_deadline(
    tmp_path: Path, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = dataclasses.replace(
        container.RECIPES["dcmqrscp"], arguments=lambda given, _: ["--config", "/etc/dcmtk/dcmqrscp.cfg"]
    )
    monkeypatch.setitem(container.RECIPES, "dcmqrscp", elsewhere)
    peer = ContainerPeer("dcmqrscp", recipe_input(tmp_path))
    build_image("dcmqrscp")
    begun = time.monotonic()
    with pytest.raises(PeerStartError, match="did not answer a C-ECHO within 1 s: "):
        peer.start(seconds=1.0)
    assert time.monotonic() - begun < START_SECONDS
    assert not exists(engine, peer.container_name)


def test_a_port_that_is_taken(tmp_path: Path, engine: Any) -> None:
    with ContainerPeer("dcmqrscp", recipe_input(tmp_path)) as first:
        given = recipe_input(tmp_path)
        second = ContainerPeer("dcmqrscp", dataclasses.replace(given, port=first.address.port))
        with pytest.raises(PeerStartError, match="already"):
            second.start()
        assert not exists(engine, second.container_name)
        assert first.alive()


def test_an_image_that_is_not_there(tmp_path: Path, engine: Any) -> None:
    peer = ContainerPeer("orthanc", recipe_input(tmp_path, image="no-such-image-anywhere:1"))
    with pytest.raises(PeerStartError, match="the Docker engine says: "):
        peer.start()
    assert not exists(engine, peer.container_name)


def test_an_image_of_another_kind(tmp_path: Path) -> None:
    peer = ContainerPeer("orthanc", recipe_input(tmp_path, image=build_image("dcmqrscp")))
    with pytest.raises(PeerStartError, match="with exit status 127") as caught:
        peer.start()
    assert "Orthanc" in caught.value.log_tail


def test_an_image_that_cannot_be_built(tmp_path: Path, engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Dockerfile").write_text(
        f"FROM debian:bookworm-slim\nRUN echo the mirror is gone for {tmp_path} && false\n"
    )
    monkeypatch.setattr(container, "resource", lambda *_: tmp_path)
    with pytest.raises(PeerStartError, match="the image of broken could not be built") as caught:
        build_image("broken")
    assert "the mirror is gone" in caught.value.log_tail
    commands = [found.attrs["Config"]["Cmd"] for found in engine.containers.list(all=True, ignore_removed=True)]
    assert not [command for command in commands if str(tmp_path) in str(command)]


def test_an_interrupt_while_it_starts(tmp_path: Path, engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    peer = ContainerPeer("dcmqrscp", recipe_input(tmp_path))

    def interrupted(*_: object) -> None:
        assert exists(engine, peer.container_name)
        raise KeyboardInterrupt

    monkeypatch.setattr(contained, "wait_for_echo", interrupted)
    with pytest.raises(KeyboardInterrupt):
        peer.start()
    assert not exists(engine, peer.container_name)


def test_the_engine_loses_it(tmp_path: Path, engine: Any) -> None:
    with ContainerPeer("dcmqrscp", recipe_input(tmp_path)) as peer:
        engine.containers.get(peer.container_name).remove(force=True)
        assert not peer.alive()
        assert peer.log_tail() == []


def test_the_next_run_removes_what_a_killed_one_left(tmp_path: Path, engine: Any) -> None:
    command = [sys.executable, "-c", STARTS_A_PEER_AND_IS_KILLED, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    left = done.stdout.strip()
    assert exists(engine, left)
    with ContainerPeer("dcmqrscp", recipe_input(tmp_path)) as ours:
        remove_orphans.cache_clear()
        remove_orphans()
        assert not exists(engine, left)
        assert exists(engine, ours.container_name)
