"""Real conversations of DCMTK's tools: every PDU and message decodes without deviation, and encodes to its bytes.

`python -m tools.record_captures` makes the recorded ones again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.dimse.command import encode_command
from harness.dimse.elements import Tag
from harness.dimse.fragment import Assembler, Message
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from harness.ul.items import RoleSelection, UserIdentityRQ
from harness.ul.pdu import PDU, AAbort, AssociateAC, AssociateRJ, AssociateRQ, PDataTF, ReleaseRP, ReleaseRQ
from harness.ul.stream import PduStream
from tests.support.captures import PROGRAMS, Capture, record_all

CAPTURES = Path(__file__).parent.parent / "ul" / "captures"


@dataclass
class Heard:
    """What one side of an association said."""

    pdus: list[PDU] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [message.command.name for message in self.messages]


def listen(data: bytes, chunk: int) -> Heard:
    """Decode a stream that comes in chunks, and check that nothing deviates and everything encodes again."""
    stream, assembler, heard = PduStream(1 << 20), Assembler(), Heard()
    again = b""
    for start in range(0, len(data), chunk):
        stream.feed(data[start : start + chunk])
        while (whole := stream.next_pdu()) is not None:
            pdu, deviations = decode_pdu(*whole)
            assert deviations == []
            again += encode_pdu(pdu)
            heard.pdus.append(pdu)
            heard.messages += _messages(assembler, pdu)
    assert again == data
    assert assembler.idle
    return heard


def _messages(assembler: Assembler, pdu: PDU) -> Iterator[Message]:
    command = b""
    for pdv in pdu.pdvs if isinstance(pdu, PDataTF) else ():
        command = bytes(pdv.fragment) if pdv.is_command and pdv.is_last else command
        message = assembler.feed(pdv)
        if message is not None:
            assert message.deviations == []
            assert not command or encode_command(message.command) == command
            yield message


EXPECTED = {
    "echo": (["C-ECHO-RQ"], ["C-ECHO-RSP"]),
    "echo-many-contexts": (["C-ECHO-RQ"], ["C-ECHO-RSP"]),
    "echo-aborted": (["C-ECHO-RQ"], ["C-ECHO-RSP"]),
    "rejected": ([], []),
    "store": (["C-STORE-RQ"] * 2, ["C-STORE-RSP"] * 2),
    "store-refused-context": (["C-STORE-RQ"], ["C-STORE-RSP"]),
    "store-user-identity": (["C-STORE-RQ"], ["C-STORE-RSP"]),
    "find": (["C-FIND-RQ"], ["C-FIND-RSP"] * 2),
    "get": (
        ["C-GET-RQ", "C-STORE-RSP", "C-STORE-RSP"],
        ["C-STORE-RQ", "C-GET-RSP", "C-STORE-RQ", "C-GET-RSP", "C-GET-RSP"],
    ),
    "move": (["C-MOVE-RQ"], ["C-MOVE-RSP"] * 3),
    "move-sub-operations": (["C-STORE-RQ"] * 2, ["C-STORE-RSP"] * 2),
}


def recorded(name: str) -> Capture:
    return Capture(name, *((CAPTURES / f"{name}.{side}.bin").read_bytes() for side in ("requestor", "acceptor")))


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("chunk", [1 << 20, 1460, 7])
def test_recorded(name: str, chunk: int) -> None:
    capture = recorded(name)
    requestor, acceptor = listen(capture.requestor, chunk), listen(capture.acceptor, chunk)
    assert (requestor.names, acceptor.names) == EXPECTED[name]
    assert isinstance(requestor.pdus[0], AssociateRQ)
    assert isinstance(acceptor.pdus[0], AssociateRJ if name == "rejected" else AssociateAC)


def test_every_recording_is_tested() -> None:
    assert {path.name.split(".")[0] for path in CAPTURES.glob("*.bin")} == EXPECTED.keys()


@pytest.mark.slow
@pytest.mark.peer(*PROGRAMS)
def test_fresh(tmp_path: Path) -> None:
    """The tools as they are installed here."""
    heard = {
        capture.name: (listen(capture.requestor, 4096).names, listen(capture.acceptor, 4096).names)
        for capture in record_all(tmp_path)
    }
    assert heard == EXPECTED


def both(name: str) -> tuple[Heard, Heard]:
    capture = recorded(name)
    return listen(capture.requestor, 1 << 20), listen(capture.acceptor, 1 << 20)


def test_how_associations_end() -> None:
    requestor, acceptor = both("echo")
    assert (requestor.pdus[-1], acceptor.pdus[-1]) == (ReleaseRQ(), ReleaseRP())
    requestor, acceptor = both("echo-aborted")
    assert requestor.pdus[-1] == AAbort(0, 0)
    assert not isinstance(acceptor.pdus[-1], ReleaseRP)
    requestor, acceptor = both("rejected")
    assert acceptor.pdus == [AssociateRJ(1, 1, 1)]


def test_what_echoscu_negotiates() -> None:
    request, answer = (heard.pdus[0] for heard in both("echo"))
    assert isinstance(request, AssociateRQ)
    assert isinstance(answer, AssociateAC)
    assert (request.called_ae_title, request.calling_ae_title) == ("ARCHIVE", "ECHOSCU")
    assert [(context.context_id, context.abstract_syntax) for context in request.contexts] == [(1, "1.2.840.10008.1.1")]
    assert (request.maximum_length, answer.maximum_length) == (16384, 4096)
    assert (request.implementation_version_name or "").startswith("OFFIS_DCMTK_")


def test_a_small_maximum_length_is_kept() -> None:
    requestor, _ = both("store")
    lengths = [len(encode_pdu(pdu)) - 6 for pdu in requestor.pdus if isinstance(pdu, PDataTF)]
    assert max(lengths) <= 4096
    assert len(lengths) > 4
    assert [len(message.data or b"") > 2 * 32 * 80 for message in requestor.messages] == [True, True]


def test_a_refused_context_beside_an_accepted_one() -> None:
    request, answer = (heard.pdus[0] for heard in both("store-refused-context"))
    assert isinstance(request, AssociateRQ)
    assert isinstance(answer, AssociateAC)
    assert {result.context_id for result in answer.results} == {context.context_id for context in request.contexts}
    assert {result.result for result in answer.results} == {0, 4}


def test_a_user_identity() -> None:
    request = both("store-user-identity")[0].pdus[0]
    assert isinstance(request, AssociateRQ)
    assert UserIdentityRQ(2, 0, b"user", b"password") in request.user_items


def test_roles_for_a_get() -> None:
    request, answer = (heard.pdus[0] for heard in both("get"))
    assert isinstance(request, AssociateRQ)
    assert isinstance(answer, AssociateAC)
    ct = RoleSelection("1.2.840.10008.5.1.4.1.1.2", 0, 1)
    assert ct in request.role_selections
    assert ct in answer.role_selections


def test_what_a_move_tells_its_destination() -> None:
    (store, _) = both("move-sub-operations")[0].messages
    (move,) = both("move")[0].messages
    assert store.command.text(Tag.MOVE_ORIGINATOR_AE_TITLE) == "MOVESCU"
    assert store.command.number(Tag.MOVE_ORIGINATOR_MESSAGE_ID) == move.command.message_id
    final = both("move")[1].messages[-1].command
    counters = (Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS, Tag.NUMBER_OF_FAILED_SUBOPERATIONS)
    assert (final.status, *map(final.number, counters)) == (0, 2, 0)
