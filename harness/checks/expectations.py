"""Expectations of a step held against what was observed; each named one gives one outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from harness.checks.outcome import Outcome, Show
from harness.checks.values import check_every, check_exact, check_some
from harness.observe.ending import Ending, EndingKind
from harness.observe.outcomes import (
    AssociateObservation,
    EchoObservation,
    FindObservation,
    Observation,
    RetrieveObservation,
    StoreObservation,
)
from harness.scenario.expect import AbortedExpectation, Expectation, RejectedExpectation
from harness.scenario.fields import Count, parse_count
from harness.scenario.steps import NegotiateParams, Params, ServiceName
from harness.standard.negotiation import context_result_name
from harness.standard.status import Service, StatusMatcher, describe_status, resolve_status
from harness.standard.uids import uid_name

_STATUS_SERVICE = {
    ServiceName.ECHO: Service.ECHO,
    ServiceName.STORE: Service.STORE,
    ServiceName.FIND: Service.FIND,
    ServiceName.MOVE: Service.MOVE,
    ServiceName.GET: Service.GET,
}
_ENDS_OTHERWISE = {"rejected", "aborted", "closed", "any_of"}


def expected_of(service: ServiceName, params: Params, stated: Expectation | None) -> Expectation:
    """The stated expectation with what is always required of its service.

    Success is required unless a status, or another end of the association, is stated: a count of 0 matches from a
    peer that answered with an error must not look like an empty archive.
    """
    named = dict(stated.named()) if stated is not None else {}
    if named.keys() & _ENDS_OTHERWISE or "accepted" in named or "refused" in named:
        return stated or Expectation()
    implied: dict[str, Any] = {}
    if service is ServiceName.ASSOCIATE:
        implied["accepted"] = True
    elif service is ServiceName.NEGOTIATE and isinstance(params, NegotiateParams):
        implied["accepted"] = params.transfer_syntaxes
    elif "status" not in named:
        implied["status"] = (resolve_status("success"),)
    if stated is None and service in (ServiceName.MOVE, ServiceName.GET):
        implied |= {"completed": parse_count(">= 1"), "failed": parse_count("0")}
    return Expectation.model_construct(**{**implied, **named})


def evaluate(service: ServiceName, expect: Expectation, observation: Observation, show: Show) -> list[Outcome]:
    """One outcome per named expectation; a retrieve without `received` must also have received what completed."""
    outcomes = [_judge(name, value, service, observation, show) for name, value in expect.named()]
    counted = expect.completed is not None and expect.received is None
    if isinstance(observation, RetrieveObservation) and counted and observation.to_us:
        outcomes.append(_received_is_completed(observation))
    return outcomes


def _judge(name: str, value: Any, service: ServiceName, observation: Observation, show: Show) -> Outcome:
    if name == "any_of":
        return _any_of(value, service, observation, show)
    if name == "within":
        return _within(value, observation)
    if name in _ENDINGS:
        return _ENDINGS[name](value, observation)
    if name == "accepted" and isinstance(observation, AssociateObservation) and isinstance(value, bool):
        return _accepted(value, observation)
    short = _cut_short(observation, name)
    if short:
        return Outcome(name, False, _words(name, value), short)
    if name == "status":
        return _status(value, service, observation)
    return _BY_NAME[name](name, value, observation, show)


def _words(name: str, value: Any) -> str:
    if name == "status":
        return " or ".join(str(matcher) for matcher in value)
    if isinstance(value, Count | bool):
        return f"{name} {value}" if isinstance(value, Count) else name
    if name in ("accepted", "refused") and isinstance(value, list):
        return ", ".join(uid_name(uid) for uid in value)
    return name


def _cut_short(observation: Observation, name: str) -> str:
    """Why nothing can be observed; empty when something can."""
    if observation.unsent:
        return observation.unsent
    if isinstance(observation, StoreObservation) and observation.instances:
        return ""
    if isinstance(observation, RetrieveObservation) and name in ("received", "unchanged"):
        return ""
    return observation.ending.text if observation.ending is not None else ""


# Ends of the association


def _ending_outcome(name: str, kind: EndingKind, expected: str, fits: bool, ending: Ending | None) -> Outcome:
    observed = (
        ending.text if ending is not None and ending.kind is not EndingKind.RELEASED else "the association was accepted"
    )
    met = ending is not None and ending.kind is kind and fits
    return Outcome(name, met, expected, observed)


def _rejected(value: RejectedExpectation, observation: Observation) -> Outcome:
    ending = observation.ending
    rejection = ending.rejection if ending is not None else None
    fits = rejection is not None and all(
        wanted in (None, seen)
        for wanted, seen in (
            (value.result, rejection.result_name),
            (value.source, rejection.source_name),
            (value.reason, rejection.reason_name),
        )
    )
    details = ", ".join(text for text in (value.result, value.source, value.reason) if text)
    expected = f"the association is rejected{': ' + details if details else ''}"
    return _ending_outcome("rejected", EndingKind.REJECTED, expected, fits, ending)


def _aborted(value: AbortedExpectation, observation: Observation) -> Outcome:
    ending = observation.ending
    abort = ending.abort if ending is not None else None
    fits = abort is not None and value.source in (None, abort.source_name) and value.reason in (None, abort.reason_name)
    details = ", ".join(text for text in (value.source, value.reason) if text)
    expected = f"the peer aborts the association{': ' + details if details else ''}"
    return _ending_outcome("aborted", EndingKind.ABORTED, expected, fits, ending)


def _closed(value: bool, observation: Observation) -> Outcome:
    ending = observation.ending
    seen = ending is not None and ending.kind in (EndingKind.CLOSED, EndingKind.RESET)
    expected = "the peer closes the connection" if value else "the peer does not close the connection"
    return Outcome("closed", seen is value, expected, ending.text if ending is not None else "it was not closed")


_ENDINGS: dict[str, Callable[[Any, Observation], Outcome]] = {
    "rejected": _rejected,
    "aborted": _aborted,
    "closed": _closed,
}


def _accepted(value: bool, observation: AssociateObservation) -> Outcome:
    expected = "the association is accepted" if value else "the association is not accepted"
    ending = observation.ending
    observed = "the association was accepted" if observation.accepted else ending.text if ending else "no answer"
    return Outcome("accepted", observation.accepted is value, expected, observed)


def _within(value: float, observation: Observation) -> Outcome:
    return Outcome("within", observation.seconds <= value, f"within {value:g} s", f"{observation.seconds:.3f} s")


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


# Statuses


def _status(matchers: Sequence[StatusMatcher], service: ServiceName, observation: Observation) -> Outcome:
    meaning_of = _STATUS_SERVICE[service]
    expected = " or ".join(str(matcher) for matcher in matchers)
    statuses = list(_statuses(observation))
    wrong = [
        code for code in statuses if code is None or not any(matcher.matches(code, meaning_of) for matcher in matchers)
    ]
    if not statuses:
        return Outcome("status", False, expected, "no response")
    if isinstance(observation, StoreObservation):
        return _store_status(expected, observation, len(wrong), meaning_of)
    shown = dict.fromkeys(_status_text(code, meaning_of) for code in (wrong or statuses))
    return Outcome("status", not wrong, expected, ", ".join(shown))


def _statuses(observation: Observation) -> Iterator[int | None]:
    if isinstance(observation, EchoObservation):
        yield from observation.statuses
    elif isinstance(observation, StoreObservation):
        yield from (instance.status for instance in observation.instances)
    elif isinstance(observation, FindObservation | RetrieveObservation):
        yield observation.status


def _status_text(code: int | None, service: Service) -> str:
    return "no status" if code is None or code < 0 else str(describe_status(code, service))


def _store_status(expected: str, observation: StoreObservation, wrong: int, service: Service) -> Outcome:
    total = len(observation.instances)
    expected = f"{expected} for every instance"
    answered = [instance for instance in observation.instances if instance.status is not None]
    texts = dict.fromkeys(_status_text(instance.status, service) for instance in answered)
    if observation.ending is not None:
        texts[observation.ending.text] = None
    else:
        texts.update(dict.fromkeys(instance.unsent for instance in observation.instances if instance.unsent))
    if not wrong:
        return Outcome("status", True, expected, ", ".join(texts))
    return Outcome("status", False, expected, f"{total - wrong} of {total} instances as expected: {', '.join(texts)}")


# Presentation contexts


def _accepted_syntaxes(name: str, value: Sequence[str], observation: Observation, _show: Show) -> Outcome:
    contexts = observation.contexts if isinstance(observation, AssociateObservation) else []
    accepted = {context.accepted_transfer_syntax for context in contexts if context.accepted}
    missing = [uid for uid in value if uid not in accepted]
    extra = [uid for uid in accepted if uid is not None and uid not in value]
    expected = f"accepted: {', '.join(uid_name(uid) for uid in value) or 'none'}"
    results = ", ".join(
        f"{'/'.join(uid_name(uid) for uid in context.transfer_syntaxes)}: {context_result_name(context.result)}"
        for context in contexts
    )
    return Outcome(name, not missing and not extra, expected, results)


def _refused(name: str, value: bool | str, observation: Observation, _show: Show) -> Outcome:
    contexts = observation.contexts if isinstance(observation, AssociateObservation) else []
    results = list(dict.fromkeys(context_result_name(context.result) for context in contexts))
    if value is False:
        return Outcome(name, any(context.accepted for context in contexts), "not all refused", ", ".join(results))
    met = bool(contexts) and not any(context.accepted for context in contexts)
    if isinstance(value, str):
        met = met and results == [value]
    return Outcome(name, met, f"refused{': ' + value if isinstance(value, str) else ''}", ", ".join(results))


# Numbers


def _count(name: str, value: Count, observation: Observation, _show: Show) -> Outcome:
    if isinstance(observation, FindObservation):
        number, one, many = len(observation.matches), "match", "matches"
    else:
        instances = observation.instances if isinstance(observation, StoreObservation) else []
        number = sum(_is_stored(instance.status) for instance in instances)
        one, many = "instance stored", "instances stored"
    return Outcome(name, value.accepts(number), _number_of(value, one, many), _number_of(number, one, many))


def _number_of(number: object, one: str, many: str) -> str:
    return f"{number} {one if str(number) == '1' else many}"


def _is_stored(status: int | None) -> bool:
    return status is not None and describe_status(status, Service.STORE).category in ("success", "warning")


def _sub_operations(name: str, value: Count, observation: Observation, _show: Show) -> Outcome:
    assert isinstance(observation, RetrieveObservation)
    number = getattr(observation.counters, name)
    expected = _number_of(value, f"sub-operation {name}", f"sub-operations {name}")
    if number is None:
        # A peer may leave counters out of its final response; absent says nothing, so it fulfills no demand but 0.
        return Outcome(name, value.accepts(0) and name != "completed", expected, "the peer gave no such counter")
    return Outcome(name, value.accepts(number), expected, str(number))


def _received(name: str, value: Count, observation: Observation, _show: Show) -> Outcome:
    assert isinstance(observation, RetrieveObservation)
    number = len(observation.received)
    observed = f"{number} received" + (f"; {observation.ending.text}" if observation.ending else "")
    return Outcome(name, value.accepts(number), _number_of(value, "instance received", "instances received"), observed)


def _received_is_completed(observation: RetrieveObservation) -> Outcome:
    completed = observation.counters.completed or 0
    number = len({instance.sop_instance_uid for instance in observation.received})
    expected = "as many instances received as sub-operations completed"
    observed = f"{completed} completed, {number} received"
    return Outcome("received", completed == number and completed > 0, expected, observed)


def _unchanged(name: str, value: bool, observation: Observation, _show: Show) -> Outcome:
    assert isinstance(observation, RetrieveObservation)
    changed = {uid: found for uid, found in observation.differences.items() if found}
    expected = "what arrived is what was stored" if value else "something of what was stored has changed"
    if not observation.received:
        return Outcome(name, False, expected, "nothing was received")
    unknown = len(observation.received) - len(observation.differences)
    if unknown:
        return Outcome(name, False, expected, f"{unknown} instances were not stored by this run and cannot be compared")
    if not changed:
        return Outcome(
            name, value, expected, _number_of(len(observation.received), "instance unchanged", "instances unchanged")
        )
    first = next(iter(changed.values()))
    more = f" and {len(first) - 5} more" if len(first) > 5 else ""
    observed = f"{len(changed)} of {len(observation.received)} instances changed: {'; '.join(first[:5])}{more}"
    return Outcome(name, not value, expected, observed)


# Matches


def _some(name: str, value: Any, observation: Observation, show: Show) -> Outcome:
    assert isinstance(observation, FindObservation)
    return check_some(name, observation.matches, value, show)


def _every(_name: str, value: Any, observation: Observation, show: Show) -> Outcome:
    assert isinstance(observation, FindObservation)
    return check_every(observation.matches, value, show)


def _exact(_name: str, value: Any, observation: Observation, show: Show) -> Outcome:
    assert isinstance(observation, FindObservation)
    return check_exact(observation.matches, value, show)


_BY_NAME: dict[str, Callable[[str, Any, Observation, Show], Outcome]] = {
    "accepted": _accepted_syntaxes,
    "refused": _refused,
    "count": _count,
    "completed": _sub_operations,
    "failed": _sub_operations,
    "warning": _sub_operations,
    "received": _received,
    "unchanged": _unchanged,
    "one": _some,
    "any": _some,
    "every": _every,
    "exact": _exact,
}
