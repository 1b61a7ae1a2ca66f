"""Requests held to their presentation contexts, malformed ones, C-CANCEL of a C-FIND, and many associations."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.dimse.command import CommandSet
from harness.dimse.elements import Tag
from harness.dimse.messages import (
    c_cancel_rq,
    c_echo_rq,
    c_find_rq,
    c_get_rq,
    c_move_rq,
    c_store_rq,
    n_get_rq,
    response_to,
)
from harness.net.association import Association, AssociationEnded
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import EndingKind
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.echo import echo
from harness.services.find import find
from harness.services.identifier import build_identifier, encode_identifier
from harness.standard.models import QueryModel
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, VERIFICATION
from tests.support.archives import add, associate, header, make, put

MODEL = QueryModel.STUDY_ROOT
STUDIES = 300


@pytest.fixture
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings()) as running:
        yield running


@pytest.fixture
def full(scp: ReferenceSCP) -> ReferenceSCP:
    for number in range(STUDIES):
        add(scp.index, header(f"{number}.1.1", f"{number}.1", str(number), PatientName=f"NAME^{number}"))
    return scp


def status_of(scp: ReferenceSCP, context: str, request: CommandSet, data: bytes | None = None) -> int | None:
    with associate(scp, (context, (IMPLICIT_VR_LE,))) as association:
        association.send(1, request, data)
        return association.receive().command.status


ALL_STUDIES = encode_identifier(build_identifier("STUDY", {}, ("StudyInstanceUID", "PatientName")), IMPLICIT_VR_LE)


@pytest.mark.parametrize(
    ("context", "request_", "data", "status"),
    [
        (VERIFICATION, c_echo_rq(1), None, 0x0000),
        (VERIFICATION, c_echo_rq(1, CT_IMAGE_STORAGE), None, 0x0122),
        (CT_IMAGE_STORAGE, c_echo_rq(1), None, 0x0122),
        (VERIFICATION, c_find_rq(1, MODEL.find_uid), ALL_STUDIES, 0x0122),
        (VERIFICATION, n_get_rq(1, VERIFICATION, "1.2.3"), None, 0x0211),
        (MODEL.find_uid, c_find_rq(1, QueryModel.PATIENT_ROOT.find_uid), ALL_STUDIES, 0x0122),
        (MODEL.find_uid, c_move_rq(1, MODEL.find_uid, "X"), ALL_STUDIES, 0x0122),
        (MODEL.move_uid, c_get_rq(1, MODEL.move_uid), ALL_STUDIES, 0x0122),
        (MODEL.get_uid, c_find_rq(1, MODEL.get_uid), ALL_STUDIES, 0x0122),
        (CT_IMAGE_STORAGE, c_find_rq(1, CT_IMAGE_STORAGE), ALL_STUDIES, 0x0122),
    ],
)
def test_a_context_serves_only_what_it_is_for(
    full: ReferenceSCP, context: str, request_: CommandSet, data: bytes | None, status: int
) -> None:
    """Records that are answered on a context for something else would pass by every rule of access."""
    assert status_of(full, context, request_, data) == status


def changed(**elements: int | None) -> CommandSet:
    request = c_echo_rq(1)
    for name, value in elements.items():
        if value is None:
            del request.elements[Tag[name]]
        else:
            request.elements[Tag[name]] = value
    return request


@pytest.mark.parametrize("missing", ["COMMAND_FIELD", "MESSAGE_ID", "COMMAND_DATA_SET_TYPE"])
def test_a_request_that_cannot_be_answered_is_aborted(scp: ReferenceSCP, missing: str) -> None:
    with associate(scp, (VERIFICATION, (IMPLICIT_VR_LE,))) as association:
        association.send(1, changed(**{missing: None}))
        with pytest.raises(AssociationEnded) as caught:
            association.receive()
    assert caught.value.ending.kind is EndingKind.ABORTED


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (changed(AFFECTED_SOP_CLASS_UID=None), 0x0212),
        (changed(COMMAND_FIELD=0x00FF), 0x0211),
        (changed(MESSAGE_ID=0), 0x0000),
        (changed(MESSAGE_ID=65535), 0x0000),
    ],
)
def test_unusual_requests_are_answered(scp: ReferenceSCP, request_: CommandSet, status: int) -> None:
    with associate(scp, (VERIFICATION, (IMPLICIT_VR_LE,))) as association:
        association.send(1, request_)
        response = association.receive().command
        assert response.status == status
        assert response.message_id_being_responded_to == request_.message_id
        assert echo(association).statuses == [0]


@pytest.mark.parametrize("message", [c_cancel_rq(1), response_to(c_echo_rq(1), 0)])
def test_what_belongs_to_no_request_is_ignored(scp: ReferenceSCP, message: CommandSet) -> None:
    with associate(scp, (VERIFICATION, (IMPLICIT_VR_LE,))) as association:
        association.send(1, message)
        assert echo(association).statuses == [0]


def test_a_store_on_a_context_for_something_else_leaves_no_file(scp: ReferenceSCP, tmp_path: Path) -> None:
    (file,) = make(tmp_path / "file")
    request = c_store_rq(1, CT_IMAGE_STORAGE, file.sop_instance_uid)
    assert status_of(scp, VERIFICATION, request, file.path.read_bytes()[file.data_set_offset :]) == 0x0122
    assert list(scp.index.instances.iterdir()) == []


# C-FIND


def ask_for_all(association: Association) -> None:
    association.send(1, c_find_rq(7, MODEL.find_uid), ALL_STUDIES)


def statuses(association: Association) -> list[int | None]:
    found: list[int | None] = []
    while True:
        message = association.receive()
        found.append(message.command.status)
        if message.command.status != 0xFF00:
            assert message.data is None, "a final response carries no identifier"
            return found


def test_a_find_is_cancelled_between_two_matches(full: ReferenceSCP) -> None:
    """The index hands out its second match only when the cancel is there."""
    cancelled = threading.Event()
    rows = full.index.rows

    def slowly(*arguments: object) -> object:
        found = rows(*arguments)  # type: ignore[arg-type]
        yield found[0]
        assert cancelled.wait(30)
        yield from found[1:]

    full.index.rows = slowly  # type: ignore[method-assign, assignment]
    with associate(full, (MODEL.find_uid, (IMPLICIT_VR_LE,))) as association:
        ask_for_all(association)
        assert association.receive().command.status == 0xFF00
        association.send(1, c_cancel_rq(7))
        cancelled.set()
        # What was sent before the cancel arrived is still to be received.
        answered = statuses(association)
        assert answered[-1] == 0xFE00
        assert len(answered) < STUDIES - 1
        full.index.rows = rows  # type: ignore[method-assign]
        ask_for_all(association)
        assert statuses(association) == [0xFF00] * STUDIES + [0]


def test_two_finds_at_once_are_both_answered(full: ReferenceSCP) -> None:
    with associate(full, (MODEL.find_uid, (IMPLICIT_VR_LE,))) as association:
        ask_for_all(association)
        association.send(1, c_find_rq(8, MODEL.find_uid), ALL_STUDIES)
        assert [len(statuses(association)), len(statuses(association))] == [STUDIES + 1] * 2


def test_an_index_that_cannot_be_read(full: ReferenceSCP) -> None:
    with full.index.transaction() as connection:
        connection.execute("DROP TABLE studies")
    assert status_of(full, MODEL.find_uid, c_find_rq(1, MODEL.find_uid), ALL_STUDIES) == 0xA700
    identifier = encode_identifier(build_identifier("STUDY", {"StudyInstanceUID": "1"}), IMPLICIT_VR_LE)
    assert status_of(full, MODEL.move_uid, c_move_rq(1, MODEL.move_uid, "X"), identifier) == 0xA701


def test_a_find_that_is_refused_says_why(full: ReferenceSCP) -> None:
    with associate(full, (MODEL.find_uid, (IMPLICIT_VR_LE,))) as association:
        request = c_find_rq(1, MODEL.find_uid)
        association.send(1, request, encode_identifier(build_identifier("SERIES", {}), IMPLICIT_VR_LE))
        message = association.receive()
        assert message.command.status == 0xA900
        assert message.command.text(Tag.ERROR_COMMENT) == "StudyInstanceUID needs one value above the SERIES level"
        assert message.command.elements[Tag.OFFENDING_ELEMENT] == (0x0020000D,)
        assert message.data is None


# Many at once


def test_many_associations_at_once(scp: ReferenceSCP, tmp_path: Path) -> None:
    """Each of sixteen stores its own study and finds just that, while the others do the same."""
    sets = [make(tmp_path / f"set{number}", instances=4, rows=8, columns=8) for number in range(16)]
    start = threading.Barrier(len(sets))
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            start.wait(60)
            assert put(scp, sets[number]) == [0] * 4
            with associate(scp, (MODEL.find_uid, (EXPLICIT_VR_LE,)), timeouts=Timeouts()) as association:
                found = find(association, MODEL.find_uid, build_identifier("STUDY", {}, ["StudyInstanceUID"]))
            assert found.status == 0
            assert found.matches
        except BaseException as error:  # noqa: BLE001 - told in the main thread
            problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(sets))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert scp.index.count() == len(list(scp.index.instances.iterdir())) == 64
    assert len(scp.index.rows("STUDY", {})) == 16


def test_titles_cannot_steer_a_terminal() -> None:
    lines: list[str] = []
    ended = threading.Event()

    def log(line: str) -> None:
        lines.append(line)
        ended.set()

    with ReferenceSCP(ReferenceSettings(), log=log) as scp:
        proposal = Proposal("\x1b[2J\n", "REFERENCE", ((VERIFICATION, (IMPLICIT_VR_LE,)),))
        request_association(scp.address, proposal, Timeouts()).release()
        assert ended.wait(30)
        assert scp.log_tail() == lines
    (line,) = lines
    assert "?[2J?" in line
    assert line.isprintable()
    assert line.endswith("the peer released the association")
