"""Where the engine is, and how containers and this machine reach each other."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import PeerStartError
from harness.peers.container import ContainerPeer
from harness.peers.docker_engine import HOST_NAME, reach, reach_of
from tests.support.peers import recipe_input
from tests.support.runs import run_text

FLOW = """\
version: 1
peers:
  archive: {container: {recipe: dcmqrscp, knows: [local, other]}}
  other: {container: orthanc}
scenarios:
  - id: flow
    peer: archive
    steps:
      - store: {generate: {instances: 2}}
        save: {study: "stored.studies[0].StudyInstanceUID"}
      - move: {level: STUDY, keys: {StudyInstanceUID: "${study}"}, destination: local}
      - echo: {}
        peer: other
      - move: {level: STUDY, keys: {StudyInstanceUID: "${study}"}, destination: {peer: other}}
"""


@pytest.fixture
def asked_anew() -> Iterator[None]:
    reach.cache_clear()
    yield
    reach.cache_clear()


@pytest.mark.usefixtures("asked_anew")
def test_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    with pytest.raises(PeerStartError, match=r"no Docker engine can be reached at .*: No such file"):
        ContainerPeer("orthanc", recipe_input(tmp_path)).start()


@pytest.mark.usefixtures("asked_anew")
def test_no_engine_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{nobody.getsockname()[1]}")
        with pytest.raises(PeerStartError, match="no Docker engine can be reached"):
            ContainerPeer("orthanc", recipe_input(tmp_path)).start()


def test_a_bridge_on_this_machine() -> None:
    found = reach_of("localhost", "127.0.0.7")
    assert (found.published, found.between, found.us, found.bind) == ("127.0.0.1", *3 * ("127.0.0.7",))
    assert found.publish == ("127.0.0.1", "127.0.0.7")


def test_a_bridge_in_a_virtual_machine() -> None:
    found = reach_of("localhost", "192.0.2.1")
    assert (found.published, found.between, found.us) == ("127.0.0.1", HOST_NAME, HOST_NAME)
    assert found.bind == "127.0.0.1"
    assert found.publish == ("127.0.0.1",)


def pass_on(outer: socket.socket, path: str) -> None:
    """Between a connection and the engine's own socket."""
    with outer, socket.socket(socket.AF_UNIX) as inner:
        inner.connect(path)
        other = {outer: inner, inner: outer}
        while True:
            for source in select.select([outer, inner], [], [])[0]:
                data = source.recv(65536)
                if not data:
                    return
                other[source].sendall(data)


@pytest.fixture
def engine_elsewhere(monkeypatch: pytest.MonkeyPatch, asked_anew: None) -> Iterator[str]:
    """The address of the engine as a machine that is not ours would have it: reached by TCP, not by loopback."""
    address = reach().bind
    path = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")
    with socket.create_server((address, 0)) as listener:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=pass_on, args=(listener.accept()[0], path), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        monkeypatch.setenv("DOCKER_HOST", f"tcp://{address}:{listener.getsockname()[1]}")
        reach.cache_clear()
        yield address
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.container
@pytest.mark.slow
def test_an_engine_elsewhere(tmp_path: Path, engine_elsewhere: str) -> None:
    assert reach().published == engine_elsewhere
    ran = run_text(tmp_path, FLOW)
    assert ran.status == 0, ran.output
    assert f"@{engine_elsewhere}:" in ran.output
