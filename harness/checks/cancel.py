"""Expectations about a C-CANCEL (PS3.4 C.4.1.3.1, PS3.7 9.3.2.3)."""

from __future__ import annotations

from harness.checks.outcome import Outcome, Show
from harness.observe.outcomes import Cancellation, FindObservation, Observation, RetrieveObservation
from harness.scenario.fields import Count


def cancellation_of(observation: Observation) -> Cancellation | None:
    """The C-CANCEL that was to be sent, if one was."""
    return observation.cancellation if isinstance(observation, FindObservation | RetrieveObservation) else None


def check_cancel_was_sent(observation: Observation, cancellation: Cancellation) -> Outcome:
    """The request was still pending when it was to be canceled; otherwise nothing was tested."""
    expected = f"a C-CANCEL after {_pending(cancellation.after)}"
    if cancellation.sent:
        return Outcome("cancel", True, expected, f"sent; {_pending(cancellation.pending_afterwards)} still came")
    ended = observation.ending.text if observation.ending is not None else "the final response came before"
    return Outcome("cancel", False, expected, f"not sent: {ended}")


def check_after_cancel(name: str, value: Count, observation: Observation, _show: Show) -> Outcome:
    """Pending responses that came after the C-CANCEL."""
    cancellation = cancellation_of(observation)
    expected = f"{_pending(value)} after the C-CANCEL"
    if cancellation is None or not cancellation.sent:
        return Outcome(name, False, expected, "no C-CANCEL was sent")
    number = cancellation.pending_afterwards
    return Outcome(name, value.accepts(number), expected, _pending(number))


def _pending(number: Count | int) -> str:
    return f"{number} pending response{'s' * (str(number) != '1')}"
