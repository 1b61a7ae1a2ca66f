"""N-CREATE and N-SET as SCU: what an SCP may answer, and what it answers wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from harness.dimse.command import CommandSet, Value
from harness.dimse.elements import Tag
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.services.normalized import create_instance, set_instance
from harness.standard.uids import EXPLICIT_VR_LE, PROCEDURE_STEP, VERIFICATION
from tests.support.accepting import accepting
from tests.support.normalized import begun, ended

Respond = Callable[[CommandSet], CommandSet | None]


@contextmanager
def answering(respond: Respond, proposed: str = PROCEDURE_STEP) -> Iterator[Association]:
    """An association with a peer that answers every request so; with nothing it aborts."""

    def serve(association: Association) -> None:
        while True:
            message = association.receive(30)
            response = respond(message.command)
            if response is None:
                association.abort()
                return
            association.send(message.context_id, response)

    proposal = Proposal("HARNESS", "PEER", ((proposed, (EXPLICIT_VR_LE,)),))
    with accepting(serve) as address, request_association(address, proposal, Timeouts()) as association:
        yield association


def naming(uid: str | None) -> Respond:
    """Success, with this Affected SOP Instance UID or none."""

    def respond(request: CommandSet) -> CommandSet:
        response = response_to(request, 0)
        response.elements.pop(Tag.AFFECTED_SOP_INSTANCE_UID, None)
        if uid is not None:
            response.elements[Tag.AFFECTED_SOP_INSTANCE_UID] = uid
        return response

    return respond


@pytest.mark.parametrize(
    ("asked", "answered", "uid", "fault"),
    [
        ("1.2.3", "1.2.3", "1.2.3", ""),
        ("1.2.3", None, "1.2.3", ""),
        ("1.2.3", "1.2.4", "1.2.3", "the response to the N-CREATE names another SOP instance than the request"),
        (None, "1.2.4", "1.2.4", ""),
        (None, None, "", "the peer created an instance and does not name it, though the request left the UID to it"),
    ],
)
def test_the_instance_that_was_created(asked: str | None, answered: str | None, uid: str, fault: str) -> None:
    with answering(naming(answered)) as association:
        created = create_instance(association, PROCEDURE_STEP, begun(), asked)
        assert (created.status, created.sop_instance_uid, created.created) == (0, uid, True)
        assert [deviation.text for deviation in association.trace.deviations] == ([fault] if fault else [])


def test_what_the_response_says_of_attributes() -> None:
    more: dict[int, Value] = {Tag.ATTRIBUTE_IDENTIFIER_LIST: (0x00100010, 0x00080060), Tag.ERROR_ID: 0xA710}
    with answering(lambda request: response_to(request, 0x0110, more=more)) as association:
        changed = set_instance(association, PROCEDURE_STEP, ended(), "1.2.3")
    assert (changed.status, changed.attributes, changed.error_id) == (0x0110, (0x00100010, 0x00080060), 0xA710)
    assert not changed.created


def test_a_peer_that_aborts() -> None:
    with answering(lambda request: None) as association:
        created = create_instance(association, PROCEDURE_STEP, begun(), "1.2.3")
    assert created.status is None
    assert created.ending is not None


def test_no_context() -> None:
    with answering(lambda request: None, VERIFICATION) as association:
        created = create_instance(association, PROCEDURE_STEP, begun(), "1.2.3")
        changed = set_instance(association, PROCEDURE_STEP, ended(), "1.2.3")
    for observation in (created, changed):
        assert "no presentation context for Modality Performed Procedure Step was accepted" in observation.unsent
