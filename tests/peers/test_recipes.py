"""Every recipe starts its server, proves it with a C-ECHO, and leaves nothing behind; what cannot start says why."""

from __future__ import annotations

import socket
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from harness.errors import PeerStartError
from harness.peers import base, process
from harness.peers.base import Peer, RecipeInput, free_port, wait_for_echo
from harness.peers.container import ContainerPeer
from harness.peers.process import ProcessPeer
from harness.peers.programs import find_program
from harness.peers.roster import PROCESSES, Roster
from harness.scenario.peers import PeerSpec
from harness.standard.ae import AEAddress


def given(folder: Path, *titles: str, **more: object) -> RecipeInput:
    return RecipeInput(titles or ("PEER",), free_port(), folder, "HARNESS", **more)  # type: ignore[arg-type]


def processes_in(folder: Path) -> list[int]:
    """Processes whose working directory is the folder of a peer."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == folder:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


@pytest.mark.parametrize(
    "recipe",
    [
        pytest.param("dcmqrscp", marks=pytest.mark.peer("dcmqrscp")),
        pytest.param("storescp", marks=pytest.mark.peer("storescp")),
        pytest.param("orthanc", marks=pytest.mark.peer("Orthanc")),
        pytest.param("pynetdicom", marks=pytest.mark.slow),
    ],
)
def test_a_process_starts_answers_and_is_gone(tmp_path: Path, recipe: str) -> None:
    peer = ProcessPeer(recipe, PROCESSES[recipe], given(tmp_path, knows=(AEAddress("OTHER", "127.0.0.1", 104),)))
    peer.start()
    try:
        assert peer.alive()
        assert peer.version
        wait_for_echo(peer.address, "HARNESS", peer.alive, 5)
        assert processes_in(tmp_path)
    finally:
        peer.stop()
    peer.stop()
    assert not peer.alive()
    assert processes_in(tmp_path) == []


@pytest.mark.slow
@pytest.mark.container
@pytest.mark.parametrize("recipe", ["orthanc", "dcmqrscp"])
def test_a_container_starts_answers_and_is_gone(tmp_path: Path, recipe: str) -> None:
    import docker

    peer = ContainerPeer(recipe, given(tmp_path))
    peer.start()
    try:
        wait_for_echo(peer.address, "HARNESS", peer.alive, 5)
        identifier = peer._container.get_wrapped_container().id
        assert peer.log_tail()
    finally:
        peer.stop()
    with pytest.raises(docker.errors.NotFound):
        docker.from_env().containers.get(identifier)


@pytest.mark.slow
@pytest.mark.container
def test_an_image_that_is_not_there(tmp_path: Path) -> None:
    peer = ContainerPeer("orthanc", given(tmp_path, image="no-such-image-anywhere:1"))
    with pytest.raises(PeerStartError, match="could not be started"):
        peer.start()


def python_peer(folder: Path, code: str) -> ProcessPeer:
    return ProcessPeer("python", lambda _: ([sys.executable, "-c", code], "python"), given(folder))


def test_a_peer_that_dies_at_once_shows_its_log(tmp_path: Path) -> None:
    peer = python_peer(tmp_path, "import sys; print('no license found'); sys.exit(3)")
    with pytest.raises(PeerStartError) as caught:
        peer.start()
    assert "ended before it answered" in caught.value.reason
    assert "no license found" in caught.value.log_tail


def test_a_peer_that_never_answers_is_stopped_at_the_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "wait_for_echo", partial(wait_for_echo, seconds=1.0))
    peer = python_peer(tmp_path, "import time; time.sleep(60)")
    begun = time.monotonic()
    with pytest.raises(PeerStartError, match="did not answer a C-ECHO"):
        peer.start()
    assert time.monotonic() - begun < 5
    assert processes_in(tmp_path) == []


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(PeerStartError, match="no-such-server is not installed"):
        find_program("no-such-server", "banner")


def test_a_program_of_the_same_name_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "impostor"
    script.write_text("#!/bin/sh\necho something else\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PeerStartError, match="is not the impostor that says"):
        find_program("impostor", "$dcmtk:")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = PeerSpec.model_validate({"reference": {}})
        roster = Roster({"bundled": settings}, "HARNESS", tmp_path)
        roster._ports["bundled"] = taken.getsockname()[1]
        with pytest.raises(PeerStartError, match="cannot listen"):
            roster.get("bundled")
        with pytest.raises(PeerStartError):
            roster.get("bundled")


def test_peers_know_each_other_before_they_start(tmp_path: Path) -> None:
    specs = {
        "a": PeerSpec.model_validate(
            {"process": {"recipe": "orthanc", "ae_titles": ["FIRST"], "knows": ["local", "b"]}}
        ),
        "b": PeerSpec.model_validate({"reference": {"ae_title": "SECOND"}}),
    }
    roster = Roster(specs, "HARNESS", tmp_path)
    roster.set_local_port(11113)
    assert str(roster.address_seen_from(specs["a"], "local")) == "HARNESS@127.0.0.1:11113"
    second = roster.address_seen_from(specs["a"], "b")
    assert second.ae_title == "SECOND"
    try:
        assert roster.get("b").address.port == second.port
    finally:
        roster.stop()


def test_where_our_storage_scp_binds(tmp_path: Path) -> None:
    def bound(**peer: object) -> str:
        return Roster({"p": PeerSpec.model_validate(peer)}, "HARNESS", tmp_path).bind_host()

    assert bound(reference={}) == base.LOOPBACK
    assert bound(process="orthanc") == base.LOOPBACK
    assert bound(address="A@127.0.0.1:104") == base.LOOPBACK
    assert bound(address="A@192.0.2.1:104") == "0.0.0.0"


def test_stop_without_start(tmp_path: Path) -> None:
    peer: Peer = ProcessPeer("orthanc", PROCESSES["orthanc"], given(tmp_path))
    peer.stop()
    assert not peer.alive()
