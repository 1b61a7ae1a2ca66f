"""The association requestor: from an address to an established association, or to the reason why not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from harness.net.association import Association
from harness.net.dial import dial
from harness.net.negotiation import Proposal, negotiated_contexts
from harness.net.timeouts import Deadline, Timeouts
from harness.net.transport import Transport
from harness.net.wire import AssociationEnded, Wire
from harness.observe.answers import answers_of
from harness.observe.contexts import join_contexts
from harness.observe.ending import Ending, EndingKind
from harness.observe.pdu_facts import ending_of
from harness.observe.trace import ContextOutcome, Role, Trace
from harness.standard.ae import AEAddress
from harness.ul import pdu as p
from harness.ul.machine import Machine
from harness.ul.states import Event

if TYPE_CHECKING:
    from harness.tls.contexts import TlsClient


def request_association(
    address: AEAddress,
    proposal: Proposal,
    timeouts: Timeouts,
    *,
    tls: TlsClient | None = None,
    full_capture: bool = False,
) -> Association:
    """Ask for an association, over TLS if `tls` is given.

    What the peer does is never an exception: see `established` and `ending`. `full_capture` keeps all bytes for the
    capture file instead of masking what may hold patient data. Raises ValueError for a proposal that no PDU can hold.
    """
    request = proposal.to_pdu()
    where = f"[{address.host}]:{address.port}" if ":" in address.host else f"{address.host}:{address.port}"
    trace = Trace(where, proposal.calling_ae_title, proposal.called_ae_title, Role.REQUESTOR)
    trace.wire.full = full_capture
    if proposal.user_identity is not None:
        trace.user_identity_type = proposal.user_identity.identity_type
    trace.contexts = tuple(
        ContextOutcome(context.context_id, context.abstract_syntax, context.transfer_syntaxes)
        for context in request.contexts
    )
    association = Association(trace, timeouts)
    transport = dial(address.host, address.port, timeouts.connect, trace, tls)
    if isinstance(transport, Ending):
        trace.ending = transport
        return association
    begun = time.monotonic()
    try:
        _negotiate(association, transport, request, proposal.maximum_length)
    except AssociationEnded:
        return association
    except BaseException:
        transport.close()
        raise
    finally:
        trace.stages["association"] = time.monotonic() - begun
    return association


def _negotiate(association: Association, transport: Transport, request: p.AssociateRQ, our_maximum_length: int) -> None:
    machine = Machine(requestor=True)
    wire = Wire(transport, machine, association.trace, association.timeouts.response)
    machine.local(Event.EVT1)
    wire.local(Event.EVT2, request)
    answer = wire.read_pdu(Deadline(association.timeouts.association), "answer to the A-ASSOCIATE-RQ")
    if not isinstance(answer, p.AssociateAC):
        ending = ending_of(answer) or Ending(EndingKind.PROTOCOL_ERROR, "the peer sent an unexpected answer")
        raise wire.end(ending)
    trace = association.trace
    trace.peer_max_pdu_length = answer.maximum_length
    trace.peer_implementation_class_uid = answer.implementation_class_uid
    trace.peer_implementation_version_name = answer.implementation_version_name
    trace.answers = answers_of(answer)
    trace.contexts, deviations = join_contexts(request, answer)
    wire.note_deviations(deviations)
    association.establish(wire, negotiated_contexts(trace.contexts), our_maximum_length)
