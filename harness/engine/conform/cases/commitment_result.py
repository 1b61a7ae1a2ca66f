"""Reports of storage commitment, on the association of the request or on one of the peer's own (PS3.4 J.3.3)."""

from __future__ import annotations

from collections.abc import Callable

from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import held, violated
from harness.engine.conform.committing import reported
from harness.engine.conform.facts import supports
from harness.engine.conform.model import Case, Conduct, Inconclusive, Profile, Seen
from harness.engine.conform.outcomes import met
from harness.engine.conform.storing import archive
from harness.observe.commitment import CommitmentReport
from harness.standard.commitment import EventType
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE, STORAGE_COMMITMENT, new_uid

_NEEDS = (supports(CT_IMAGE_STORAGE), supports(STORAGE_COMMITMENT, IMPLICIT_VR_LE))
_NO_SUCH_INSTANCE = 0x0112


def _words(report: CommitmentReport) -> str:
    if report.undecodable:
        return "a report whose data set cannot be decoded"
    kind = report.notification.event_type_id
    return f"event type {kind}, {len(report.committed)} committed, {len(report.failed)} failed"


def _stored_ones(bench: Bench) -> list[str]:
    return [one.sop_instance_uid for one in archive(bench)[:2]]


def _all_stored(bench: Bench) -> Seen:
    wanted = _stored_ones(bench)
    report = reported(bench, wanted)
    named = [uid for _, uid in report.committed] + [uid for _, uid, _ in report.failed]
    if sorted(named) != sorted(wanted):
        return violated(f"{_words(report)}, of {len(wanted)} that were asked for")
    kind = EventType.FAILURES_EXIST if report.failed else EventType.SUCCESSFUL
    return held(report.notification.event_type_id == kind, _words(report))


def _one_unknown(bench: Bench) -> Seen:
    unknown = new_uid()
    report = reported(bench, [*_stored_ones(bench), unknown])
    committed = {uid for _, uid in report.committed}
    right = unknown in _reasons(report) and unknown not in committed
    return held(right and report.notification.event_type_id == EventType.FAILURES_EXIST, _words(report))


def _reasons(report: CommitmentReport) -> dict[str, int | None]:
    return {uid: reason for _, uid, reason in report.failed}


def _reason_of_unknown(bench: Bench) -> int | None:
    """The reason for an instance that nobody has. Raises `Inconclusive` when it is not reported as failed."""
    unknown = new_uid()
    report = reported(bench, [unknown])
    if unknown not in _reasons(report):
        raise Inconclusive(f"no instance is reported as failed: {_words(report)}")
    return _reasons(report)[unknown]


def _reason(bench: Bench) -> Seen:
    reason = _reason_of_unknown(bench)
    return held(reason is not None, "a failure reason" if reason is not None else "no failure reason")


def _unknown_reason(bench: Bench) -> Seen:
    reason = _reason_of_unknown(bench)
    return held(reason == _NO_SUCH_INSTANCE, f"failure reason {reason:04X}H" if reason is not None else "no reason")


def _case(
    name: str,
    title: str,
    requirements: tuple[str, ...],
    wanted: str,
    script: Callable[[Bench], Seen],
    profile: Profile = Profile.ACCEPTANCE,
) -> Case:
    allowed = (met(wanted),)
    return Case(f"commit/result/{name}", title, requirements, allowed, script, profile, Conduct.WRITES, _NEEDS)


CASES = (
    _case(
        "stored",
        "Each instance of the request is reported, and the event type says whether all are committed",
        ("commit/result-complete", "commit/result-success", "commit/result-transaction"),
        "event type 1 without failures or 2 with them, and each instance once",
        _all_stored,
    ),
    _case(
        "unknown",
        "An instance that the peer does not have is reported as failed",
        ("commit/result-failures", "commit/result-true"),
        "event type 2, and that instance failed",
        _one_unknown,
    ),
    _case(
        "reason",
        "A failed instance is reported with a failure reason",
        ("commit/result-reason",),
        "a failure reason",
        _reason,
    ),
    _case(
        "unknown-reason",
        "The failure reason for an instance that the peer does not have is 0112H",
        ("commit/result-unknown-reason",),
        "failure reason 0112H",
        _unknown_reason,
        Profile.STRICT,
    ),
)
