"""The maximum length of P-DATA-TF, from 0 to 2^32-1 and too small for anything (PS3.8 D.1), both ways."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.dimse.messages import c_echo_rq
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.net.wire import LONGEST_DATA_PDU
from harness.observe.ending import EndingKind
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.echo import echo
from harness.services.find import find
from harness.services.identifier import build_identifier
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from tests.support.archives import make, put, wait_until
from tests.support.scripted import ScriptedPeer, accept_everything, read_pdu

ECHO = (VERIFICATION, (IMPLICIT_VR_LE,))
FIND = QueryModel.STUDY_ROOT.find_uid


@pytest.fixture
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings()) as started:
        yield started


def ask(address: AEAddress, *contexts: tuple[str, tuple[str, ...]], announced: int = 131072) -> Association:
    proposal = Proposal("US", address.ae_title, contexts or (ECHO,), maximum_length=announced)
    return request_association(address, proposal, Timeouts())


@pytest.mark.parametrize("announced", [8, 9, 12, 128, 4096, 0, 0xFFFFFFFF])
def test_what_we_announce_is_obeyed(scp: ReferenceSCP, tmp_path: Path, announced: int) -> None:
    put(scp, make(tmp_path, studies=3))
    with ask(scp.address, (FIND, (IMPLICIT_VR_LE,)), announced=announced) as association:
        identifier = build_identifier("STUDY", {}, ["StudyInstanceUID", "PatientName"])
        assert len(find(association, FIND, identifier).matches) == 3
    # A longer PDU would be one.
    assert association.trace.deviations == []


@pytest.mark.parametrize("announced", [8, 128, 0, 0xFFFFFFFF])
def test_what_a_peer_announces_is_obeyed(tmp_path: Path, announced: int) -> None:
    files = make(tmp_path, rows=16, columns=16)
    ended: list[str] = []
    with ReferenceSCP(ReferenceSettings(maximum_length=announced), log=ended.append) as started:
        with ask(started.address, *needed_contexts(files)) as association:
            assert association.trace.peer_max_pdu_length == announced
            assert [instance.status for instance in store(association, files).instances] == [0]
        wait_until(lambda: bool(ended))
        sent = [fact for fact in association.trace.pdus if fact.direction == "sent" and fact.name == "P-DATA-TF"]
        longest = max(fact.length / fact.count for fact in sent)
    assert longest <= (announced or 0xFFFFFFFF)


@pytest.mark.parametrize("announced", [1, 6, 7])
def test_a_length_that_leaves_no_room(announced: int) -> None:
    """Nothing legal fits; we say so, and send nothing that is longer."""
    got: list[int] = []

    def script(connection: socket.socket) -> None:
        accept_everything(connection, announced)
        got.append(read_pdu(connection)[0])

    with ScriptedPeer(script) as peer:
        association = ask(AEAddress("PEER", "127.0.0.1", peer.port))
        observation = echo(association)
        wait_until(lambda: bool(got))
    assert observation.ending is not None
    assert observation.ending.kind is EndingKind.PROTOCOL_ERROR
    assert observation.ending.text == f"the peer's maximum length of {announced} bytes leaves no room for a fragment"
    assert got == [7], "an A-ABORT and no P-DATA-TF"


def test_longer_than_announced_is_a_deviation() -> None:
    def script(connection: socket.socket) -> None:
        accept_everything(connection)
        read_pdu(connection)
        # A C-ECHO-RSP of 78 bytes in one PDU, where 32 were announced.
        from harness.dimse.command import encode_command
        from harness.dimse.messages import response_to
        from harness.ul.encode import encode_pdu
        from harness.ul.pdu import PDV, PDataTF

        command = encode_command(response_to(c_echo_rq(1), 0))
        connection.sendall(encode_pdu(PDataTF((PDV(1, True, True, command),))))
        read_pdu(connection)

    with ScriptedPeer(script) as peer:
        association = ask(AEAddress("PEER", "127.0.0.1", peer.port), announced=32)
        assert echo(association).statuses == [0]
        association.abort()
    (deviation,) = association.trace.deviations
    assert deviation.clause == "PS3.8 D.1"
    assert "exceeds our maximum length of 32" in deviation.text


@pytest.mark.parametrize(("announced", "kind"), [(0, EndingKind.ABORTED_BY_US), (1 << 20, EndingKind.PROTOCOL_ERROR)])
def test_what_is_too_much_for_us_is_the_peers_fault_only_if_we_said_so(announced: int, kind: EndingKind) -> None:
    def script(connection: socket.socket) -> None:
        accept_everything(connection)
        read_pdu(connection)
        connection.sendall(b"\x04\0" + (LONGEST_DATA_PDU + 1).to_bytes(4, "big"))
        read_pdu(connection)

    with ScriptedPeer(script) as peer:
        observation = echo(ask(AEAddress("PEER", "127.0.0.1", peer.port), announced=announced))
    assert observation.ending is not None
    assert observation.ending.kind is kind
