"""No wait outlives its deadline, whatever the peer does or leaves undone. Upper bounds only: no speed is tested."""

from __future__ import annotations

import socket
import time

import pytest

from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import EndingKind
from harness.services.echo import echo
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from tests.support.scripted import ScriptedPeer, accept_everything, read_pdu

SHORT = 0.5
"""The deadline of what is never done; all others are long, so that nothing else ends on a busy machine."""
GRACE = 8.0
"""How much later than its deadline a wait may end: any other deadline, of 10 s at least, is later still."""


def associate(port: int, host: str = "127.0.0.1", **short: float) -> Association:
    proposal = Proposal("HARNESS", "PEER", ((VERIFICATION, (IMPLICIT_VR_LE,)),))
    return request_association(AEAddress("PEER", host, port), proposal, Timeouts(**short))


def stay_silent(connection: socket.socket) -> None:
    """Hold the connection open; the test ends it."""


def half_an_answer(connection: socket.socket) -> None:
    read_pdu(connection)
    connection.sendall(b"\x02\x00\x00\x00\x00\xb8\x00\x01")


def three_bytes(connection: socket.socket) -> None:
    read_pdu(connection)
    connection.sendall(b"\x02\x00\x00")


@pytest.mark.parametrize("script", [stay_silent, half_an_answer, three_bytes])
def test_a_peer_that_never_answers_the_request(script: object) -> None:
    with ScriptedPeer(script) as peer:  # type: ignore[arg-type]
        begun = time.monotonic()
        association = associate(peer.port, association=SHORT)
        elapsed = time.monotonic() - begun
    assert not association.established
    assert association.ending is not None
    assert association.ending.kind is EndingKind.TIMEOUT
    assert "within 0.5 s" in association.ending.text
    assert elapsed < SHORT + GRACE


def test_a_partial_answer_is_told() -> None:
    with ScriptedPeer(three_bytes) as peer:
        # The three bytes have to come in time, which they may not while the machine does much else.
        endings = (associate(peer.port, association=seconds).ending for seconds in (SHORT, 4, 8))
        assert any(ending is not None and "only 3 bytes of a PDU" in ending.text for ending in endings)


def accept_then_half_a_response(connection: socket.socket) -> None:
    accept_everything(connection)
    read_pdu(connection)
    connection.sendall(b"\x04\x00\x00\x00\x00\x50\x00\x00")


def accept_then_silence(connection: socket.socket) -> None:
    accept_everything(connection)


@pytest.mark.parametrize("script", [accept_then_silence, accept_then_half_a_response])
def test_a_peer_that_never_answers_an_echo(script: object) -> None:
    with ScriptedPeer(script) as peer:  # type: ignore[arg-type]
        association = associate(peer.port, response=SHORT)
        assert association.established
        begun = time.monotonic()
        observation = echo(association)
        elapsed = time.monotonic() - begun
    assert observation.statuses == []
    assert observation.ending is not None
    assert observation.ending.kind is EndingKind.TIMEOUT
    assert elapsed < SHORT + GRACE


def drip(connection: socket.socket) -> None:
    """One byte at a time, for ever: each byte is progress, and the deadline is absolute all the same."""
    accept_everything(connection)
    read_pdu(connection)
    for byte in b"\x04\x00\x00\x00\xff\xff" + bytes(1000):
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def test_a_dripping_peer_does_not_stretch_the_deadline() -> None:
    with ScriptedPeer(drip) as peer:
        association = associate(peer.port, response=SHORT)
        begun = time.monotonic()
        observation = echo(association)
        elapsed = time.monotonic() - begun
    assert observation.ending is not None
    assert observation.ending.kind is EndingKind.TIMEOUT
    assert elapsed < SHORT + GRACE


def never_release(connection: socket.socket) -> None:
    accept_everything(connection)
    read_pdu(connection)


def test_a_release_that_is_never_answered() -> None:
    with ScriptedPeer(never_release) as peer:
        association = associate(peer.port, release=SHORT)
        begun = time.monotonic()
        ending = association.release()
        elapsed = time.monotonic() - begun
    assert ending.kind is EndingKind.TIMEOUT
    assert "A-RELEASE-RP" in ending.text
    assert elapsed < SHORT + GRACE


def test_a_connection_that_nobody_takes() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        # The backlog of one connection is full, so the next is neither accepted nor refused.
        waiting = [socket.socket() for _ in range(3)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
        begun = time.monotonic()
        association = associate(port, connect=SHORT)
        elapsed = time.monotonic() - begun
        for sock in waiting:
            sock.close()
    assert association.ending is not None
    assert association.ending.kind is EndingKind.CONNECT_TIMEOUT
    assert elapsed < SHORT + GRACE


def test_a_name_that_does_not_exist() -> None:
    # A name server may be slow.
    association = associate(104, host="no-such-host.invalid", connect=90)
    assert association.ending is not None
    assert association.ending.kind is EndingKind.NAME_NOT_FOUND
