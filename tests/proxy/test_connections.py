"""How connections through the proxy end, what they carry, and what is left of them."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.net.listener import MOST_WAITING
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import EndingKind
from harness.proxy import relay
from harness.proxy.catalogue import FAULTS
from harness.proxy.fault import Armed
from harness.proxy.recording import Recording
from harness.proxy.relay import Proxy
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.echo import echo
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.tls.contexts import tls_client, tls_server
from tests.support.archives import make, wait_until
from tests.support.certificates import make_certificates
from tests.support.servers import http_server, listener, reset_after_a_word

LOOPBACK = "127.0.0.1"
ECHO = ((VERIFICATION, (IMPLICIT_VR_LE,)),)


def misbehaving(*names: str) -> Callable[[int], Iterator[Armed]]:
    """Every association has these faults."""
    return lambda number: (Armed(FAULTS[name]) for name in names)


@contextlib.contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection((LOOPBACK, port), 30) as connection:
        yield connection


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_reset_of_the_acceptor_is_handed_on() -> None:
    with listener(reset_after_a_word) as port, Proxy(LOOPBACK, port) as proxy, connected(proxy.port) as connection:
        connection.sendall(b"anything")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_reset_of_the_requestor_is_handed_on() -> None:
    seen: list[object] = []

    def serve(connection: socket.socket) -> None:
        connection.sendall(connection.recv(100))
        try:
            seen.append(connection.recv(1))
        except OSError as error:
            seen.append(type(error))

    with listener(serve) as port, Proxy(LOOPBACK, port) as proxy:
        connection = socket.create_connection((LOOPBACK, proxy.port), 30)
        connection.sendall(b"anything")
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        wait_until(lambda: bool(seen))
    assert seen == [ConnectionResetError]


def test_who_says_no_more_still_hears() -> None:
    def serve(connection: socket.socket) -> None:
        while connection.recv(100):
            pass
        connection.sendall(b"heard to the end")
        connection.close()

    with listener(serve) as port, Proxy(LOOPBACK, port) as proxy, connected(proxy.port) as connection:
        connection.sendall(b"anything")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b"heard to the end"
        assert connection.recv(1) == b""


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("close-at-response", EndingKind.CLOSED),
        ("reset-at-response", EndingKind.RESET),
        ("abort-at-response", EndingKind.ABORTED),
        ("hang-at-response", EndingKind.TIMEOUT),
        ("ac-breaks-off", EndingKind.CLOSED),
        ("ac-never", EndingKind.TIMEOUT),
        ("ac-becomes-rejection", EndingKind.REJECTED),
    ],
)
def test_an_ending_that_is_made_is_seen_as_such(fault: str, kind: EndingKind) -> None:
    timeouts = Timeouts(association=1, response=1) if kind is EndingKind.TIMEOUT else Timeouts()
    with ReferenceSCP(ReferenceSettings()) as scp, Proxy(LOOPBACK, scp.address.port, arm=misbehaving(fault)) as proxy:
        association = request_association(
            AEAddress("REFERENCE", LOOPBACK, proxy.port), Proposal("SCU", "REFERENCE", ECHO), timeouts
        )
        if association.established:
            assert echo(association).statuses != [0]
        assert association.ending is not None
        assert association.ending.kind is kind
        wait_until(lambda: len(scp.log_tail()) == 1)


def test_bytes_one_by_one_are_segments_of_their_own() -> None:
    """As the kernel counts them: the fault lets a C-ECHO-RSP of 90 bytes come in as many segments."""
    segments: dict[bool, int] = {}
    with ReferenceSCP(ReferenceSettings()) as scp:
        for names in ((), ("byte-by-byte",)):
            with Proxy(LOOPBACK, scp.address.port, arm=misbehaving(*names)) as proxy:
                address = AEAddress("REFERENCE", LOOPBACK, proxy.port)
                with request_association(address, Proposal("SCU", "REFERENCE", ECHO), Timeouts()) as association:
                    assert echo(association).statuses == [0]
                    assert association._wire is not None
                    segments[bool(names)] = segments_in(association._wire.transport.socket)
    assert segments[False] < 10
    assert segments[True] > 60


def segments_in(connection: socket.socket) -> int:
    """tcpi_data_segs_in of Linux's tcp_info."""
    return int(struct.unpack_from("<I", connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 200), 152)[0])


