"""Every process recipe starts its server as it was told to, proves it with a C-ECHO, and leaves nothing behind."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from harness.errors import PeerStartError
from harness.peers import dcmtk
from harness.peers.base import Peer, wait_for_echo
from harness.peers.process import ProcessPeer
from harness.peers.recipes import PROCESSES
from harness.standard.ae import AEAddress
from tests.support.archives import wait_until
from tests.support.peers import ending_for, processes_in, recipe_input

OTHER = AEAddress("OTHER", "127.0.0.1", 104)
RECIPES = [
    pytest.param("dcmqrscp", marks=pytest.mark.peer("dcmqrscp")),
    pytest.param("storescp", marks=pytest.mark.peer("storescp")),
    pytest.param("dcmrecv", marks=pytest.mark.peer("dcmrecv")),
    pytest.param("ctn", marks=pytest.mark.peer("simple_storage")),
    pytest.param("wlmscpfs", marks=pytest.mark.peer("wlmscpfs")),
    pytest.param("orthanc", marks=pytest.mark.peer("Orthanc")),
    pytest.param("pynetdicom", marks=pytest.mark.slow),
]


def refuses(address: AEAddress) -> bool:
    try:
        socket.create_connection((address.host, address.port), 5).close()
    except OSError as error:
        return isinstance(error, ConnectionRefusedError)
    return False


@pytest.mark.parametrize("recipe", RECIPES)
def test_it_starts_answers_and_is_gone(tmp_path: Path, recipe: str) -> None:
    peer = ProcessPeer(recipe, PROCESSES[recipe], recipe_input(tmp_path, knows=(OTHER,)))
    with peer:
        assert peer.alive()
        assert peer.version
        assert ending_for(peer.address, "HARNESS") is None
        assert processes_in(tmp_path)
    assert not peer.alive()
    assert processes_in(tmp_path) == []
    # A process that has gone may leave it to the system to close what it listened on, a moment later.
    wait_until(lambda: refuses(peer.address))
    peer.stop()


# Orthanc and the CTN go on without an option that they don't know.
@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe.values not in (("orthanc",), ("ctn",))])
def test_an_option_that_the_server_does_not_know(tmp_path: Path, recipe: str) -> None:
    peer = ProcessPeer(recipe, PROCESSES[recipe], recipe_input(tmp_path, options=("--no-such-option",)))
    with pytest.raises(PeerStartError) as caught:
        peer.start()
    assert "ended before it answered a C-ECHO, with exit status" in caught.value.reason
    assert caught.value.log_tail
    assert processes_in(tmp_path) == []


@pytest.mark.peer("dcmqrscp")
def test_dcmqrscp_checks_titles_as_told(tmp_path: Path) -> None:
    knows = (AEAddress("HARNESS", "127.0.0.1", 104), AEAddress("NAMED", "localhost", 104))
    given = recipe_input(tmp_path, "FIRST", "SECOND STORE", knows=knows, check_ae_titles=True)
    with ProcessPeer("dcmqrscp", PROCESSES["dcmqrscp"], given) as peer:
        for called in given.ae_titles:
            assert ending_for(peer.address, "HARNESS", called) is None
            assert ending_for(peer.address, "NAMED", called) is None
            refused = ending_for(peer.address, "STRANGER", called)
            assert refused is not None
            assert refused.rejection is not None
        refused = ending_for(peer.address, "HARNESS", "THIRD")
        assert refused is not None
        assert refused.rejection is not None


@pytest.mark.peer("dcmqrscp")
def test_a_title_is_no_path(tmp_path: Path) -> None:
    folder = tmp_path / "peer"
    folder.mkdir()
    with ProcessPeer("dcmqrscp", PROCESSES["dcmqrscp"], recipe_input(folder, "../../ESCAPED")) as peer:
        assert ending_for(peer.address, "HARNESS") is None
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.peer("Orthanc")
def test_orthanc_checks_the_called_title_as_told(tmp_path: Path) -> None:
    with ProcessPeer("orthanc", PROCESSES["orthanc"], recipe_input(tmp_path, check_ae_titles=True)) as peer:
        assert ending_for(peer.address, "HARNESS") is None
        refused = ending_for(peer.address, "HARNESS", "NOBODY")
        assert refused is not None
        assert refused.rejection is not None
        # To be refused is to be answered: the server is up.
        wait_for_echo(AEAddress("NOBODY", peer.address.host, peer.address.port), "HARNESS", peer.alive, 30)


@pytest.mark.slow
def test_pynetdicom_in_a_folder_with_a_percent_sign(tmp_path: Path) -> None:
    folder = tmp_path / "100 %s"
    folder.mkdir()
    with ProcessPeer("pynetdicom", PROCESSES["pynetdicom"], recipe_input(folder, "HALF%FULL")) as peer:
        assert ending_for(peer.address, "HARNESS") is None


def test_stop_without_start(tmp_path: Path) -> None:
    peer: Peer = ProcessPeer("orthanc", PROCESSES["orthanc"], recipe_input(tmp_path))
    peer.stop()
    assert not peer.alive()


@pytest.mark.peer("simple_storage")
def test_a_title_that_the_ctn_takes_for_an_option(tmp_path: Path) -> None:
    peer = ProcessPeer("ctn", PROCESSES["ctn"], recipe_input(tmp_path, "-x"))
    with pytest.raises(PeerStartError, match="takes `-x` for an option"):
        peer.start()


@pytest.mark.peer("dcmrecv")
def test_dcmrecv_without_its_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dcmtk, "_PROFILE", "no-such-profile.cfg")
    peer = ProcessPeer("dcmrecv", PROCESSES["dcmrecv"], recipe_input(tmp_path))
    with pytest.raises(PeerStartError, match=r"no-such-profile.cfg is not installed: neither in /etc/dcmtk nor below"):
        peer.start()
