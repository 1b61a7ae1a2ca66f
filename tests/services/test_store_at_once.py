"""Several instances are on their way at once where that was negotiated, and each gets the status that is its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from harness.dimse.fragment import Message
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.net.negotiation import Proposal, accept
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.outcomes import StoreObservation
from harness.services.part10 import FileMeta
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE
from harness.ul.items import AsynchronousOperationsWindow
from tests.support.accepting import accepting, choose_first

COUNT = 6
Answering = Callable[[Association, list[Message]], None]


def peer(window: int, answer: Answering) -> AbstractContextManager[AEAddress]:
    """A Storage SCP that takes so many requests, as many as there may be at once, before it answers them."""

    def serve(association: Association) -> None:
        left = COUNT
        while left:
            size = min(left, window or COUNT)
            left -= size
            answer(association, [association.receive(30) for _ in range(size)])
        association.receive(30)

    more = [AsynchronousOperationsWindow(window, 1)]
    return accepting(serve, lambda request, _host: accept(request, choose_first, more=more))


def status_of(message: Message) -> int:
    """A status that tells by which instance it was earned."""
    return 0xC000 + int((message.command.affected_sop_instance_uid or "").rpartition(".")[2])


def backwards(association: Association, messages: list[Message]) -> None:
    for message in reversed(messages):
        association.send(message.context_id, response_to(message.command, status_of(message)))


def stored(address: AEAddress, folder: Path) -> tuple[StoreObservation, list[str]]:
    """The observation, and what the peer did wrong."""
    files = []
    for number in range(COUNT):
        path = folder / str(number)
        path.write_bytes(bytes([number]) * 101)
        files.append(FileMeta(path, CT_IMAGE_STORAGE, f"1.2.{number}", EXPLICIT_VR_LE, 0, 101))
    proposal = Proposal("HARNESS", "PEER", needed_contexts(files), asynchronous_operations=(0, 1))
    with request_association(address, proposal, Timeouts()) as association:
        observation = store(association, files)
    return observation, [deviation.rule for deviation in association.trace.deviations]


@pytest.mark.parametrize("window", [1, 2, 4, 0])
def test_each_instance_has_its_own_status(window: int, tmp_path: Path) -> None:
    with peer(window, backwards) as address:
        observation, deviations = stored(address, tmp_path)
    assert [instance.status for instance in observation.instances] == [0xC000 + number for number in range(COUNT)]
    assert deviations == []
    assert observation.ending is None


def test_a_response_to_nothing_is_noted_and_taken_for_the_oldest(tmp_path: Path) -> None:
    def strangely(association: Association, messages: list[Message]) -> None:
        for message in messages:
            status = status_of(message)
            message.command.elements[0x00000110] = 999
            association.send(message.context_id, response_to(message.command, status))

    with peer(3, strangely) as address:
        observation, deviations = stored(address, tmp_path)
    assert [instance.status for instance in observation.instances] == [0xC000 + number for number in range(COUNT)]
    assert deviations == ["response-message-id"] * COUNT


def test_what_was_on_its_way_when_the_peer_left_has_no_status(tmp_path: Path) -> None:
    def leave(association: Association, messages: list[Message]) -> None:
        backwards(association, messages[-1:])
        association.abort()

    with peer(3, leave) as address:
        observation, _ = stored(address, tmp_path)
    assert [instance.status for instance in observation.instances] == [None, None, 0xC002, None, None, None]
    assert observation.ending is not None
    assert observation.instances[-1].unsent
