"""C-MOVE and C-GET of the reference SCP: counters, statuses, lists of failures, cancels, and what really arrives."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.dimse.fragment import Message
from harness.dimse.messages import c_cancel_rq, c_echo_rq, c_get_rq, c_move_rq, response_to
from harness.net.acceptor import Acceptor
from harness.net.association import Association
from harness.net.negotiation import TRANSFER_SYNTAXES_NOT_SUPPORTED, accept
from harness.net.timeouts import Timeouts
from harness.observe.trace import Trace
from harness.reference.retrieve import _failed_list
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.compare import differences
from harness.services.identifier import build_identifier, encode_identifier
from harness.services.part10 import FileMeta
from harness.services.storage_scp import StorageSCP
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_LOSSLESS_SV1,
    VERIFICATION,
)
from harness.ul.items import ProposedContext
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.support.archives import associate, make, put, wait_until

MODEL = QueryModel.STUDY_ROOT
PENDING = 0xFF00
Answer = Callable[[int], int | None]
"""What a destination answers to its n-th C-STORE, from 1; None: it aborts."""


@dataclass
class Retrieved:
    """Every response to one C-MOVE or C-GET."""

    pending: list[CommandSet] = field(default_factory=list)
    final: CommandSet = field(default_factory=lambda: CommandSet({}))
    identifier: bytes | None = None

    @property
    def counters(self) -> tuple[int | None, ...]:
        """Completed, failed, warning and remaining of the final response."""
        return counters(self.final)


def counters(command: CommandSet) -> tuple[int | None, ...]:
    return (
        command.number(Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS),
        command.number(Tag.NUMBER_OF_FAILED_SUBOPERATIONS),
        command.number(Tag.NUMBER_OF_WARNING_SUBOPERATIONS),
        command.number(Tag.NUMBER_OF_REMAINING_SUBOPERATIONS),
    )


class Destination:
    """A Storage SCP that answers each C-STORE as it is told, and notes the requests."""

    def __init__(
        self, answer: Answer = lambda number: 0, *, reject: bool = False, refuse_contexts: bool = False
    ) -> None:
        self.requests: list[CommandSet] = []
        self.traces: list[Trace] = []
        self._answer = answer
        self._reject = reject
        self._refuse = refuse_contexts
        self._acceptor = Acceptor(self._negotiate, self._serve, finished=self.traces.append)

    def _negotiate(self, request: AssociateRQ, host: str) -> AssociateAC | AssociateRJ:
        def choose(context: ProposedContext) -> str | int:
            return TRANSFER_SYNTAXES_NOT_SUPPORTED if self._refuse else context.transfer_syntaxes[0]

        return AssociateRJ(1, 1, 3) if self._reject else accept(request, choose)

    def _serve(self, association: Association) -> None:
        while True:
            message = association.receive(30)
            self.requests.append(message.command)
            status = self._answer(len(self.requests))
            if status is None:
                association.abort()
            else:
                association.send(message.context_id, response_to(message.command, status))

    @contextmanager
    def listening(self) -> Iterator[AEAddress]:
        self._acceptor.start()
        yield AEAddress("DEST", "127.0.0.1", self._acceptor.port)
        self._acceptor.stop()


class Held:
    """Answers success, and holds one answer back until told to go on."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, number: int) -> int:
        if number == self._number:
            self.reached.set()
            assert self.go_on.wait(30)
        return 0


@contextmanager
def archive(files: list[FileMeta], destination: AEAddress | None = None) -> Iterator[ReferenceSCP]:
    destinations = {"DEST": destination} if destination is not None else {}
    with ReferenceSCP(ReferenceSettings(move_destinations=destinations)) as scp:
        assert set(put(scp, files)) == {0}
        yield scp


def study_of(scp: ReferenceSCP) -> dict[str, str]:
    return {"StudyInstanceUID": scp.index.rows("STUDY", {})[0].uid}


def move(scp: ReferenceSCP, level: str, keys: dict[str, str], to: str = "DEST") -> Retrieved:
    with associate(scp, (MODEL.move_uid, (EXPLICIT_VR_LE,)), timeouts=Timeouts()) as association:
        identifier = encode_identifier(build_identifier(level, keys), EXPLICIT_VR_LE)
        association.send(1, c_move_rq(7, MODEL.move_uid, to), identifier)
        return collect(association)


