"""From what a step and its peer say of negotiation to what is proposed, over as many associations as it takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.engine.needs import Needs
from harness.engine.session import Session
from harness.errors import ScenarioError
from harness.net.negotiation import MAXIMUM_CONTEXTS, Proposal
from harness.scenario.model import Step
from harness.scenario.params.association import Negotiated, UserIdentity
from harness.scenario.params.base import AssociationParams
from harness.ul import items as i

_Item = i.RoleSelection | i.ExtendedNegotiation | i.CommonExtendedNegotiation


def proposal_for(session: Session, step: Step, params: AssociationParams, own_needs: Needs, **more: Any) -> Proposal:
    """What to propose for a step: what it needs itself, or what all steps of its shared association need together.

    Raises `ScenarioError` when that does not fit an association.
    """
    needs = session.shared_needs.get(step.association or "", own_needs)
    if len(needs.contexts) > MAXIMUM_CONTEXTS:
        raise ScenarioError(
            f"{step.source}: {len(needs.contexts)} presentation contexts are needed, and an association has room for "
            "128; split the step"
        )
    return _proposal(session, step, params, needs, more)


def proposals_for(
    session: Session, step: Step, params: AssociationParams, own_needs: Needs, **more: Any
) -> list[Proposal]:
    """The same for a step whose contexts may be split: one proposal for each 128 of them (PS3.8 9.3.2.2).

    A shared association is one and cannot be split. Raises `ScenarioError` when it does not fit.
    """
    if step.association is not None:
        return [proposal_for(session, step, params, own_needs, **more)]
    return split(_proposal(session, step, params, own_needs, more))


def split(proposal: Proposal) -> list[Proposal]:
    """A proposal with any number of contexts as proposals that each fit an association.

    Roles and extended negotiation go where their SOP class is proposed; where it is nowhere, to the first.
    """
    contexts = proposal.contexts
    if len(contexts) <= MAXIMUM_CONTEXTS:
        return [proposal]
    items: tuple[_Item, ...] = (*proposal.roles, *proposal.extended, *proposal.common_extended)
    nowhere = {item.sop_class_uid for item in items} - {uid for uid, _ in contexts}
    proposals = []
    for start in range(0, len(contexts), MAXIMUM_CONTEXTS):
        group = contexts[start : start + MAXIMUM_CONTEXTS]
        here = {uid for uid, _ in group} | (set() if start else nowhere)
        proposals.append(
            replace(
                proposal,
                contexts=group,
                roles=tuple(item for item in proposal.roles if item.sop_class_uid in here),
                extended=tuple(item for item in proposal.extended if item.sop_class_uid in here),
                common_extended=tuple(item for item in proposal.common_extended if item.sop_class_uid in here),
            )
        )
    return proposals


def _proposal(session: Session, step: Step, params: AssociationParams, needs: Needs, more: dict[str, Any]) -> Proposal:
    called = params.called_ae_title or session.peer(step.peer).address.ae_title
    calling = params.calling_ae_title or session.calling_title(step.peer)
    identity = params.user_identity or session.spec(step.peer).user_identity
    stored = (uid for uid, _ in needs.contexts) if step.association is not None else ()
    asked = {role.sop_class: i.RoleSelection(role.sop_class, int(role.scu), int(role.scp)) for role in params.roles}
    roles = {role.sop_class_uid: role for role in needs.roles(stored)} | asked
    return Proposal(
        calling,
        called,
        needs.contexts,
        roles=tuple(roles.values()),
        user_identity=user_identity_item(identity),
        **_items(params),
        **more,
    )


def _items(params: Negotiated) -> dict[str, Any]:
    """What the parameters say, as fields of a proposal; what they leave out stays as it is."""
    window = params.asynchronous_operations
    stated = {
        "maximum_length": params.max_pdu_length,
        "implementation_class_uid": params.implementation_class_uid,
        "implementation_version_name": params.implementation_version_name,
        "asynchronous_operations": (window.invoked, window.performed) if window is not None else None,
        "extended": tuple(i.ExtendedNegotiation(item.sop_class, item.encode()) for item in params.extended_negotiation),
        "common_extended": tuple(
            i.CommonExtendedNegotiation(item.sop_class, item.service_class, tuple(item.related))
            for item in params.common_extended_negotiation
        ),
    }
    return {name: value for name, value in stated.items() if value is not None}


def user_identity_item(identity: UserIdentity | None) -> i.UserIdentityRQ | None:
    """A user identity as it goes over the wire."""
    if identity is None:
        return None
    identity_type, primary, secondary = identity.fields()
    return i.UserIdentityRQ(identity_type, int(identity.response), primary, secondary)
