"""A conversation of every service with the reference SCP, kept byte by byte, and what a fault makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.dimse.fragment import Assembler
from harness.engine.conform.facts import MR_IMAGE_STORAGE
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.commitment import CommitmentObservation
from harness.proxy.fault import Armed
from harness.proxy.pieces import Action, Back, Close, Hang, Reset, Side, Whole, other_side
from harness.proxy.recording import Recording
from harness.proxy.relay import Proxy
from harness.proxy.session import Session
from harness.proxy.way import Way
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.commitment import await_report, request_commitment
from harness.services.echo import echo
from harness.services.find import find
from harness.services.identifier import build_data_set, build_identifier
from harness.services.normalized import create_instance, set_instance
from harness.services.retrieve import get, move
from harness.services.storage_scp import StorageSCP
from harness.services.store import store
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    INSTANCE_AVAILABILITY,
    PROCEDURE_STEP,
    STORAGE_COMMITMENT,
    VERIFICATION,
)
from harness.testdata.normalized import availability
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from harness.ul.items import RoleSelection
from tests.support.archives import make, wait_until
from tests.support.normalized import SERIES, begun, ended

MODEL = QueryModel.STUDY_ROOT
INSTANCES = 3
STUDIES = 2

STEP = "1.2.840.99999.3.1"
_SERVICES = (MODEL.find_uid, MODEL.get_uid, INSTANCE_AVAILABILITY, PROCEDURE_STEP)

Said = tuple[Side, bytes]


def speak(folder: Path) -> list[Said]:
    """Echo, store, find, get, move and N-services on one association: every PDU as it went, with who sent it."""
    files = make(folder / "files", studies=STUDIES, instances=INSTANCES)
    destination = StorageSCP("DEST", folder)
    destination.start()
    knows = {"DEST": AEAddress("DEST", "127.0.0.1", destination.port)}
    recordings: list[Recording] = []
    contexts: list[tuple[str, tuple[str, ...]]] = [(uid, (EXPLICIT_VR_LE, IMPLICIT_VR_LE)) for uid in _SERVICES]
    contexts += [(MODEL.move_uid, (IMPLICIT_VR_LE,)), (MR_IMAGE_STORAGE, (IMPLICIT_VR_LE,))]
    proposal = Proposal(
        "SCU",
        "REFERENCE",
        (
            (VERIFICATION, (IMPLICIT_VR_LE,)),
            ("1.2.3.4", (IMPLICIT_VR_LE,)),
            (CT_IMAGE_STORAGE, (EXPLICIT_VR_LE, IMPLICIT_VR_LE)),
            *contexts,
        ),
        roles=(RoleSelection(CT_IMAGE_STORAGE, 1, 1), RoleSelection(MR_IMAGE_STORAGE, 0, 1)),
        maximum_length=16384,
    )
    try:
        with ReferenceSCP(ReferenceSettings(move_destinations=knows)) as scp:
            noted = lambda number, recording: recordings.append(recording)  # noqa: E731
            with Proxy("127.0.0.1", scp.address.port, finished=noted, full_capture=True) as proxy:
                address = AEAddress("REFERENCE", "127.0.0.1", proxy.port)
                with request_association(address, proposal, Timeouts()) as association:
                    assert echo(association).statuses == [0]
                    assert [each.status for each in store(association, files).instances] == [0] * len(files)
                    studies = find(
                        association,
                        MODEL.find_uid,
                        build_identifier("STUDY", {"StudyInstanceUID": "", "PatientName": ""}),
                    )
                    assert len(studies.matches) == STUDIES
                    study = build_identifier("STUDY", {"StudyInstanceUID": scp.index.rows("STUDY", {})[0].uid})
                    assert get(association, MODEL.get_uid, study, folder).status == 0
                    assert move(association, MODEL.move_uid, study, "DEST").status == 0
                    available = build_data_set(availability([SERIES], "REFERENCE", "ONLINE"))
                    assert create_instance(association, INSTANCE_AVAILABILITY, available).status == 0
                    assert create_instance(association, PROCEDURE_STEP, begun(), STEP).status == 0
                    assert set_instance(association, PROCEDURE_STEP, ended(), STEP).status == 0
                    assert set_instance(association, PROCEDURE_STEP, ended(), STEP).status == 0x0110
                wait_until(lambda: bool(recordings))
    finally:
        destination.stop()
    return said_of(recordings[0])


def called_back(folder: Path) -> list[list[Said]]:
    """What is said on associations that the reference SCP asks for: sub-operations of a C-MOVE, and a report."""
    files = make(folder / "files", studies=1, instances=INSTANCES)
    listener = StorageSCP("DEST", folder)
    listener.start()
    recordings: dict[int, Recording] = {}
    syntaxes = (EXPLICIT_VR_LE, IMPLICIT_VR_LE)
    contexts = [(uid, syntaxes) for uid in (CT_IMAGE_STORAGE, MODEL.move_uid, STORAGE_COMMITMENT)]
    commitment = CommitmentObservation(transaction_uid="1.2.840.99999.7", requested=())
    try:
        with Proxy("127.0.0.1", listener.port, finished=recordings.__setitem__, full_capture=True) as back:
            knows = {"DEST": AEAddress("DEST", "127.0.0.1", back.port)}
            with ReferenceSCP(ReferenceSettings(move_destinations=knows)) as scp:
                proposal = Proposal("DEST", "REFERENCE", tuple(contexts))
                with request_association(scp.address, proposal, Timeouts()) as association:
                    store(association, files)
                    study = build_identifier("STUDY", {"StudyInstanceUID": scp.index.rows("STUDY", {})[0].uid})
                    assert move(association, MODEL.move_uid, study, "DEST").status == 0
                    kept = [one.sop_instance_uid for one in listener.take_received()]
                    commitment.requested = tuple((CT_IMAGE_STORAGE, uid) for uid in (*kept, "1.2.840.99999.8"))
                    request_commitment(association, commitment, listener.notifications)
                    await_report(commitment, listener.notifications, 60)
                    assert commitment.report is not None
                wait_until(lambda: len(recordings) == 2)
    finally:
        listener.stop()
    return [said_of(recordings[number]) for number in sorted(recordings)]


def said_of(recording: Recording) -> list[Said]:
    """A whole record, as who said what."""
    entries = recording.trace.wire.entries
    assert not any(entry.zeros or entry.omitted for entry in entries)
    return [(Side.REQUESTOR if entry.sent else Side.ACCEPTOR, bytes(entry.head)) for entry in entries]


def refused(said: Sequence[Said], refusal: p.PDU) -> list[Said]:
    """The same request, and a rejection or an abort in answer to it."""
    return [said[0], (Side.ACCEPTOR, encode_pdu(refusal))]


@dataclass(frozen=True, slots=True)
class Pdu:
    """One PDU as it is on the wire."""

    pdu_type: int
    body: bytes

    @property
    def decoded(self) -> p.PDU:
        return decode_pdu(self.pdu_type, self.body)[0]


@dataclass(frozen=True, slots=True)
class Passed:
    """What went through, with what was done in between."""

    pieces: tuple[tuple[Side, bytes | Action], ...]

    def octets(self, side: Side = Side.ACCEPTOR) -> bytes:
        """All that a side seemed to say."""
        return b"".join(piece for said_by, piece in self.pieces if said_by is side and isinstance(piece, bytes))

    def actions(self) -> list[Action]:
        return [piece for _, piece in self.pieces if not isinstance(piece, bytes)]

    def pdus(self, side: Side = Side.ACCEPTOR) -> list[Pdu]:
        """Its PDUs, read by their lengths; what is no whole PDU at the end is left out."""
        return list(_pdus(self.octets(side)))

    def of(self, kind: type[p.PDU], side: Side = Side.ACCEPTOR) -> list[p.PDU]:
        return [pdu.decoded for pdu in self.pdus(side) if isinstance(pdu.decoded, kind)]

    def messages(self, side: Side = Side.ACCEPTOR) -> list[Whole]:
        assembler = Assembler()
        found = []
        for pdu in self.pdus(side):
            decoded = pdu.decoded
            for pdv in decoded.pdvs if isinstance(decoded, p.PDataTF) else ():
                message = assembler.feed(pdv)
                if message is not None:
                    found.append(Whole(message.context_id, message.command, message.data))
        return found


def _pdus(data: bytes) -> Iterator[Pdu]:
    at = 0
    while at + p.HEADER_LENGTH <= len(data):
        end = at + p.HEADER_LENGTH + int.from_bytes(data[at + 2 : at + 6], "big")
        if end > len(data):
            return
        yield Pdu(data[at], data[at + p.HEADER_LENGTH : end])
        at = end


def replayed(said: Sequence[Said], *armed: Armed) -> Passed:
    """What goes through when the same is said again, with these faults; it ends where a connection does."""
    session = Session()
    ways = {side: Way(side, session, armed) for side in Side}
    mute: set[Side] = set()
    passed: list[tuple[Side, bytes | Action]] = []
    for side, data in said:
        for piece in ways[side].feed(data):
            if isinstance(piece, bytes) and side in mute:
                continue
            if isinstance(piece, Back):
                passed.append((other_side(side), piece.data))
                continue
            passed.append((side, piece))
            if isinstance(piece, Hang):
                mute.add(side)
            if isinstance(piece, Close | Reset):
                return Passed(tuple(passed))
    for side in Side:
        passed += [(side, piece) for piece in ways[side].finish()]
    return Passed(tuple(passed))
