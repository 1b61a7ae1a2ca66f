"""Find and worklist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.engine.executors.base import Executor, Executors, over
from harness.engine.needs import IDENTIFIER_SYNTAXES, Needs
from harness.engine.proposals import proposal_for
from harness.engine.scheduled import scheduled_in
from harness.engine.session import Session
from harness.errors import ScenarioError
from harness.observe.outcomes import FindObservation, Observation
from harness.scenario.model import Step
from harness.scenario.params.base import ServiceName
from harness.scenario.params.identifiers import IdentifierParams, SearchParams
from harness.scenario.params.querying import FindParams, QueryParams
from harness.scenario.params.worklist import WorklistParams
from harness.services.find import find
from harness.services.identifier import build_identifier, read_query
from harness.standard.attributes import Attributes
from harness.standard.worklist import MODALITY_WORKLIST_FIND

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def needs_of_find(params: FindParams, session: Session) -> Needs:
    """The FIND SOP class of the model."""
    return Needs(((params.model.find_uid, IDENTIFIER_SYNTAXES),))


def needs_of_worklist(params: WorklistParams, session: Session) -> Needs:
    """The FIND SOP class of the Modality Worklist."""
    return Needs(((MODALITY_WORKLIST_FIND, IDENTIFIER_SYNTAXES),))


def perform_find(session: Session, step: Step, params: FindParams) -> Observation:
    """A C-FIND. Raises `ScenarioError`."""
    identifier = _query_of(session, step, params, params.stated_level, params.asked_for)
    needs = needs_of_find(params, session)
    return _search(session, step, params, params.model.find_uid, identifier, needs)


def perform_worklist(session: Session, step: Step, params: WorklistParams) -> Observation:
    """A C-FIND of the Modality Worklist. Raises `ScenarioError`."""
    identifier = _query_of(session, step, params, "", params.asked_for)
    needs = needs_of_worklist(params, session)
    observation = _search(session, step, params, MODALITY_WORKLIST_FIND, identifier, needs)
    assert isinstance(observation, FindObservation)
    session.scheduled |= scheduled_in(observation, session.spec(step.peer))
    return observation


def _search(
    session: Session, step: Step, params: SearchParams, sop_class_uid: str, identifier: Dataset, needs: Needs
) -> Observation:
    proposal = proposal_for(session, step, params, needs)
    return over(
        session,
        step,
        proposal,
        lambda association: find(association, sop_class_uid, identifier, cancel_after=cancel_after(params)),
        FindObservation(),
    )


def cancel_after(params: IdentifierParams) -> int | None:
    """After how many pending responses the request is canceled, if it is."""
    return params.cancel.after if params.cancel is not None else None


def _query_of(session: Session, step: Step, params: SearchParams, level: str, returned: Attributes) -> Dataset:
    try:
        base = read_query(session.file.path.parent / params.query) if params.query else None
        return build_identifier(level, params.keys, returned, base=base, character_set=params.character_set)
    except ValueError as error:
        raise ScenarioError(f"{step.source}: {error}") from None


def identifier_of(step: Step, params: QueryParams) -> Dataset:
    """The identifier of a retrieve. Raises `ScenarioError`."""
    try:
        return build_identifier(params.level, params.keys, character_set=params.character_set)
    except ValueError as error:
        raise ScenarioError(f"{step.source}: {error}") from None


EXECUTORS: Executors = {
    ServiceName.FIND: Executor(perform_find, needs_of_find),
    ServiceName.WORKLIST: Executor(perform_worklist, needs_of_worklist),
}
