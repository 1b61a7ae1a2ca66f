"""C-FIND as SCU (PS3.4 C.4.1, PS3.7 9.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.dimse.exchange import is_pending
from harness.dimse.messages import c_find_rq
from harness.net.association import Association, AssociationEnded
from harness.observe.outcomes import FindObservation, Match, SentQuery
from harness.services.cancel import Canceller
from harness.services.elements import problem_of
from harness.services.exchange import responses
from harness.services.identifier import asked_of, character_set_of, encode_identifier
from harness.standard.uids import uid_name
from harness.ul.deviation import Deviation

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def find(
    association: Association,
    sop_class_uid: str,
    identifier: Dataset,
    *,
    cancel_after: int | None = None,
    at_most: int | None = None,
) -> FindObservation:
    """Query with an identifier and collect all matches, undecoded, and the final status.

    With `cancel_after` a C-CANCEL follows after so many pending responses. When `at_most` so many have come, because
    the peer goes on nevertheless, we abort.
    """
    observation = FindObservation(asked=asked_of(identifier))
    context = association.find_context(sop_class_uid)
    if context is None:
        observation.unsent = f"no presentation context for {uid_name(sop_class_uid)} was accepted"
        return observation
    request = c_find_rq(association.next_message_id(), sop_class_uid)
    canceller = Canceller(association, context.context_id, request, cancel_after)
    observation.cancellation = canceller.cancellation
    data = encode_identifier(identifier, context.transfer_syntax)
    observation.sent = SentQuery(sop_class_uid, context.transfer_syntax, data, character_set_of(identifier))
    try:
        association.send(context.context_id, request, data)
        canceller.request_sent()
        for message in responses(association, request):
            status = message.command.status
            if is_pending(status) and status is not None:
                observation.matches.append(_match(message.data, context.transfer_syntax, status))
                canceller.pending_received()
                if len(observation.matches) == at_most:
                    text = f"we aborted the association when {at_most} matches had come, and a C-CANCEL was no help"
                    association.abort(text=text)
            else:
                observation.status = status
                if message.data:
                    text = "the final response of a C-FIND carries an identifier"
                    association.note_deviations([Deviation("data-set-presence", "PS3.7 9.1.2.1", text)])
    except AssociationEnded as ended:
        observation.ending = ended.ending
    return observation


def _match(data: bytes | None, transfer_syntax_uid: str, status: int) -> Match:
    return Match(data=data or b"", transfer_syntax_uid=transfer_syntax_uid, status=status, judge=_problem)


def _problem(data: bytes, transfer_syntax_uid: str) -> str:
    return problem_of(data, transfer_syntax_uid) if data else "there is no identifier"
