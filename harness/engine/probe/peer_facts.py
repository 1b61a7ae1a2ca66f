"""What a peer says of itself, and what it answers to everything that can be negotiated beside contexts."""

from __future__ import annotations

from dataclasses import replace

from harness.engine.probe.asking import Asking
from harness.engine.probe.request import ProbeRequest
from harness.net.association import Association
from harness.net.negotiation import MAXIMUM_CONTEXTS, Proposal
from harness.observe.probe import Matrix, PeerFacts
from harness.standard.extended import STORAGE, layout_of
from harness.standard.families import Family, family_of
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.ul.items import ExtendedNegotiation, RoleSelection

_WINDOW = (16, 16)
"""Operations invoked and performed at once that are proposed (PS3.7 D.3.3.3)."""


def plain_facts(association: Association, request: ProbeRequest) -> PeerFacts:
    """What an association without further negotiation shows."""
    trace = association.trace
    return PeerFacts(
        trace.peer_max_pdu_length,
        trace.peer_implementation_class_uid,
        trace.peer_implementation_version_name,
        identity_offered=request.user_identity is not None,
        identity_answered=trace.answers.user_identity,
        tls=trace.tls,
    )


def verification(request: ProbeRequest) -> Proposal:
    """The smallest association there is: whoever does not accept it cannot be probed."""
    identity = request.user_identity
    if identity is not None:
        identity = replace(identity, positive_response_requested=1)
    contexts = ((VERIFICATION, (IMPLICIT_VR_LE,)),)
    return Proposal(request.calling_ae_title, request.address.ae_title, contexts, user_identity=identity)


def negotiated_facts(
    plain: PeerFacts, matrix: Matrix, request: ProbeRequest, asking: Asking, most: int = MAXIMUM_CONTEXTS
) -> PeerFacts:
    """The same with the answers to a window, to extended negotiation and to the SCP role for what is accepted.

    What is asked in an association that does not stand counts as not answered, and it is told how it ended.
    """
    accepted = [uid for uid in matrix.sop_classes if matrix.accepted(uid)]
    facts = replace(plain, asked_window=_WINDOW)
    for start in range(0, len(accepted), most):
        group = accepted[start : start + most]
        association = asking.ask(_everything(group, matrix, request))
        answers = association.trace.answers
        facts = replace(
            facts,
            asynchronous_operations=facts.asynchronous_operations or answers.asynchronous_operations,
            extended=facts.extended + answers.extended,
            scp_roles=facts.scp_roles + _scp_roles(association),
            negotiation_ended=facts.negotiation_ended or (None if association.established else association.ending),
        )
    return facts


def _everything(group: list[str], matrix: Matrix, request: ProbeRequest) -> Proposal:
    return Proposal(
        request.calling_ae_title,
        request.address.ae_title,
        tuple((uid, tuple(dict.fromkeys((IMPLICIT_VR_LE, *matrix.accepted(uid))))) for uid in group),
        roles=tuple(RoleSelection(uid, 1, 1) for uid in group if family_of(uid) is Family.STORAGE),
        user_identity=request.user_identity,
        asynchronous_operations=_WINDOW,
        extended=tuple(item for uid in group for item in _extended(uid)),
    )


def _extended(uid: str) -> tuple[ExtendedNegotiation, ...]:
    """Everything that is negotiable for a SOP class; nothing for one without extended negotiation."""
    layout = layout_of(uid)
    if layout is None:
        return ()
    # A Storage SCU says 0 to 2 for itself, and is told the level of the SCP (PS3.4 B.3.1).
    values = {} if layout is STORAGE else {field.name: field.maximum for field in layout.fields}
    return (ExtendedNegotiation(uid, layout.encode(values)),)


def _scp_roles(association: Association) -> tuple[str, ...]:
    return tuple(context.abstract_syntax for context in association.trace.contexts if context.scp_role)
