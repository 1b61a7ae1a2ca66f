"""Relations: what they ask is asked, within limits and no faster than the archive answers."""

from __future__ import annotations

import time
from datetime import date

from harness.checks.relations.asking import concluded
from harness.checks.relations.catalogue import RELATIONS
from harness.engine.executors.base import Executor, Executors, over
from harness.engine.executors.retrieving import await_arrivals, receiver
from harness.engine.needs import IDENTIFIER_SYNTAXES, Needs
from harness.engine.proposals import proposal_for
from harness.engine.session import Session
from harness.net.association import Association
from harness.observe.outcomes import Observation, RetrieveObservation
from harness.observe.relations import Answer, Limits, Query, Question, RelationObservation, Retrieval
from harness.scenario.model import Step
from harness.scenario.params.base import ServiceName
from harness.scenario.params.relation import RelationName, RelationParams
from harness.services.find import find
from harness.services.identifier import build_identifier
from harness.services.retrieve import move
from harness.standard.models import QueryModel
from harness.standard.uids import is_valid_uid

_MORE = {
    RelationName.PATIENT_ROOT: (QueryModel.PATIENT_ROOT.find_uid,),
    RelationName.RETRIEVAL: (QueryModel.STUDY_ROOT.move_uid,),
}
"""What a relation asks beside queries of the Study Root model."""


LONGEST_REST = 1.0
"""Seconds: an archive gets as much rest after an answer as that took, but no more than this."""

IN_FLIGHT = 10_000
"""Matches that may still come after a C-CANCEL, before the association is aborted."""


def needs_of_relation(params: RelationParams, session: Session) -> Needs:
    """The SOP classes of what a relation asks."""
    classes = (QueryModel.STUDY_ROOT.find_uid, *_MORE.get(params.check, ()))
    return Needs(tuple((uid, IDENTIFIER_SYNTAXES) for uid in classes))


def perform_relation(session: Session, step: Step, params: RelationParams) -> Observation:
    """All queries of a relation over one association. Raises `ScenarioError`."""
    limits = Limits(
        date.today(), params.dates, studies=params.studies, matches=params.matches, instances=params.instances
    )
    observation = RelationObservation(relation=params.check, limits=limits)
    proposal = proposal_for(session, step, params, needs_of_relation(params, session))

    def converse(association: Association) -> Observation:
        return _converse(session, association, params, observation)

    return over(session, step, proposal, converse, observation)


def _converse(
    session: Session, association: Association, params: RelationParams, observation: RelationObservation
) -> Observation:
    """Ask until the relation has heard enough, a limit is reached, or the archive slows or ends the association."""
    asking = concluded(RELATIONS[params.check].relation, observation.limits)
    try:
        question = next(asking)
        while not observation.stopped:
            answer = _answer(session, association, question, observation)
            observation.answers.append(answer)
            if answer.ending is not None:
                observation.ending = answer.ending
                break
            question = asking.send(answer)
            observation.stopped = _why_to_stop(params, observation)
            time.sleep(0.0 if observation.stopped else max(params.pause, min(answer.seconds, LONGEST_REST)))
    except StopIteration:
        pass
    finally:
        asking.close()
    return observation


def _why_to_stop(params: RelationParams, observation: RelationObservation) -> str:
    seconds = observation.answers[-1].seconds
    if seconds > params.slow:
        return f"the last answer took {seconds:.1f} s, longer than `slow` allows: the archive is spared more queries"
    if len(observation.answers) >= params.queries:
        return f"the {params.queries} `queries` that are allowed were made"
    return ""


def _answer(session: Session, association: Association, question: Question, observation: RelationObservation) -> Answer:
    begun = time.monotonic()
    if isinstance(question, Query):
        answer: Answer = _find(association, question, observation.limits)
    else:
        answer = _move(session, association, question)
        observation.traces += answer.traces
    answer.seconds = time.monotonic() - begun
    return answer


def _find(association: Association, query: Query, limits: Limits) -> Answer:
    returned = (query.model.unique_key(query.level), *query.returned)
    identifier = build_identifier(query.level, query.keys, returned, character_set=query.character_set)
    cancel_after = limits.matches if query.cancel_after is None else query.cancel_after
    at_most = limits.matches + IN_FLIGHT
    return find(association, query.model.find_uid, identifier, cancel_after=cancel_after, at_most=at_most)


def _move(session: Session, association: Association, question: Retrieval) -> RetrieveObservation:
    """One study, by its UID, to ourselves; what came is not kept: it is of patients."""
    uid = question.study_instance_uid
    if not is_valid_uid(uid):
        return RetrieveObservation(unsent="the archive returned a Study Instance UID that is none")
    identifier = build_identifier("STUDY", {"StudyInstanceUID": uid})
    scp = receiver(session)
    answer = move(association, QueryModel.STUDY_ROOT.move_uid, identifier, session.file.local.ae_title)
    await_arrivals(scp, answer)
    for instance in answer.received:
        instance.path.unlink(missing_ok=True)
    return answer


EXECUTORS: Executors = {
    ServiceName.RELATION: Executor(perform_relation, needs_of_relation),
}
