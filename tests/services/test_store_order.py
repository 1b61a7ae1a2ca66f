"""The next instance leaves as soon as a response has come, before that is taken apart: nothing of it may get lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from harness.dimse.command import encode_command
from harness.dimse.fragment import Message
from harness.dimse.messages import VERIFICATION_SOP_CLASS, c_echo_rq, response_to
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.outgoing import Outgoing
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import Ending, EndingKind
from harness.observe.outcomes import StoreObservation
from harness.observe.trace import COMMAND
from harness.services.part10 import FileMeta
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE
from harness.ul.encode import encode_pdu
from harness.ul.pdu import PDV, PDataTF
from tests.support.accepting import accepting

COUNT = 3
ECHO = (VERIFICATION_SOP_CLASS, (IMPLICIT_VR_LE,))
Answering = Callable[[Association, Message, int], None]


def peer(answer: Answering) -> AbstractContextManager[AEAddress]:
    """A Storage SCP that answers each request with the status that is given, in its own way."""

    def serve(association: Association) -> None:
        for number in range(COUNT):
            answer(association, association.receive(30), 0xC000 + number)
        association.receive(30)

    return accepting(serve)


def stored(address: AEAddress, folder: Path) -> tuple[StoreObservation, list[str]]:
    """The observation, and what the peer did wrong."""
    files = []
    for number in range(COUNT):
        path = folder / str(number)
        path.write_bytes(bytes(100))
        files.append(FileMeta(path, CT_IMAGE_STORAGE, f"1.2.{number}", EXPLICIT_VR_LE, 0, 100))
    with request_association(address, Proposal("HARNESS", "PEER", needed_contexts(files)), Timeouts()) as association:
        observation = store(association, files)
    return observation, [deviation.rule for deviation in association.trace.deviations]


def statuses(observation: StoreObservation) -> list[int | None]:
    return [instance.status for instance in observation.instances]


def whole(association: Association, message: Message, status: int) -> None:
    association.send(message.context_id, response_to(message.command, status))


def halves(message: Message, status: int) -> tuple[PDV, PDV]:
    command = encode_command(response_to(message.command, status))
    return PDV(message.context_id, True, False, command[:40]), PDV(message.context_id, True, True, command[40:])


def in_two_pdus(association: Association, message: Message, status: int) -> None:
    assert association._wire is not None
    association._wire.send_bytes([encode_pdu(PDataTF((half,))) for half in halves(message, status)])


def in_two_pdvs(association: Association, message: Message, status: int) -> None:
    assert association._wire is not None
    association._wire.send_bytes([encode_pdu(PDataTF(halves(message, status)))])


def after_nothing(association: Association, message: Message, status: int) -> None:
    assert association._wire is not None
    association._wire.send_bytes([encode_pdu(PDataTF(()))])
    whole(association, message, status)


def with_a_data_set(association: Association, message: Message, status: int) -> None:
    association.send(message.context_id, response_to(message.command, status, data_set=True), b"\x08\0\x18\0\0\0\0\0")


def test_what_is_to_leave_next_leaves_before_what_came_is_taken_apart() -> None:
    def serve(association: Association) -> None:
        whole(association, association.receive(30), 0)
        association.receive(30)

    seen = []
    with (
        accepting(serve) as address,
        request_association(address, Proposal("HARNESS", "PEER", (ECHO,)), Timeouts()) as association,
    ):
        (context_id,) = association.contexts
        association.send(context_id, c_echo_rq(1))
        wire = association._wire
        assert wire is not None
        association.receive(on_arrival=lambda: seen.append(wire.latest_command and wire.latest_command.summary))
    assert seen == [COMMAND], "it has come, and nobody knows yet what it says"
    assert "C-ECHO-RSP 1, status 0000H" in [pdu.summary for pdu in association.trace.pdus]


@pytest.mark.parametrize("answer", [whole, in_two_pdus, in_two_pdvs, after_nothing, with_a_data_set])
def test_each_instance_has_its_own_status_however_it_came(answer: Answering, tmp_path: Path) -> None:
    with peer(answer) as address:
        observation, _ = stored(address, tmp_path)
    assert statuses(observation) == [0xC000, 0xC001, 0xC002]
    assert observation.ending is None


def test_a_response_that_names_the_next_request_is_not_taken_for_its_own(tmp_path: Path) -> None:
    def hastily(association: Association, message: Message, status: int) -> None:
        response = response_to(message.command, status)
        response.elements[0x00000120] = (message.command.message_id or 0) + 1
        association.send(message.context_id, response)

    with peer(hastily) as address:
        observation, deviations = stored(address, tmp_path)
    assert statuses(observation) == [0xC000, 0xC001, 0xC002]
    assert deviations == ["response-message-id"] * COUNT


def test_the_response_that_came_counts_when_the_next_instance_cannot_be_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends = Association.send_prepared
    sent: list[Outgoing] = []

    def until_cut(association: Association, message: Outgoing) -> None:
        if association.trace.called_ae_title == "PEER" and message.data:
            sent.append(message)
            if len(sent) == 2:
                assert association._wire is not None
                raise association._wire.end(Ending(EndingKind.RESET, "the peer reset the connection"))
        sends(association, message)

    monkeypatch.setattr(Association, "send_prepared", until_cut)
    with peer(whole) as address:
        observation, _ = stored(address, tmp_path)
    assert statuses(observation) == [0xC000, None, None]
    assert [bool(instance.unsent) for instance in observation.instances] == [False, False, True]
    assert observation.ending is not None
    assert observation.ending.kind is EndingKind.RESET