@pytest.mark.parametrize("fault", ["ac-no-maximum-length", "status-failure", "rq-called-title", "store-changed"])
def test_tls_passes_whatever_faults_there_are(tmp_path: Path, fault: str) -> None:
    """Nobody can change what is encrypted; nor may it be held back as if it were a PDU."""
    pki = make_certificates(tmp_path)
    found: list[Recording] = []
    with (
        ReferenceSCP(ReferenceSettings(tls=tls_server(pki.settings("server")))) as scp,
        Proxy(
            LOOPBACK,
            scp.address.port,
            arm=misbehaving(fault),
            finished=lambda number, recording: found.append(recording),
        ) as proxy,
    ):
        address = AEAddress("REFERENCE", LOOPBACK, proxy.port)
        proposal = Proposal("SCU", "REFERENCE", ECHO)
        with request_association(address, proposal, Timeouts(), tls=tls_client(pki.settings("client"))) as association:
            assert echo(association).statuses == [0]
        wait_until(lambda: bool(found))
    assert not any(entry.head.startswith(b"\x01") for entry in found[0].trace.wire.entries)


def test_http_passes_whatever_faults_there_are() -> None:
    arm = misbehaving("ac-late", "rq-called-title")
    with http_server() as port, Proxy(LOOPBACK, port, arm=arm) as proxy, connected(proxy.port) as connection:
        connection.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.0 200")


@pytest.mark.slow
def test_many_at_once_leave_nothing_behind() -> None:
    many = 60
    together = threading.Barrier(many)
    statuses: list[int | None] = []

    def one(address: AEAddress) -> None:
        with request_association(address, Proposal("SCU", "REFERENCE", ECHO), Timeouts()) as association:
            together.wait(60)
            statuses.extend(echo(association).statuses)

    with ReferenceSCP(ReferenceSettings(maximum_associations=many)) as scp, Proxy(LOOPBACK, scp.address.port) as proxy:
        threads_before, files_before = threading.active_count(), open_files()
        requestors = [
            threading.Thread(target=one, args=(AEAddress("REFERENCE", LOOPBACK, proxy.port),)) for _ in range(many)
        ]
        for requestor in requestors:
            requestor.start()
        for requestor in requestors:
            requestor.join(60)
        assert statuses == [0] * many
        # At each listener a few threads stay to wait for who comes next.
        few = threads_before + 2 * MOST_WAITING
        wait_until(lambda: threading.active_count() <= few and open_files() <= files_before)


@pytest.mark.slow
@pytest.mark.parametrize("faults", [(), ("status-failure",), ("sub-operation-missing", "rq-message-id-missing")])
def test_memory_does_not_grow_with_what_passes(tmp_path: Path, faults: tuple[str, ...]) -> None:
    """50 MB in one instance: neither the record of it nor a fault that waits for its occasion holds them."""
    (file,) = make(tmp_path / "large", instances=1, rows=5000, columns=5000)
    assert file.path.stat().st_size >= 50_000_000
    with ReferenceSCP(ReferenceSettings(folder=tmp_path / "store")) as scp:
        arm = lambda number: (Armed(FAULTS[name], 10_000) for name in faults)  # noqa: E731
        with Proxy(LOOPBACK, scp.address.port, arm=arm) as proxy:
            address = AEAddress("REFERENCE", LOOPBACK, proxy.port)
            with request_association(
                address, Proposal("SCU", "REFERENCE", needed_contexts([file])), Timeouts()
            ) as association:
                tracemalloc.start()
                try:
                    assert [each.status for each in store(association, [file]).instances] == [0]
                    peak = tracemalloc.get_traced_memory()[1]
                finally:
                    tracemalloc.stop()
    assert peak < 16 << 20


def test_stopping_ends_what_is_open() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        with Proxy(LOOPBACK, scp.address.port) as proxy:
            association = request_association(
                AEAddress("REFERENCE", LOOPBACK, proxy.port), Proposal("SCU", "REFERENCE", ECHO), Timeouts()
            )
            assert association.established
        assert echo(association).statuses == []
        wait_until(lambda: len(scp.log_tail()) == 1)


def test_a_long_silence_of_one_side_is_no_idle_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a C-MOVE, in which the acceptor alone speaks for a long time."""
    monkeypatch.setattr(relay, "IDLE_SECONDS", 2.0)

    def serve(connection: socket.socket) -> None:
        connection.recv(100)
        for _ in range(8):
            time.sleep(0.3)
            connection.sendall(b"x")
        connection.close()

    def heard() -> bytes:
        with connected(proxy.port) as connection:
            connection.sendall(b"anything")
            return b"".join(iter(lambda: connection.recv(100), b""))

    with listener(serve) as port, Proxy(LOOPBACK, port) as proxy:
        # When the machine does something else for two seconds, the acceptor is silent for as long, too.
        assert b"x" * 8 in (heard() for _ in range(5))
