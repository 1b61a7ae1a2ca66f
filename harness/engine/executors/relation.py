"""Relations: what they ask is asked, within limits and no faster than the archive answers."""

from __future__ import annotations

import time
from datetime import date

from harness.checks.relations.asking import concluded
from harness.checks.relations.catalogue import RELATIONS
from harness.engine.executors.base import over
from harness.engine.needs import IDENTIFIER_SYNTAXES, Needs
from harness.engine.proposals import proposal_for
from harness.engine.session import Session
from harness.net.association import Association
from harness.observe.outcomes import Observation
from harness.observe.relations import Answer, Limits, Query, Question, RelationObservation
from harness.scenario.model import Step
from harness.scenario.params.relation import RelationParams
from harness.services.find import find
from harness.services.identifier import build_identifier
from harness.standard.models import QueryModel


def needs_of_relation(params: RelationParams, session: Session) -> Needs:
    """The FIND SOP classes of the models that a relation asks of."""
    return Needs(((QueryModel.STUDY_ROOT.find_uid, IDENTIFIER_SYNTAXES),))


def perform_relation(session: Session, step: Step, params: RelationParams) -> Observation:
    """All queries of a relation over one association. Raises `ScenarioError`."""
    limits = Limits(
        date.today(), params.dates, studies=params.studies, matches=params.matches, instances=params.instances
    )
    observation = RelationObservation(relation=params.check, limits=limits)
    proposal = proposal_for(session, step, params, needs_of_relation(params, session))
    return over(session, step, proposal, lambda association: _converse(association, params, observation), observation)


def _converse(association: Association, params: RelationParams, observation: RelationObservation) -> Observation:
    """Ask until the relation has heard enough, a limit is reached, or the archive slows or ends the association."""
    asking = concluded(RELATIONS[params.check].relation, observation.limits)
    try:
        question = next(asking)
        while not observation.stopped:
            answer = _answer(association, question, observation.limits)
            observation.answers.append(answer)
            if answer.ending is not None:
                observation.ending = answer.ending
                break
            question = asking.send(answer)
            observation.stopped = _why_to_stop(params, observation)
            time.sleep(0.0 if observation.stopped else max(params.pause, answer.seconds))
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


def _answer(association: Association, question: Question, limits: Limits) -> Answer:
    begun = time.monotonic()
    assert isinstance(question, Query)
    answer = _find(association, question, limits)
    answer.seconds = time.monotonic() - begun
    return answer


def _find(association: Association, query: Query, limits: Limits) -> Answer:
    identifier = build_identifier(query.level, query.keys, _returned(query), character_set=query.character_set)
    cancel_after = limits.matches if query.cancel_after is None else query.cancel_after
    return find(association, query.model.find_uid, identifier, cancel_after=cancel_after)


def _returned(query: Query) -> list[str]:
    """What is to be returned: the unique key of the level, too."""
    return [query.model.unique_key(query.level), *query.returned]
