"""Echo, associate and negotiate."""

from __future__ import annotations

from harness.engine.executors.base import over, proposal_for
from harness.engine.needs import Needs
from harness.engine.session import Session
from harness.net.negotiation import OUR_MAXIMUM_LENGTH
from harness.observe.outcomes import AssociateObservation, EchoObservation, Observation
from harness.scenario.model import Step
from harness.scenario.params.negotiation import AssociateParams, EchoParams, NegotiateParams
from harness.services.echo import echo
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.ul.items import UserIdentityRQ
from harness.ul.pdu import DICOM_APPLICATION_CONTEXT


def needs_of_echo(params: EchoParams, session: Session) -> Needs:
    """Verification."""
    return Needs(((VERIFICATION, (IMPLICIT_VR_LE,)),))


def needs_of_associate(params: AssociateParams, session: Session) -> Needs:
    """The SOP classes that are named."""
    return Needs(tuple((uid, (IMPLICIT_VR_LE,)) for uid in params.abstract_syntaxes))


def needs_of_negotiate(params: NegotiateParams, session: Session) -> Needs:
    """A context for each transfer syntax."""
    return Needs(tuple((params.abstract_syntax, (syntax,)) for syntax in params.transfer_syntaxes))


def perform_echo(session: Session, step: Step, params: EchoParams) -> Observation:
    """One or more C-ECHO requests."""
    proposal = proposal_for(session, step, params, needs_of_echo(params, session))
    return over(session, step, proposal, lambda association: echo(association, params.repeat), EchoObservation())


def perform_associate(session: Session, step: Step, params: AssociateParams) -> Observation:
    """An association and nothing more."""
    identity = None
    if params.user_identity is not None:
        user = params.user_identity
        kind = 1 if user.passcode is None else 2
        identity = UserIdentityRQ(kind, 0, user.username.encode(), (user.passcode or "").encode())
    proposal = proposal_for(
        session,
        step,
        params,
        needs_of_associate(params, session),
        maximum_length=OUR_MAXIMUM_LENGTH if params.max_pdu_length is None else params.max_pdu_length,
        application_context=params.application_context or DICOM_APPLICATION_CONTEXT,
        user_identity=identity,
    )
    accepted = AssociateObservation(accepted=True)
    return over(session, step, proposal, lambda association: accepted, AssociateObservation())


def perform_negotiate(session: Session, step: Step, params: NegotiateParams) -> Observation:
    """An association, and what the peer says to each presentation context."""
    needs = needs_of_negotiate(params, session)
    proposal = proposal_for(session, step, params, needs)
    accepted = AssociateObservation(accepted=True)
    observation = over(session, step, proposal, lambda association: accepted, AssociateObservation())
    assert isinstance(observation, AssociateObservation)
    observation.contexts = [
        context
        for context in observation.traces[0].contexts
        if (context.abstract_syntax, context.transfer_syntaxes) in needs.contexts
    ]
    return observation
