"""What earlier steps of a scenario say about a later one that failed: stored and not found, found and not sent."""

from __future__ import annotations

from collections.abc import Iterator

from harness.observe.outcomes import FindObservation, Observation, RetrieveObservation
from harness.observe.past import RELATED, Past, numbers_in, values_of

_VAGUE = ("cannot-understand", "processing-failure")
"""What products answer to a retrieve whatever the matter is; Orthanc has only the first."""
_NOUNS = {"PATIENT": "patients", "STUDY": "studies", "SERIES": "series", "IMAGE": "instances"}
_ABOUT_MATCHES = ("count", "one", "any", "exact")
_ABOUT_VALUES = ("one", "any", "every", "exact")
_ABOUT_NUMBERS = ("completed", "received")


def codes_of_past(expectation: str, observation: Observation, past: Past) -> tuple[str, ...]:
    """Codes for what contradicts the past; none where nothing does. The service itself was answered with success."""
    if isinstance(observation, FindObservation) and observation.status == 0:
        return _of_find(expectation, observation, past)
    if isinstance(observation, RetrieveObservation) and observation.status == 0 and observation.cancellation is None:
        return _of_retrieve(expectation, observation, past)
    return ()


def with_past(codes: tuple[str, ...], observation: Observation, past: Past) -> tuple[str, ...]:
    """Codes of a failure; of a retrieve that brought nothing of what a query had found, that as well.

    It comes first where the status says nothing.
    """
    if not isinstance(observation, RetrieveObservation) or observation.counters.completed:
        return codes
    if not past.has(observation.asked.wanted) or not set(codes) & {*_VAGUE, "sub-operations-failed"}:
        return codes
    return ("found-not-retrievable", *codes) if codes[0] in _VAGUE else (*codes, "found-not-retrievable")


def past_texts(observation: Observation, past: Past) -> Iterator[str]:
    """What earlier steps saw of what was asked for now, in sentences."""
    if not isinstance(observation, FindObservation | RetrieveObservation) or not observation.asked.key:
        return
    asked = observation.asked
    stored = _stored_number(observation, past)
    if stored:
        yield f"earlier in this scenario the peer took {stored} instance{'s' * (stored != 1)} of what is asked for"
    if isinstance(observation, FindObservation):
        wanted = _stored_values(observation, past)
        lost = len(wanted - _found_values(observation))
        if lost and observation.status == 0:
            verb = "is" if lost == 1 else "are"
            yield f"of their {len(wanted)} {_NOUNS[asked.level]}, {lost} {verb} not among the matches"
        return
    there = past.has(asked.wanted)
    if there is not None:
        yield f"an earlier C-FIND for it has {'a' if there else 'no'} match"
    told = _told_number(observation, past)
    if told is not None:
        instances = f"{told} instance{'s' * (told != 1)}"
        yield f"an earlier C-FIND said {instances} ({RELATED[asked.key]}), and {_came(observation)} came"


def _of_find(expectation: str, observation: FindObservation, past: Past) -> tuple[str, ...]:
    matters = expectation in _ABOUT_MATCHES or not observation.matches
    if matters and observation.cancellation is None and _stored_values(observation, past) - _found_values(observation):
        # A key that is not unique may leave them out for a good reason.
        no_matter = "result-differs" if observation.matches else "nothing-found"
        return (no_matter, "stored-not-found") if observation.asked.narrowed else ("stored-not-found",)
    if expectation in _ABOUT_VALUES and _counts_too_few(observation, past):
        return ("counts-disagree",)
    return ()


def _stored_values(observation: FindObservation, past: Past) -> set[str]:
    """What the query should find, by the unique key of its level, of what was stored."""
    asked = observation.asked
    return {instance[asked.key] for instance in past.stored if asked.key and asked.fits(instance)}


def _found_values(observation: FindObservation) -> set[str]:
    key = observation.asked.key
    return {value for match in observation.matches for value in values_of(match, (key,)).values()}


def _counts_too_few(observation: FindObservation, past: Past) -> bool:
    """Whether a match says of a study or series that it has fewer instances than were stored in it."""
    numbers = numbers_in(values_of(match, (*RELATED, *RELATED.values())) for match in observation.matches)
    return any(number < sum(uid in instance.values() for instance in past.stored) for uid, number in numbers.items())


def _of_retrieve(expectation: str, observation: RetrieveObservation, past: Past) -> tuple[str, ...]:
    came, told = _came(observation), _told_number(observation, past)
    if observation.counters.failed:
        return ()
    if not came and not observation.counters.completed:
        return _of_nothing(observation, past.has(observation.asked.wanted))
    differs = (told is not None and came != told) or came < _stored_number(observation, past)
    return ("counts-disagree",) if differs and came and expectation in _ABOUT_NUMBERS else ()


def _of_nothing(observation: RetrieveObservation, is_there: bool | None) -> tuple[str, ...]:
    """Success with nothing sent; of a C-MOVE to us, `of_move` knows more."""
    if is_there:
        return ("found-not-retrievable", *(() if observation.to_us else ("move-destination-unknown",)))
    return ("no-such-instance",) if is_there is False else ("nothing-found", "found-not-retrievable")


def _came(observation: RetrieveObservation) -> int:
    """How many instances came; where we are not the destination, as the peer says."""
    if observation.to_us:
        return len({instance.sop_instance_uid for instance in observation.received})
    return observation.counters.completed or 0


def _told_number(observation: RetrieveObservation, past: Past) -> int | None:
    """How many instances there are of what is asked for, as queries said; None where they did not."""
    wanted = observation.asked.wanted
    if observation.asked.key not in RELATED or not wanted or not wanted <= past.numbers.keys():
        return None
    return sum(past.numbers[uid] for uid in wanted)


def _stored_number(observation: FindObservation | RetrieveObservation, past: Past) -> int:
    """How many instances of what is asked for were stored."""
    asked = observation.asked
    return sum(asked.fits(instance) for instance in past.stored) if asked.values else 0
