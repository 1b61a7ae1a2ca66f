"""Expectations about numbers: matches, instances, sub-operations; and whether what arrived is unchanged."""

from __future__ import annotations

from harness.checks.outcome import Outcome, Show
from harness.observe.notifications import NotifiedObservation
from harness.observe.outcomes import FindObservation, Observation, RetrieveObservation, StoreObservation
from harness.scenario.fields import Count
from harness.standard.status import is_stored


def check_count(name: str, value: Count, observation: Observation, _show: Show) -> Outcome:
    """Matches of a find, notifications that came, or instances stored."""
    if isinstance(observation, NotifiedObservation):
        number, one, many = len(observation.matches), "notification", "notifications"
    elif isinstance(observation, FindObservation):
        number, one, many = len(observation.matches), "match", "matches"
    else:
        instances = observation.instances if isinstance(observation, StoreObservation) else []
        number = sum(is_stored(instance.status) for instance in instances)
        one, many = "instance stored", "instances stored"
    return Outcome(name, value.accepts(number), _number_of(value, one, many), _number_of(number, one, many))


def _number_of(number: object, one: str, many: str) -> str:
    return f"{number} {one if str(number) == '1' else many}"


def check_sub_operations(name: str, value: Count, observation: Observation, _show: Show) -> Outcome:
    """A counter of sub-operations in the final response."""
    assert isinstance(observation, RetrieveObservation)
    number = getattr(observation.counters, name)
    expected = _number_of(value, f"sub-operation {name}", f"sub-operations {name}")
    if number is None:
        # A peer may leave counters out of its final response; absent says nothing, so it fulfills no demand but 0.
        return Outcome(name, value.accepts(0) and name != "completed", expected, "the peer gave no such counter")
    return Outcome(name, value.accepts(number), expected, str(number))


def check_received(name: str, value: Count, observation: Observation, _show: Show) -> Outcome:
    """Instances that arrived at us."""
    assert isinstance(observation, RetrieveObservation)
    number = len(observation.received)
    observed = f"{number} received" + (f"; {observation.ending.text}" if observation.ending else "")
    return Outcome(name, value.accepts(number), _number_of(value, "instance received", "instances received"), observed)


def check_received_is_completed(observation: RetrieveObservation) -> Outcome:
    """As many different instances arrived as the peer says it sent."""
    completed = observation.counters.completed or 0
    number = len({instance.sop_instance_uid for instance in observation.received})
    observed = f"{completed} completed, {number} received"
    if observation.cancellation is not None and observation.cancellation.sent:
        # The one that was on its way when the C-CANCEL came need not be among those that the peer counted.
        expected = "at least as many instances received as sub-operations completed"
        return Outcome("received", number >= completed, expected, observed)
    expected = "as many instances received as sub-operations completed"
    return Outcome("received", completed == number and completed > 0, expected, observed)


def check_unchanged(name: str, value: bool, observation: Observation, _show: Show) -> Outcome:
    """What arrived is what had been stored, attribute by attribute."""
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
