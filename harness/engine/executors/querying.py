"""Find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.engine.executors.base import over, proposal_for
from harness.engine.needs import IDENTIFIER_SYNTAXES, Needs
from harness.engine.session import Session
from harness.errors import ScenarioError
from harness.observe.outcomes import FindObservation, Observation
from harness.scenario.model import Step
from harness.scenario.params.querying import FindParams, QueryParams
from harness.services.find import find
from harness.services.identifier import build_identifier

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def needs_of_find(params: FindParams, session: Session) -> Needs:
    """The FIND SOP class of the model."""
    return Needs(((params.model.find_uid, IDENTIFIER_SYNTAXES),))


def perform_find(session: Session, step: Step, params: FindParams) -> Observation:
    """A C-FIND. Raises `ScenarioError`."""
    identifier = identifier_of(step, params, params.return_keys)
    uid = params.model.find_uid
    proposal = proposal_for(session, step, params, needs_of_find(params, session))
    return over(
        session,
        step,
        proposal,
        lambda association: find(association, uid, identifier, cancel_after=cancel_after(params)),
        FindObservation(),
    )


def cancel_after(params: QueryParams) -> int | None:
    """After how many pending responses the request is canceled, if it is."""
    return params.cancel.after if params.cancel is not None else None


def identifier_of(step: Step, params: QueryParams, return_keys: Sequence[str] = ()) -> Dataset:
    """The identifier of a query or a retrieve. Raises `ScenarioError`."""
    try:
        return build_identifier(params.level, params.keys, return_keys)
    except ValueError as error:
        raise ScenarioError(f"{step.source}: {error}") from None
