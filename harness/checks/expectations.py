"""Expectations of a step held against what was observed; each named one gives one outcome.

What only a policy or a relation needs is imported for one: most files have neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from harness.checks.cancel import cancellation_of, check_after_cancel, check_cancel_was_sent
from harness.checks.commitment import (
    check_delivery,
    check_failure_reasons,
    check_number,
    check_reported,
)
from harness.checks.contexts import check_accepted_syntaxes, check_refused
from harness.checks.endings import ENDINGS, check_accepted, check_ended
from harness.checks.files import check_files
from harness.checks.identifiers import check_identifiers
from harness.checks.implied import ENDS_OTHERWISE
from harness.checks.load import check_load
from harness.checks.negotiated import NEGOTIATED
from harness.checks.numbers import (
    check_count,
    check_received,
    check_received_is_completed,
    check_sub_operations,
    check_unchanged,
)
from harness.checks.originators import check_originators
from harness.checks.outcome import Outcome, Show
from harness.checks.statuses import cut_short, judge_status
from harness.checks.turned_away import with_rejections
from harness.checks.values import check_every, check_exact, check_some
from harness.checks.way_left import with_way_left
from harness.observe.commitment import CommitmentObservation
from harness.observe.load import LoadObservation
from harness.observe.notifications import NotifiedObservation
from harness.observe.outcomes import (
    AssociateObservation,
    FindObservation,
    Observation,
    RetrieveObservation,
    StoreObservation,
)
from harness.scenario.expect import Expectation
from harness.scenario.fields import Count
from harness.scenario.params.base import ServiceName
from harness.standard.uids import uid_name

_CALLED_BACK = (RetrieveObservation, CommitmentObservation, NotifiedObservation)
"""What needs an association that the peer opens to us."""


def evaluate(service: ServiceName, expect: Expectation, observation: Observation, show: Show) -> list[Outcome]:
    """One outcome per named expectation.

    A retrieve without `received` must also have received what completed; a store must have sent every file; the
    identifiers that a query brought must be data sets; who names a Move Originator must name the right one.
    """
    if isinstance(observation, StoreObservation) and observation.refused:
        return _with_refused_files(service, expect, observation, show)
    if isinstance(observation, LoadObservation):
        return check_load(expect, observation)
    named = dict(expect.named())
    outcomes = [_judge(name, value, service, observation, show) for name, value in named.items()]
    if "within" in named and ENDS_OTHERWISE.isdisjoint(named):
        outcomes = [_of_no_answer(outcome, observation) for outcome in outcomes]
    if service is ServiceName.POLICY:
        return _parts_of_policy(expect, observation) + outcomes
    counted = expect.completed is not None and expect.received is None
    if isinstance(observation, RetrieveObservation) and counted and observation.to_us:
        outcomes.append(check_received_is_completed(observation))
    unreadable = check_identifiers(observation) if isinstance(observation, FindObservation) else None
    if unreadable is not None:
        outcomes.append(unreadable)
    cancellation = cancellation_of(observation)
    if cancellation is not None and not observation.unsent:
        outcomes.append(check_cancel_was_sent(observation, cancellation))
    if isinstance(observation, RetrieveObservation):
        wrong = check_originators(observation)
        outcomes += [wrong] if wrong is not None else []
        outcomes = with_way_left(outcomes, observation)
    return with_rejections(outcomes, observation) if isinstance(observation, _CALLED_BACK) else outcomes


def _parts_of_policy(expect: Expectation, observation: Observation) -> list[Outcome]:
    from harness.checks.policy import check_policy
    from harness.observe.probe import PolicyObservation
    from harness.scenario.expect_policy import PolicyExpectation

    # An alternative of `any_of` states no policy.
    if not (isinstance(expect, PolicyExpectation) and isinstance(observation, PolicyObservation)):
        return []
    return check_policy(expect.policy, observation)


def _with_refused_files(
    service: ServiceName, expect: Expectation, observation: StoreObservation, show: Show
) -> list[Outcome]:
    """What was sent is judged as ever; if nothing could be, nothing is known of the peer."""
    sent = replace(observation, refused=[])
    outcomes = evaluate(service, expect, sent, show) if observation.instances else []
    return [*outcomes, check_files(observation)]


def _judge(name: str, value: Any, service: ServiceName, observation: Observation, show: Show) -> Outcome:
    if name == "any_of":
        return _any_of(value, service, observation, show)
    if name == "within":
        return _within(value, observation)
    if name in ENDINGS:
        return ENDINGS[name](value, observation)
    if name == "accepted" and isinstance(observation, AssociateObservation) and isinstance(value, bool):
        return check_accepted(value, observation)
    if name == "status":
        return judge_status(value, service, observation)
    short = cut_short(observation, name)
    if short:
        return Outcome(name, False, _words(name, value), short)
    return _BY_NAME[name](name, value, observation, show)


def _words(name: str, value: Any) -> str:
    if isinstance(value, Count | bool):
        return f"{name} {value}" if isinstance(value, Count) else name
    if name in ("accepted", "refused") and isinstance(value, list):
        return ", ".join(uid_name(uid) for uid in value)
    return name


def _within(value: float, observation: Observation) -> Outcome:
    return Outcome("within", observation.seconds <= value, f"within {value:g} s", f"{observation.seconds:.3f} s")


def _of_no_answer(outcome: Outcome, observation: Observation) -> Outcome:
    """Nothing can be said of how fast a peer answers that was cut short before its time was up."""
    short = cut_short(observation, outcome.name)
    if outcome.name != "within" or not outcome.met or not short:
        return outcome
    return replace(
        outcome, met=False, observed=short, reason="how fast it would have been is not known", undecided=True
    )


def _any_of(alternatives: Sequence[Expectation], service: ServiceName, observation: Observation, show: Show) -> Outcome:
    tried = [evaluate(service, alternative, observation, show) for alternative in alternatives]
    for number, outcomes in enumerate(tried, start=1):
        if outcomes and all(outcome.met for outcome in outcomes):
            observed = "; ".join(outcome.observed for outcome in outcomes)
            return Outcome("any_of", True, _alternatives(tried), f"alternative {number}: {observed}")
    observed = "; ".join(
        dict.fromkeys(outcome.observed for outcomes in tried for outcome in outcomes if not outcome.met)
    )
    return Outcome("any_of", False, _alternatives(tried), observed)


def _alternatives(tried: Sequence[Sequence[Outcome]]) -> str:
    return " or ".join(" and ".join(outcome.expected for outcome in outcomes) for outcomes in tried)


def _some(name: str, value: Any, observation: Observation, show: Show) -> Outcome:
    assert isinstance(observation, FindObservation)
    return check_some(name, observation.matches, value, show)


def _every(_name: str, value: Any, observation: Observation, show: Show) -> Outcome:
    assert isinstance(observation, FindObservation)
    return check_every(observation.matches, value, show)


def _exact(_name: str, value: Any, observation: Observation, show: Show) -> Outcome:
    assert isinstance(observation, FindObservation)
    return check_exact(observation.matches, value, show)


def _failed(name: str, value: Any, observation: Observation, show: Show) -> Outcome:
    check = check_number if isinstance(observation, CommitmentObservation) else check_sub_operations
    return check(name, value, observation, show)


def _holds(name: str, value: Any, observation: Observation, show: Show) -> Outcome:
    from harness.checks.relation import check_holds

    return check_holds(name, value, observation, show)


_BY_NAME: dict[str, Callable[[str, Any, Observation, Show], Outcome]] = {
    "ended": check_ended,
    "accepted": check_accepted_syntaxes,
    "refused": check_refused,
    "count": check_count,
    "after_cancel": check_after_cancel,
    "completed": check_sub_operations,
    "failed": _failed,
    "warning": check_sub_operations,
    "committed": check_number,
    "failure_reasons": check_failure_reasons,
    "delivery": check_delivery,
    "reported": check_reported,
    "received": check_received,
    "unchanged": check_unchanged,
    "holds": _holds,
    "one": _some,
    "any": _some,
    "every": _every,
    "exact": _exact,
    **NEGOTIATED,
}
