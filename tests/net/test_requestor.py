"""The requestor tells apart the ends that other toolkits report alike, and loses none of the peer's last words."""

from __future__ import annotations

import errno
import os
import socket
import struct

import pytest

from harness.dimse.messages import c_echo_rq
from harness.net.association import Association, AssociationEnded
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import EndingKind
from harness.services.echo import echo
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.ul.encode import encode_pdu
from harness.ul.pdu import PDV, AAbort, AssociateRJ, PDataTF, RawPDU, ReleaseRQ
from tests.support.scripted import ScriptedPeer, accept_everything, read_pdu


def associate(port: int, host: str = "127.0.0.1") -> Association:
    proposal = Proposal("HARNESS", "PEER", ((VERIFICATION, (IMPLICIT_VR_LE,)),))
    return request_association(AEAddress("PEER", host, port), proposal, Timeouts())


def after_request(answer: bytes, *, reset: bool = False) -> object:
    def script(connection: socket.socket) -> None:
        read_pdu(connection)
        if answer:
            connection.sendall(answer)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return script


@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        (
            after_request(encode_pdu(AssociateRJ(1, 1, 7))),
            EndingKind.REJECTED,
            "called AE title not recognized (1/1/7)",
        ),
        (after_request(encode_pdu(AssociateRJ(9, 9, 9))), EndingKind.REJECTED, "(9/9/9)"),
        (after_request(encode_pdu(AAbort(2, 2))), EndingKind.ABORTED, "unexpected pdu (2/2)"),
        (after_request(b""), EndingKind.CLOSED, "closed the connection without A-ABORT"),
        (after_request(b"", reset=True), EndingKind.RESET, "reset the connection"),
        (after_request(b"HTTP/1.1 400 Bad Request\r\n\r\n"), EndingKind.NOT_DICOM, "HTTP"),
        (after_request(b"SSH-2.0-OpenSSH_9.2\r\n"), EndingKind.NOT_DICOM, "SSH"),
        (after_request(b"220 mail.example.org ESMTP\r\n"), EndingKind.NOT_DICOM, "220 mail.example.org ESMTP"),
        (after_request(b"\xff\xfd\x01"), EndingKind.NOT_DICOM, "Telnet"),
        (after_request(b"GET me out of here"), EndingKind.NOT_DICOM, "unknown protocol, not with DICOM: 47 45 54"),
        (after_request(b"\x15\x03\x03\x00\x02\x02\x28"), EndingKind.TLS, "it expects TLS"),
        (after_request(encode_pdu(ReleaseRQ())), EndingKind.PROTOCOL_ERROR, "unexpected A-RELEASE-RQ"),
        (after_request(encode_pdu(RawPDU(0x09, b"abcd"))), EndingKind.PROTOCOL_ERROR, "PDU type 09H"),
        (after_request(b"\x02\x00\xff\xff\xff\xff"), EndingKind.PROTOCOL_ERROR, "4294967295 bytes"),
    ],
)
def test_each_end_has_its_own_name(script: object, kind: EndingKind, words: str) -> None:
    with ScriptedPeer(script) as peer:  # type: ignore[arg-type]
        association = associate(peer.port)
    assert not association.established
    assert association.ending is not None
    assert association.ending.kind is kind
    assert words in association.ending.text


def test_a_refused_connection() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        association = associate(closed.getsockname()[1])
    assert association.ending is not None
    assert association.ending.kind is EndingKind.CONNECTION_REFUSED


def test_a_connection_that_is_reset_as_soon_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """So soon that the system knows nothing of the other end any more."""

    def reset(_sock: socket.socket) -> None:
        raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))

    monkeypatch.setattr("harness.net.dial.Transport", reset)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        association = associate(port)
    assert association.ending is not None
    assert association.ending.kind is EndingKind.RESET
    assert association.trace.remote_endpoint == ("127.0.0.1", port)


def test_the_last_words_of_a_peer_that_cut_the_connection_are_read() -> None:
    """The peer aborts and resets while we still write: its A-ABORT is what ended the association."""

    def script(connection: socket.socket) -> None:
        accept_everything(connection)
        connection.sendall(encode_pdu(AAbort(0, 0)))
        connection.shutdown(socket.SHUT_WR)
        connection.close()

    with ScriptedPeer(script) as peer:
        association = associate(peer.port)
        ended = None
        try:
            for _ in range(200):
                association.send(1, c_echo_rq(1), bytes(100_000))
        except AssociationEnded as error:
            ended = error.ending
    assert ended is not None
    assert ended.kind is EndingKind.ABORTED


def test_a_response_on_a_context_that_was_not_accepted() -> None:
    def script(connection: socket.socket) -> None:
        accept_everything(connection)
        read_pdu(connection)
        connection.sendall(encode_pdu(PDataTF((PDV(99, True, True, b"ab"),))))
        read_pdu(connection)

    with ScriptedPeer(script) as peer:
        association = associate(peer.port)
        observation = echo(association)
    assert observation.ending is not None
    assert observation.ending.kind is EndingKind.PROTOCOL_ERROR
    assert "presentation context 99" in observation.ending.text


def test_a_longer_pdu_than_announced_is_noted() -> None:
    def script(connection: socket.socket) -> None:
        accept_everything(connection)
        read_pdu(connection)
        connection.sendall(encode_pdu(PDataTF((PDV(1, True, False, bytes(200_000)),))))
        connection.sendall(encode_pdu(AAbort(0, 0)))

    with ScriptedPeer(script) as peer:
        association = associate(peer.port)
        echo(association)
    assert any(deviation.clause == "PS3.8 D.1" for deviation in association.trace.deviations)


@pytest.mark.parametrize("maximum", [1, 7])
def test_a_peer_that_leaves_no_room_for_a_fragment(maximum: int) -> None:
    with ScriptedPeer(lambda connection: (accept_everything(connection, maximum), None)[1]) as peer:
        association = associate(peer.port)
        observation = echo(association)
    assert observation.ending is not None
    assert "no room for a fragment" in observation.ending.text


def test_ipv6() -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")
    with listener:
        port = listener.getsockname()[1]
        proposal = Proposal("HARNESS", "PEER", ((VERIFICATION, (IMPLICIT_VR_LE,)),))
        short = Timeouts(association=0.2)
        association = request_association(AEAddress("PEER", "::1", port), proposal, short)
    assert association.trace.address == f"[::1]:{port}"
    assert association.ending is not None
    assert association.ending.kind is EndingKind.TIMEOUT


def test_more_contexts_than_ids() -> None:
    contexts = tuple((f"1.2.3.{number}", (IMPLICIT_VR_LE,)) for number in range(1, 130))
    with pytest.raises(ValueError, match="129 presentation contexts"):
        Proposal("A", "B", contexts).to_pdu()
