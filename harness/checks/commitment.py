"""Expectations about the report of storage commitment (PS3.4 J.3.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from harness.checks.outcome import Outcome, Show
from harness.observe.commitment import CommitmentObservation, CommitmentReport
from harness.observe.outcomes import Observation
from harness.scenario.amounts import Count
from harness.standard.commitment import failure_reason_name

_DELIVERIES = {
    "same-association": "on the association of the request",
    "new-association": "on an association that the peer opened",
    "later": "on a later association that we opened",
}


def check_number(name: str, value: Count, observation: Observation, _show: Show) -> Outcome:
    """Instances `committed` or `failed`."""
    assert isinstance(observation, CommitmentObservation)
    expected = f"{_instances(value)} {_WORDS[name]}"
    report = observation.report
    if report is None:
        return Outcome(name, False, expected, _no_report(observation))
    number = len(report.committed) if name == "committed" else len(report.failed)
    observed = f"{_instances(number)} {_WORDS[name]}"
    return Outcome(name, value.accepts(number), expected, observed + _reasons(report))


_WORDS = {"committed": "committed", "failed": "not committed"}


def _instances(number: object) -> str:
    return f"{number} instance{'s' * (str(number) != '1')}"


def _no_report(observation: CommitmentObservation) -> str:
    if observation.status != 0:
        return "no report, the request was not accepted"
    return f"no report within {observation.waited_seconds:g} s"


def _reasons(report: CommitmentReport) -> str:
    """The failure reasons of a report with their numbers, in brackets; empty when nothing failed."""
    counted = Counter(_name(reason) for _, _, reason in report.failed)
    return f" ({', '.join(f'{count} x {name}' for name, count in counted.items())})" if counted else ""


def _name(reason: int | None) -> str:
    return "no reason" if reason is None else failure_reason_name(reason)


def check_failure_reasons(name: str, value: Sequence[str], observation: Observation, _show: Show) -> Outcome:
    """Something failed, and everything that failed has one of the reasons."""
    assert isinstance(observation, CommitmentObservation)
    expected = f"instances not committed: {' or '.join(value)}"
    report = observation.report
    if report is None:
        return Outcome(name, False, expected, _no_report(observation))
    reasons = {_name(reason) for _, _, reason in report.failed}
    observed = f"{_instances(len(report.failed))} not committed{_reasons(report)}"
    return Outcome(name, bool(reasons) and reasons <= set(value), expected, observed)


def check_delivery(name: str, value: str, observation: Observation, _show: Show) -> Outcome:
    """The report came on the association that is expected."""
    assert isinstance(observation, CommitmentObservation)
    expected = f"the report comes {_DELIVERIES[value]}"
    report = observation.report
    if report is None:
        return Outcome(name, False, expected, _no_report(observation))
    return Outcome(name, report.delivery == value, expected, f"it came {_DELIVERIES[report.delivery]}")


def check_reported(name: str, value: bool, observation: Observation, _show: Show) -> Outcome:
    """The report came in time and is what PS3.4 J.3.3.1.2 asks for; or none came."""
    assert isinstance(observation, CommitmentObservation)
    report = observation.report
    if not value:
        expected = f"no report within {observation.waited_seconds:g} s"
        return Outcome(name, report is None, expected, expected if report is None else "a report came")
    expected = f"a report of all {_instances(len(observation.requested))} within {observation.waited_seconds:g} s"
    if report is None:
        return Outcome(name, False, expected, _no_report(observation), _NEEDS)
    observed = f"after {observation.seconds:.3f} s, {_DELIVERIES[report.delivery]}"
    return Outcome(name, not observation.faults, expected, "; ".join([observed, *observation.faults]))


_NEEDS = (
    "a peer that reports on an association of its own must know our AE title with address and port, and be let through "
    "to our Storage SCP"
)
