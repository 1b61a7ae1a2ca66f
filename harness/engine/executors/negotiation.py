"""Echo, associate and negotiate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.engine.executors.base import Executor, Executors, over
from harness.engine.needs import Needs
from harness.engine.proposals import proposal_for, proposals_for
from harness.engine.session import Session
from harness.net.negotiation import Proposal
from harness.observe.outcomes import AssociateObservation, EchoObservation, Observation
from harness.scenario.model import Step
from harness.scenario.params.association import RoleProposal
from harness.scenario.params.base import ServiceName
from harness.scenario.params.negotiation import AssociateParams, EchoParams, NegotiateParams
from harness.services.echo import echo
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.ul.pdu import DICOM_APPLICATION_CONTEXT


def needs_of_echo(params: EchoParams, session: Session) -> Needs:
    """Verification."""
    return Needs(((VERIFICATION, (IMPLICIT_VR_LE,)),))


def needs_of_associate(params: AssociateParams, session: Session) -> Needs:
    """The contexts or SOP classes that are named."""
    if params.contexts:
        return Needs(tuple((context.abstract_syntax, tuple(context.transfer_syntaxes)) for context in params.contexts))
    return Needs(tuple((uid, (IMPLICIT_VR_LE,)) for uid in params.abstract_syntaxes))


def needs_of_negotiate(params: NegotiateParams, session: Session) -> Needs:
    """A context for each transfer syntax."""
    return Needs(tuple((params.abstract_syntax, (syntax,)) for syntax in params.transfer_syntaxes))


def perform_echo(session: Session, step: Step, params: EchoParams) -> Observation:
    """One or more C-ECHO requests."""
    proposal = proposal_for(session, step, params, needs_of_echo(params, session))
    return over(session, step, proposal, lambda association: echo(association, params.repeat), EchoObservation())


def perform_associate(session: Session, step: Step, params: AssociateParams) -> Observation:
    """An association and nothing more; several where one has no room for all contexts."""
    proposals = proposals_for(
        session,
        step,
        params.model_copy(update={"roles": [*params.roles, *_roles(params)]}),
        needs_of_associate(params, session),
        application_context=params.application_context or DICOM_APPLICATION_CONTEXT,
    )
    observation = _each(session, step, proposals)
    observation.contexts = [context for trace in observation.traces for context in trace.contexts]
    return observation


def _roles(params: AssociateParams) -> Iterator[RoleProposal]:
    """The roles that contexts ask for, each SOP class once."""
    for context in {context.abstract_syntax: context for context in params.contexts}.values():
        if context.scu_role is not None or context.scp_role is not None:
            scu = True if context.scu_role is None else context.scu_role
            yield RoleProposal(sop_class=context.abstract_syntax, scu=scu, scp=bool(context.scp_role))


def perform_negotiate(session: Session, step: Step, params: NegotiateParams) -> Observation:
    """An association, or as many as it takes, and what the peer says to each presentation context."""
    needs = needs_of_negotiate(params, session)
    observation = _each(session, step, proposals_for(session, step, params, needs))
    observation.contexts = [
        context
        for trace in observation.traces
        for context in trace.contexts
        if (context.abstract_syntax, context.transfer_syntaxes) in needs.contexts
    ]
    return observation


def _each(session: Session, step: Step, proposals: Sequence[Proposal]) -> AssociateObservation:
    """One association after the other; together they are accepted if each is, and the first that is not tells why."""
    merged = AssociateObservation(accepted=True)
    for proposal in proposals:
        accepted = AssociateObservation(accepted=True)
        observation = over(session, step, proposal, lambda association, seen=accepted: seen, AssociateObservation())  # type: ignore[misc]
        assert isinstance(observation, AssociateObservation)
        merged.accepted = merged.accepted and observation.accepted
        merged.ending = merged.ending or observation.ending
        merged.traces += observation.traces
        merged.seconds += observation.seconds
    return merged


EXECUTORS: Executors = {
    ServiceName.ECHO: Executor(perform_echo, needs_of_echo),
    ServiceName.ASSOCIATE: Executor(perform_associate, needs_of_associate),
    ServiceName.NEGOTIATE: Executor(perform_negotiate, needs_of_negotiate),
}
