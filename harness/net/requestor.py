"""The association requestor: from an address to an established association, or to the reason why not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harness.net.association import Association
from harness.net.dial import dial
from harness.net.negotiation import Proposal, negotiated_contexts
from harness.net.timeouts import Deadline, Timeouts
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

_AWAITED = "answer to the A-ASSOCIATE-RQ"


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
    return begin_association(address, proposal, timeouts, tls=tls, full_capture=full_capture).conclude()


def begin_association(
    address: AEAddress,
    proposal: Proposal,
    timeouts: Timeouts,
    *,
    tls: TlsClient | None = None,
    full_capture: bool = False,
) -> AskedAssociation:
    """Connect and ask as `request_association` does, and leave the answer for later."""
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
    transport = dial(address.host, address.port, timeouts.connect, trace, tls)
    association = Association(trace, timeouts)
    if isinstance(transport, Ending):
        trace.ending = transport
        return AskedAssociation(association, request, None, proposal.maximum_length)
    wire = Wire(transport, Machine(requestor=True), trace, timeouts.response)
    asked = AskedAssociation(association, request, wire, proposal.maximum_length)
    asked.send()
    return asked


class AskedAssociation:
    """An association on its way, which waits for the answer to its A-ASSOCIATE-RQ.

    `wire` is None where no connection came about, `our_maximum_length` the length that we announce.
    """

    def __init__(
        self, association: Association, request: p.AssociateRQ, wire: Wire | None, our_maximum_length: int
    ) -> None:
        self._association = association
        self._request = request
        self._wire = wire
        self._our_maximum_length = our_maximum_length
        self._begun = time.monotonic()

    def send(self) -> None:
        """Send the A-ASSOCIATE-RQ; what keeps it from being sent is told by `conclude`."""
        with self._negotiating() as wire:
            wire.machine.local(Event.EVT1)
            wire.local(Event.EVT2, self._request)

    def conclude(self) -> Association:
        """The association as the peer answered, established or with its ending; to be called once."""
        if self._wire is not None and self._association.ending is None:
            with self._negotiating() as wire:
                self._take(wire, wire.read_pdu(Deadline(self._association.timeouts.association), _AWAITED))
        return self._association

    @contextmanager
    def _negotiating(self) -> Iterator[Wire]:
        """The wire, which does not outlive an interruption; that the association ends is in its trace."""
        wire, trace = self._wire, self._association.trace
        assert wire is not None
        try:
            yield wire
        except AssociationEnded:
            pass
        except BaseException:
            wire.transport.close()
            raise
        finally:
            trace.stages["association"] = time.monotonic() - self._begun

    def _take(self, wire: Wire, answer: p.PDU) -> None:
        if not isinstance(answer, p.AssociateAC):
            ending = ending_of(answer) or Ending(EndingKind.PROTOCOL_ERROR, "the peer sent an unexpected answer")
            raise wire.end(ending)
        trace = self._association.trace
        trace.peer_max_pdu_length = answer.maximum_length
        trace.peer_implementation_class_uid = answer.implementation_class_uid
        trace.peer_implementation_version_name = answer.implementation_version_name
        trace.answers = answers_of(answer)
        trace.contexts, deviations = join_contexts(self._request, answer)
        wire.note_deviations(deviations)
        self._association.establish(wire, negotiated_contexts(trace.contexts), self._our_maximum_length)
