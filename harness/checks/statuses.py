"""Expectations about the DIMSE status of responses (PS3.7 Annex C)."""

from __future__ import annotations

from collections.abc import Sequence

from harness.checks.outcome import Outcome
from harness.observe.observation import Observation
from harness.scenario.service_names import ServiceName
from harness.standard.status import Service, StatusMatcher, describe_status

_NAMED_ATTRIBUTES = 10
STATUS_SERVICE = {
    ServiceName.ECHO: Service.ECHO,
    ServiceName.STORE: Service.STORE,
    ServiceName.FIND: Service.FIND,
    ServiceName.WORKLIST: Service.FIND,
    ServiceName.MOVE: Service.MOVE,
    ServiceName.GET: Service.GET,
    ServiceName.MPPS: Service.NORMALIZED,
    ServiceName.COMMIT: Service.NORMALIZED,
    ServiceName.INSTANCE_AVAILABILITY: Service.NORMALIZED,
}


def cut_short(observation: Observation, name: str) -> str:
    """Why nothing can be observed of what an expectation is about; empty when something can."""
    if observation.unsent:
        return observation.unsent
    if observation.counts_singly or name in ("ended", "holds", "received", "unchanged"):
        return ""
    return observation.ending.text if observation.ending is not None else ""


def judge_status(matchers: Sequence[StatusMatcher], service: ServiceName, observation: Observation) -> Outcome:
    """Every response has one of the statuses, and nothing cut the service short before there was any."""
    short = cut_short(observation, "status")
    if short:
        return Outcome("status", False, " or ".join(str(matcher) for matcher in matchers), short)
    return check_status(matchers, service, observation)


def check_status(matchers: Sequence[StatusMatcher], service: ServiceName, observation: Observation) -> Outcome:
    """Every response has one of the statuses; of a store, that of every instance."""
    meaning_of = STATUS_SERVICE[service]
    expected = " or ".join(str(matcher) for matcher in matchers)
    statuses = observation.response_statuses
    wrong = [
        code for code in statuses if code is None or not any(matcher.matches(code, meaning_of) for matcher in matchers)
    ]
    if not statuses:
        return Outcome("status", False, expected, "no response")
    if observation.counts_singly:
        return _store_status(expected, observation, len(wrong), meaning_of)
    shown = dict.fromkeys(_status_text(code, meaning_of) for code in (wrong or statuses))
    observed = ", ".join(shown) + _named_attributes(observation)
    return Outcome("status", not wrong, expected, observed, _character_set_reason(observation) if wrong else "")


def _named_attributes(observation: Observation) -> str:
    """The attributes that a peer found fault with, after a colon; empty when it named none."""
    if not observation.named_attributes:
        return ""
    from harness.standard.attributes import attribute_name

    return ": " + ", ".join(attribute_name(tag) for tag in observation.named_attributes[:_NAMED_ATTRIBUTES])


def _character_set_reason(observation: Observation) -> str:
    """What a failure may have to do with the character set of a query; a peer that finds nothing has no failure."""
    from harness.observe.outcomes import FindObservation

    if not isinstance(observation, FindObservation) or observation.sent is None or observation.status is None:
        return ""
    terms = observation.sent.character_set
    failure = describe_status(observation.status, Service.FIND).category == "failure"
    if not terms or not failure:
        return ""
    return f"the query is in {terms}: a peer that lacks this character set cannot even look for a match"


def _status_text(code: int | None, service: Service) -> str:
    return "no status" if code is None or code < 0 else str(describe_status(code, service))


def _store_status(expected: str, observation: Observation, wrong: int, service: Service) -> Outcome:
    from harness.observe.outcomes import StoreObservation

    assert isinstance(observation, StoreObservation)
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
