"""Archives whose services contradict each other: what one says is done, the next knows nothing of."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

from harness.dimse.command import Value
from harness.dimse.elements import Command, Tag
from harness.dimse.messages import c_store_rq, response_to
from harness.net.association import Association
from harness.net.negotiation import Proposal, accept
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.data_set import decode_data_set
from harness.services.identifier import build_data_set, encode_identifier
from harness.standard.ae import AEAddress
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE
from harness.ul.pdu import AssociateAC, AssociateRQ
from tests.support.accepting import accepting, choose_first

PENDING = 0xFF00


def _send(association: Association, number: int) -> None:
    """Images of which nothing but their UIDs is there."""
    context = association.find_context(CT_IMAGE_STORAGE)
    assert context is not None
    for index in range(number):
        uid = f"1.2.3.{index}"
        image = build_data_set({"SOPClassUID": CT_IMAGE_STORAGE, "SOPInstanceUID": uid})
        request = c_store_rq(index + 1, CT_IMAGE_STORAGE, uid)
        association.send(context.context_id, request, encode_identifier(image, context.transfer_syntax))
        association.receive(30)


def _move(us: AEAddress, number: int) -> None:
    """The same, over an association of its own."""
    proposal = Proposal("PEER", us.ae_title, ((CT_IMAGE_STORAGE, (IMPLICIT_VR_LE,)),))
    with request_association(us, proposal, Timeouts()) as association:
        _send(association, number)


def archive_that_finds(
    matches: int, sends: int = 0, changed: Mapping[str, str] | None = None, us: AEAddress | None = None
) -> AbstractContextManager[AEAddress]:
    """Answers everything with success; a C-GET brings so many instances, and so does a C-MOVE where it knows us.

    A query has so many matches, each with what it asked for and with what is `changed` of it.
    """

    def serve(association: Association) -> None:
        while True:
            message = association.receive(30)
            command = message.command
            syntax = association.contexts[message.context_id].transfer_syntax
            if command.command_field == Command.C_FIND_RQ:
                match = decode_data_set(message.data or b"", syntax)
                for keyword, value in (changed or {}).items():
                    setattr(match, keyword, value)
                for _ in range(matches):
                    pending = response_to(command, PENDING, data_set=True)
                    association.send(message.context_id, pending, encode_identifier(match, syntax))
            counters: dict[int, Value] = {}
            if command.command_field == Command.C_GET_RQ:
                _send(association, sends)
                counters = {Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS: sends}
            if command.command_field == Command.C_MOVE_RQ and us is not None:
                _move(us, sends)
                counters = {Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS: sends}
            association.send(message.context_id, response_to(command, 0, more=counters))

    def negotiate(request: AssociateRQ, _host: str) -> AssociateAC:
        return accept(request, choose_first, roles=lambda role: role)

    return accepting(serve, negotiate)
