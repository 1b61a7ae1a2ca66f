"""A raw connection: whatever the peer does is an observation, and nothing that is sent fails."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from harness.net.raw import Gone, RawConnection, connect_raw
from harness.observe.ending import Ending, EndingKind
from harness.observe.trace import Role, Trace
from harness.standard.ae import AEAddress
from harness.ul.pdu import AAbort, RawPDU, ReleaseRP
from tests.support.scripted import ScriptedPeer
from tests.support.servers import greeting, hang_up, hang_up_after_a_word, mute, reset_after_a_word


@contextmanager
def connected(serve: Callable[[socket.socket], None]) -> Iterator[RawConnection]:
    trace = Trace("peer", "US", "THEM", Role.REQUESTOR)
    with ScriptedPeer(serve) as peer:
        connection = connect_raw(AEAddress("THEM", "127.0.0.1", peer.port), trace, 30, 30)
        assert isinstance(connection, RawConnection)
        with connection:
            yield connection


@pytest.mark.parametrize(
    ("serve", "seconds", "gone"),
    [
        (mute, 0.5, Gone.SILENT),
        (hang_up_after_a_word, 30, Gone.CLOSED),
        (reset_after_a_word, 30, Gone.RESET),
        (greeting(b"SSH-2.0-OpenSSH_9.6\r\n"), 30, Gone.UNREADABLE),
    ],
)
def test_what_comes_in_the_place_of_a_pdu_is_told(
    serve: Callable[[socket.socket], None], seconds: float, gone: Gone
) -> None:
    with connected(serve) as connection:
        connection.send_bytes(b"anything")
        arrival = connection.receive(seconds)
    assert arrival.pdu is None
    assert arrival.gone is gone


def test_bytes_that_are_no_whole_pdu_are_counted() -> None:
    said = threading.Event()

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"\x06\0\0\0\0\x04\0")
        said.set()
        mute(connection)

    with connected(serve) as connection:
        assert said.wait(30)
        arrival = connection.receive(0.3)
    assert (arrival.gone, arrival.partial) == (Gone.SILENT, 7)


def test_pdus_come_with_what_is_wrong_about_them() -> None:
    with connected(greeting(b"\x06\0\0\0\0\x04\0\0\0\0" + b"\x07\0\0\0\0\x04\0\0\x09\0")) as connection:
        first, second = connection.receive(30), connection.receive(30)
    assert first.pdu == ReleaseRP()
    assert first.deviations == ()
    assert second.pdu == AAbort(9, 0)
    assert len(second.deviations) == 1


def test_sending_to_a_peer_that_is_gone_is_no_error_and_its_end_is_seen() -> None:
    with connected(hang_up) as connection:
        for _ in range(20):
            connection.send(RawPDU(0x09, bytes(4), 0xFFFFFFFF))
        assert connection.receive(30).gone in (Gone.CLOSED, Gone.RESET)


def test_a_connection_that_we_reset_is_reset_for_the_peer() -> None:
    was_reset = threading.Event()

    def serve(connection: socket.socket) -> None:
        connection.settimeout(30)
        try:
            while connection.recv(100):
                pass
        except ConnectionResetError:
            was_reset.set()

    trace = Trace("peer", "US", "THEM", Role.REQUESTOR)
    with ScriptedPeer(serve) as peer:
        connection = connect_raw(AEAddress("THEM", "127.0.0.1", peer.port), trace, 30, 30)
        assert isinstance(connection, RawConnection)
        connection.send_bytes(b"anything")
        connection.reset()
        connection.close()
        assert was_reset.wait(30)
    assert trace.ending is not None


def test_no_connection_is_an_ending() -> None:
    trace = Trace("peer", "US", "THEM", Role.REQUESTOR)
    with ScriptedPeer(mute) as peer:
        port = peer.port
    ending = connect_raw(AEAddress("THEM", "127.0.0.1", port), trace, 30, 30)
    assert isinstance(ending, Ending)
    assert ending.kind is EndingKind.CONNECTION_REFUSED