def collect(association: Association, each: Callable[[Message], None] = lambda message: None) -> Retrieved:
    retrieved = Retrieved()
    while True:
        message = association.receive()
        each(message)
        if message.command.command_field == Command.C_STORE_RQ:
            continue
        if message.command.status != PENDING:
            retrieved.final, retrieved.identifier = message.command, message.data
            return retrieved
        retrieved.pending.append(message.command)


@pytest.fixture
def files(tmp_path: Path) -> list[FileMeta]:
    return make(tmp_path / "files", series=2, instances=2)


def failed_uids(retrieved: Retrieved) -> list[str]:
    assert retrieved.identifier is not None
    assert retrieved.identifier[:6] == b"\x08\0\x58\0UI"
    return retrieved.identifier[8:].rstrip(b"\0").decode().split("\\")


# C-MOVE


def test_a_move_brings_every_instance_unchanged(files: list[FileMeta], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    storage = StorageSCP("DEST", tmp_path / "in", callers=("REFERENCE",))
    storage.start()
    try:
        with archive(files, AEAddress("DEST", "127.0.0.1", storage.port)) as scp:
            moved = move(scp, "STUDY", study_of(scp))
    finally:
        storage.stop()
    assert moved.final.status == 0
    assert moved.counters == (4, 0, 0, None)
    assert moved.identifier is None
    assert [counters(response) for response in moved.pending] == [(1, 0, 0, 3), (2, 0, 0, 2), (3, 0, 0, 1)]
    received = {instance.sop_instance_uid: instance for instance in storage.take_received()}
    assert len(received) == 4
    for file in files:
        instance = received[file.sop_instance_uid]
        assert differences(file.path, instance.path) == []
        assert instance.move_originator == ("HARNESS", 7)
        assert instance.calling_ae_title == "REFERENCE"
    (trace,) = storage.take_traces()
    offered = [context.transfer_syntaxes for context in trace.contexts]
    assert offered == [(IMPLICIT_VR_LE,), (EXPLICIT_VR_LE,)], "just what is needed, on one association"


@pytest.mark.parametrize(("level", "count"), [("SERIES", 2), ("IMAGE", 1)])
def test_a_move_of_less(files: list[FileMeta], level: str, count: int) -> None:
    destination = Destination()
    with destination.listening() as address, archive(files, address) as scp:
        keys = study_of(scp)
        keys["SeriesInstanceUID"] = scp.index.rows("SERIES", {})[1].uid
        if level == "IMAGE":
            keys["SOPInstanceUID"] = scp.index.rows("IMAGE", {"SERIES": [keys["SeriesInstanceUID"]]})[0].uid
        assert move(scp, level, keys).counters == (count, 0, 0, None)
    assert len(destination.requests) == count


def test_a_list_of_uids(tmp_path: Path) -> None:
    files = make(tmp_path / "three", studies=3)
    destination = Destination()
    with destination.listening() as address, archive(files, address) as scp:
        first, _, last = (row.uid for row in scp.index.rows("STUDY", {}))
        assert move(scp, "STUDY", {"StudyInstanceUID": f"{first}\\{last}"}).counters == (2, 0, 0, None)
    sent = [request.affected_sop_instance_uid for request in destination.requests]
    assert sent == [files[0].sop_instance_uid, files[2].sop_instance_uid]


def test_each_instance_goes_in_its_own_transfer_syntax(tmp_path: Path) -> None:
    files = [
        *make(tmp_path / "explicit"),
        *make(tmp_path / "implicit", transfer_syntax_uid=IMPLICIT_VR_LE),
        *make(tmp_path / "lossless", transfer_syntax_uid=JPEG_LOSSLESS_SV1),
    ]
    destination = Destination()
    with destination.listening() as address, archive(files, address) as scp:
        uids = "\\".join(row.uid for row in scp.index.rows("STUDY", {}))
        assert move(scp, "STUDY", {"StudyInstanceUID": uids}).final.status == 0
    accepted = {context.accepted_transfer_syntax for context in destination.traces[0].contexts}
    assert accepted == {EXPLICIT_VR_LE, IMPLICIT_VR_LE, JPEG_LOSSLESS_SV1}


@pytest.mark.parametrize(
    ("answer", "status", "expected", "failed"),
    [
        (lambda number: 0, 0x0000, (4, 0, 0, None), ()),
        (lambda number: 0xA700 if number == 2 else 0, 0xB000, (3, 1, 0, None), (1,)),
        (lambda number: 0xB000 if number == 2 else 0, 0xB000, (3, 0, 1, None), ()),
        (lambda number: 0xB006, 0xB000, (0, 0, 4, None), ()),
        (lambda number: 0xC000, 0xA702, (0, 4, 0, None), (0, 1, 2, 3)),
        (lambda number: None if number == 3 else 0, 0xB000, (2, 2, 0, None), (2, 3)),
        (lambda number: None, 0xA702, (0, 4, 0, None), (0, 1, 2, 3)),
    ],
)
def test_sub_operations_that_fail(
    files: list[FileMeta], answer: Answer, status: int, expected: tuple[int | None, ...], failed: tuple[int, ...]
) -> None:
    with Destination(answer).listening() as address, archive(files, address) as scp:
        moved = move(scp, "STUDY", study_of(scp))
    assert moved.final.status == status
    assert moved.counters == expected
    if failed:
        assert failed_uids(moved) == [files[number].sop_instance_uid for number in failed]
    else:
        assert moved.identifier is None


@pytest.mark.parametrize("kind", ["rejects", "takes no context", "is down"])
def test_a_destination_that_cannot_be_reached(files: list[FileMeta], kind: str) -> None:
    destination = Destination(reject=kind == "rejects", refuse_contexts=kind == "takes no context")
    with destination.listening() as address, socket.socket() as closed:
        # Bound, so that nobody else gets the port, and nobody listens.
        closed.bind(("127.0.0.1", 0))
        known = AEAddress("DEST", "127.0.0.1", closed.getsockname()[1]) if kind == "is down" else address
        with archive(files, known) as scp:
            moved = move(scp, "STUDY", study_of(scp))
    assert moved.final.status == 0xA702
    assert moved.counters == (0, 4, 0, None)
    assert len(failed_uids(moved)) == 4
    assert destination.requests == []


@pytest.mark.parametrize("to", ["NOBODY", "dest", ""])
def test_an_unknown_destination(files: list[FileMeta], to: str) -> None:
    destination = Destination()
    with destination.listening() as address, archive(files, address) as scp:
        moved = move(scp, "STUDY", study_of(scp), to)
    assert moved.final.status == 0xA801
    assert destination.traces == []


def test_nothing_that_matches_is_success(files: list[FileMeta]) -> None:
    destination = Destination()
    with destination.listening() as address, archive(files, address) as scp:
        moved = move(scp, "STUDY", {"StudyInstanceUID": "1.2.3"})
    assert (moved.final.status, moved.counters) == (0, (0, 0, 0, None))
    assert destination.traces == [], "no association is needed for nothing"


@pytest.mark.parametrize(
    ("level", "keys"),
    [
        ("STUDY", {}),
        ("STUDY", {"StudyInstanceUID": ""}),
        ("STUDY", {"StudyInstanceUID": "*"}),
        ("STUDY", {"PatientID": "ZZ*"}),
        ("SERIES", {"SeriesInstanceUID": "1.2"}),
        ("", {"StudyInstanceUID": "1.2"}),
        ("PATIENT", {"PatientID": "1"}),
    ],
)
def test_a_move_that_names_too_little_moves_nothing(files: list[FileMeta], level: str, keys: dict[str, str]) -> None:
    destination = Destination()
    with destination.listening() as address, archive(files, address) as scp:
        moved = move(scp, level, keys)
    assert moved.final.status == 0xA900
    assert destination.traces == []


def test_a_file_that_is_gone_fails_alone(files: list[FileMeta]) -> None:
    with Destination().listening() as address, archive(files, address) as scp:
        gone = scp.index.files({})[1]
        gone.path.unlink()
        moved = move(scp, "STUDY", study_of(scp))
    assert (moved.final.status, moved.counters) == (0xB000, (3, 1, 0, None))
    assert failed_uids(moved) == [gone.sop_instance_uid]


def test_a_cancelled_move(files: list[FileMeta]) -> None:
    """The cancel comes while the destination holds its second answer back."""
    held = Held(2)
    destination = Destination(held)
    with (
        destination.listening() as address,
        archive(files, address) as scp,
        associate(scp, (MODEL.move_uid, (EXPLICIT_VR_LE,))) as association,
    ):
        identifier = encode_identifier(build_identifier("STUDY", study_of(scp)), EXPLICIT_VR_LE)
        association.send(1, c_move_rq(7, MODEL.move_uid, "DEST"), identifier)
        assert association.receive().command.status == PENDING
        assert held.reached.wait(30)
        association.send(1, c_cancel_rq(7))
        held.go_on.set()
        moved = collect(association)
        assert moved.final.status == 0xFE00
        assert moved.counters == (2, 0, 0, 2)
        # The association is good for more.
        association.send(1, c_move_rq(8, MODEL.move_uid, "DEST"), identifier)
        assert collect(association).counters == (4, 0, 0, None)
    assert len(destination.requests) == 6
    assert [str(trace.ending.kind) for trace in destination.traces if trace.ending] == ["released", "released"]


def test_the_cancel_of_another_request_changes_nothing(files: list[FileMeta]) -> None:
    held = Held(2)
    with (
        Destination(held).listening() as address,
        archive(files, address) as scp,
        associate(scp, (MODEL.move_uid, (EXPLICIT_VR_LE,))) as association,
    ):
        identifier = encode_identifier(build_identifier("STUDY", study_of(scp)), EXPLICIT_VR_LE)
        association.send(1, c_move_rq(7, MODEL.move_uid, "DEST"), identifier)
        assert held.reached.wait(30)
        association.send(1, c_cancel_rq(6))
        held.go_on.set()
        assert collect(association).counters == (4, 0, 0, None)


def test_the_requestor_goes_away_during_a_move(files: list[FileMeta]) -> None:
    held = Held(2)
    destination = Destination(held)
    with destination.listening() as address, archive(files, address) as scp:
        association = associate(scp, (MODEL.move_uid, (EXPLICIT_VR_LE,)))
        identifier = encode_identifier(build_identifier("STUDY", study_of(scp)), EXPLICIT_VR_LE)
        association.send(1, c_move_rq(7, MODEL.move_uid, "DEST"), identifier)
        assert held.reached.wait(30)
        association.abort()
        held.go_on.set()
        wait_until(lambda: len(destination.traces) == 1)
    assert len(destination.requests) == 2, "nothing more is sent for somebody who is not there"


def test_a_request_that_comes_during_a_move_is_answered_afterwards(files: list[FileMeta]) -> None:
    with (
        Destination().listening() as address,
        archive(files, address) as scp,
        associate(scp, (MODEL.move_uid, (EXPLICIT_VR_LE,)), (VERIFICATION, (IMPLICIT_VR_LE,))) as association,
    ):
        identifier = encode_identifier(build_identifier("STUDY", study_of(scp)), EXPLICIT_VR_LE)
        association.send(1, c_move_rq(7, MODEL.move_uid, "DEST"), identifier)
        association.send(3, c_echo_rq(8))
        association.send(3, c_echo_rq(9))
        assert collect(association).final.command_field == Command.C_MOVE_RSP
        answers = [association.receive().command for _ in range(2)]
    assert [(answer.message_id_being_responded_to, answer.status) for answer in answers] == [(8, 0), (9, 0)]


def test_a_long_list_of_failures_holds_whole_uids() -> None:
    uids = [f"1.2.{number:060}" for number in range(2000)]
    data = _failed_list(uids, EXPLICIT_VR_LE)
    assert data[:6] == b"\x08\0\x58\0UI"
    assert int.from_bytes(data[6:8], "little") == len(data) - 8 <= 65534
    listed = data[8:].rstrip(b"\0").decode().split("\\")
    assert 900 < len(listed) < 2000
    assert listed == uids[: len(listed)]
    assert _failed_list(uids, IMPLICIT_VR_LE)[8:].rstrip(b"\0").decode().split("\\") == uids


# C-GET

CONTEXTS = ((MODEL.get_uid, (EXPLICIT_VR_LE,)), (CT_IMAGE_STORAGE, (EXPLICIT_VR_LE,)))


def get(
    scp: ReferenceSCP,
    keys: dict[str, str],
    contexts: tuple[tuple[str, tuple[str, ...]], ...] = CONTEXTS,
    roles: tuple[str, ...] = (CT_IMAGE_STORAGE,),
    answer: Answer = lambda number: 0,
    cancel_at: int = 0,
) -> tuple[Retrieved, list[CommandSet]]:
    """A C-GET whose C-STOREs are answered as told; a C-CANCEL goes out before the answer of that number."""
    stored: list[CommandSet] = []
    with associate(scp, *contexts, scp_roles=roles) as association:

        def each(message: Message) -> None:
            if message.command.command_field != Command.C_STORE_RQ:
                return
            stored.append(message.command)
            if cancel_at == len(stored):
                association.send(1, c_cancel_rq(5))
            status = answer(len(stored))
            assert status is not None
            association.send(message.context_id, response_to(message.command, status))

        identifier = encode_identifier(build_identifier("STUDY", keys), EXPLICIT_VR_LE)
        association.send(1, c_get_rq(5, MODEL.get_uid), identifier)
        return collect(association, each), stored


def test_a_get_sends_on_the_same_association(files: list[FileMeta]) -> None:
    with archive(files) as scp:
        got, stored = get(scp, study_of(scp))
    assert (got.final.status, got.counters, got.identifier) == (0, (4, 0, 0, None), None)
    assert [counters(response) for response in got.pending] == [(1, 0, 0, 3), (2, 0, 0, 2), (3, 0, 0, 1)]
    assert [request.affected_sop_instance_uid for request in stored] == [file.sop_instance_uid for file in files]
    assert all(Tag.MOVE_ORIGINATOR_AE_TITLE not in request.elements for request in stored)


@pytest.mark.parametrize(
    ("contexts", "roles"),
    [
        (CONTEXTS, ()),
        (CONTEXTS[:1], ()),
        ((CONTEXTS[0], (CT_IMAGE_STORAGE, (IMPLICIT_VR_LE,))), (CT_IMAGE_STORAGE,)),
    ],
)
def test_what_has_no_context_and_role_fails(
    files: list[FileMeta], contexts: tuple[tuple[str, tuple[str, ...]], ...], roles: tuple[str, ...]
) -> None:
    """Without role selection the acceptor is SCP only (PS3.7 D.3.3.4); nothing is transcoded."""
    with archive(files) as scp:
        got, stored = get(scp, study_of(scp), contexts, roles)
    assert (got.final.status, got.counters) == (0xA702, (0, 4, 0, None))
    assert len(failed_uids(got)) == 4
    assert stored == []


def test_a_get_whose_stores_fail(files: list[FileMeta]) -> None:
    with archive(files) as scp:
        got, _ = get(scp, study_of(scp), answer=lambda number: (0, 0xA700, 0xB007, 0)[number - 1])
    assert (got.final.status, got.counters) == (0xB000, (2, 1, 1, None))
    assert failed_uids(got) == [files[1].sop_instance_uid]


def test_a_cancelled_get(files: list[FileMeta]) -> None:
    with archive(files) as scp:
        got, stored = get(scp, study_of(scp), cancel_at=2)
    assert (got.final.status, got.counters) == (0xFE00, (2, 0, 0, 2))
    assert len(stored) == 2


def test_a_get_of_nothing(files: list[FileMeta]) -> None:
    with archive(files) as scp:
        got, _ = get(scp, {"StudyInstanceUID": "1.2.3"})
        assert (got.final.status, got.counters) == (0, (0, 0, 0, None))
        got, stored = get(scp, {"StudyInstanceUID": "*"})
        assert got.final.status == 0xA900
        assert stored == []
