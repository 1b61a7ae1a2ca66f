"""`requires:` of a scenario: what the peer must accept, found out once by negotiating it."""

from __future__ import annotations

from harness.engine.proposals import user_identity_item
from harness.engine.session import Session
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.scenario.model import Scenario, Step
from harness.standard.negotiation import context_result_name
from harness.standard.uids import uid_name


def unmet_requirement(session: Session, scenario: Scenario, step: Step) -> str:
    """Which required capability the scenario's peer has not, with the evidence; empty when it has all.

    Only a refused presentation context is evidence that a capability is missing; no association says nothing, and
    the scenario then runs and tells.
    """
    if not scenario.requires or step is not scenario.steps[0]:
        return ""
    name = scenario.peer
    pairs = [(requirement["sop_class"], (requirement["transfer_syntax"],)) for requirement in scenario.requires]
    proposal = Proposal(
        session.calling_title(name),
        session.peer(name).address.ae_title,
        tuple(pairs),
        user_identity=user_identity_item(session.spec(name).user_identity),
    )
    association = request_association(
        session.peer(name).address, proposal, session.timeouts(name), tls=session.roster.tls(name)
    )
    if not association.established:
        return ""
    with association:
        for context in association.trace.contexts:
            if not context.accepted:
                what = f"{uid_name(context.abstract_syntax)} in {uid_name(context.transfer_syntaxes[0])}"
                return f"`{name}` does not support {what}: {context_result_name(context.result)}"
    return ""
