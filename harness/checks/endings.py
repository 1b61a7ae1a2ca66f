"""Expectations about how an association ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.checks.negotiated import check_tls_failed
from harness.checks.outcome import Outcome, Show
from harness.observe.ending import Ending, EndingKind
from harness.observe.outcomes import AssociateObservation, EndObservation, Observation
from harness.scenario.expect import AbortedExpectation, RejectedExpectation


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


ENDINGS: dict[str, Callable[[Any, Observation], Outcome]] = {
    "rejected": _rejected,
    "aborted": _aborted,
    "closed": _closed,
    "tls_failed": check_tls_failed,
}
"""By the name of the expectation."""


def check_ended(name: str, value: bool, observation: Observation, _show: Show) -> Outcome:
    """The association ended by our release or abort, and not before."""
    assert isinstance(observation, EndObservation)
    expected = "the association stands until it ends as asked" if value else "the association has ended otherwise"
    observed = observation.ending.text if observation.ending is not None else "it still stands"
    return Outcome(name, observation.as_asked is value, expected, observed)


def check_accepted(value: bool, observation: AssociateObservation) -> Outcome:
    """The association is accepted, or is not."""
    expected = "the association is accepted" if value else "the association is not accepted"
    ending = observation.ending
    observed = "the association was accepted" if observation.accepted else ending.text if ending else "no answer"
    return Outcome("accepted", observation.accepted is value, expected, observed)
