"""N-CREATE and N-SET as SCU (PS3.7 10.1.5, 10.1.3): performed procedure steps, notifications of availability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.dimse.command import CommandSet
from harness.dimse.elements import Tag
from harness.dimse.messages import n_create_rq, n_set_rq
from harness.net.association import Association, AssociationEnded
from harness.net.negotiation import NegotiatedContext
from harness.observe.normalized import NormalizedObservation
from harness.services.exchange import final_response
from harness.services.identifier import encode_identifier
from harness.standard.uids import uid_name
from harness.ul.deviation import Deviation

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def create_instance(
    association: Association, sop_class_uid: str, attributes: Dataset, sop_instance_uid: str | None = None
) -> NormalizedObservation:
    """Ask the peer to create an instance; without a UID of ours it chooses one."""
    observation = NormalizedObservation(
        sop_class_uid=sop_class_uid, created=True, sop_instance_uid=sop_instance_uid or ""
    )
    context = _context(association, observation)
    if context is None:
        return observation
    request = n_create_rq(association.next_message_id(), sop_class_uid, sop_instance_uid)
    response = _exchange(association, context, request, attributes, observation)
    if response is None or observation.status != 0:
        return observation
    answered = response.affected_sop_instance_uid or ""
    if sop_instance_uid is None and not answered:
        text = "the peer created an instance and does not name it, though the request left the UID to it"
        association.note_deviations([Deviation("instance-assigned", "PS3.7 10.1.5.1.4", text)])
    elif sop_instance_uid is not None and answered not in ("", sop_instance_uid):
        text = "the response to the N-CREATE names another SOP instance than the request"
        association.note_deviations([Deviation("response-sop-instance", "PS3.7 10.1.5.1.4", text)])
    observation.sop_instance_uid = sop_instance_uid or answered
    return observation


def set_instance(
    association: Association, sop_class_uid: str, modifications: Dataset, sop_instance_uid: str
) -> NormalizedObservation:
    """Ask the peer to change an instance."""
    observation = NormalizedObservation(sop_class_uid=sop_class_uid, sop_instance_uid=sop_instance_uid)
    context = _context(association, observation)
    if context is not None:
        request = n_set_rq(association.next_message_id(), sop_class_uid, sop_instance_uid)
        _exchange(association, context, request, modifications, observation)
    return observation


def _context(association: Association, observation: NormalizedObservation) -> NegotiatedContext | None:
    context = association.find_context(observation.sop_class_uid)
    if context is None:
        observation.unsent = f"no presentation context for {uid_name(observation.sop_class_uid)} was accepted"
    return context


def _exchange(
    association: Association,
    context: NegotiatedContext,
    request: CommandSet,
    attributes: Dataset,
    observation: NormalizedObservation,
) -> CommandSet | None:
    """Send a request and note what the response says; None when the association ended before it came."""
    try:
        association.send(context.context_id, request, encode_identifier(attributes, context.transfer_syntax))
        response = final_response(association, request).command
    except AssociationEnded as ended:
        observation.ending = ended.ending
        return None
    observation.status = response.status
    listed = response.elements.get(Tag.ATTRIBUTE_IDENTIFIER_LIST)
    observation.attributes = listed if isinstance(listed, tuple) else ()
    observation.error_id = response.number(Tag.ERROR_ID)
    return response
