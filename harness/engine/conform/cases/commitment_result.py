"""Reports of storage commitment, which come to us on an association of the peer's own (PS3.4 J.3.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.dimse.messages import n_action_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import held, violated
from harness.engine.conform.destination import LISTENING, listener
from harness.engine.conform.facts import STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Inconclusive, Profile, Reacted, Seen
from harness.engine.conform.outcomes import met
from harness.engine.conform.searching import contexts_of
from harness.engine.conform.storing import archive
from harness.observe.data_set import decode_data_set
from harness.observe.notifications import Notification
from harness.services.identifier import build_data_set, encode_identifier
from harness.standard.commitment import REQUEST_COMMITMENT, EventType
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    IMPLICIT_VR_LE,
    STORAGE_COMMITMENT,
    STORAGE_COMMITMENT_INSTANCE,
    new_uid,
)

_NEEDS = (
    supports(CT_IMAGE_STORAGE),
    supports(STORAGE_COMMITMENT, IMPLICIT_VR_LE),
    supports(STUDY_ROOT.move_uid, IMPLICIT_VR_LE),
    LISTENING,
)
_NO_SUCH_INSTANCE = 0x0112
_WAITED = 15.0
"""Seconds that are waited for a report; the standard sets no time."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report with the SOP instances that it names; of the failed ones with their reasons."""

    event_type: int | None
    committed: tuple[str, ...]
    failed: dict[str, int | None]


def _transaction(told: Notification) -> str:
    return str(decode_data_set(told.data, told.transfer_syntax_uid).get("TransactionUID", ""))


def _reported(bench: Bench, instances: Sequence[str]) -> Report:
    """Ask for the commitment to CT images, and wait for the report. Raises `Inconclusive` when none comes."""
    scp = listener(bench)
    transaction = new_uid()
    references = [{"ReferencedSOPClassUID": CT_IMAGE_STORAGE, "ReferencedSOPInstanceUID": uid} for uid in instances]
    information = build_data_set({"TransactionUID": transaction, "ReferencedSOPSequence": references})
    with bench.established(contexts_of(STORAGE_COMMITMENT)) as talk:
        request = n_action_rq(
            talk.next_message_id(), STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE, REQUEST_COMMITMENT
        )
        data = encode_identifier(information, IMPLICIT_VR_LE)
        talk.command(talk.context_of(STORAGE_COMMITMENT).context_id, request, data)
        seen = talk.reaction()
        if seen.status != 0:
            raise Reacted(seen)
        talk.release()
    told = scp.notifications.take(lambda one: _transaction(one) == transaction, _WAITED)
    bench.traces += scp.take_traces()
    if told is None:
        raise Inconclusive(f"no report came within {_WAITED:g} s, and the standard sets no time for it")
    return _read(told)


def _read(told: Notification) -> Report:
    content = decode_data_set(told.data, told.transfer_syntax_uid)
    committed = tuple(str(item.ReferencedSOPInstanceUID) for item in content.get("ReferencedSOPSequence") or ())
    failed = {
        str(item.ReferencedSOPInstanceUID): item.get("FailureReason") for item in content.get("FailedSOPSequence") or ()
    }
    return Report(told.event_type_id, committed, failed)


def _words(report: Report) -> str:
    return f"event type {report.event_type}, {len(report.committed)} committed, {len(report.failed)} failed"


def _stored_ones(bench: Bench) -> list[str]:
    return [one.sop_instance_uid for one in archive(bench)[:2]]


def _all_stored(bench: Bench) -> Seen:
    wanted = _stored_ones(bench)
    report = _reported(bench, wanted)
    if sorted((*report.committed, *report.failed)) != sorted(wanted):
        return violated(f"{_words(report)}, of {len(wanted)} that were asked for")
    kind = EventType.FAILURES_EXIST if report.failed else EventType.SUCCESSFUL
    return held(report.event_type == kind, _words(report))


def _one_unknown(bench: Bench) -> Seen:
    unknown = new_uid()
    report = _reported(bench, [*_stored_ones(bench), unknown])
    right = unknown in report.failed and unknown not in report.committed
    return held(right and report.event_type == EventType.FAILURES_EXIST, _words(report))


def _reason(bench: Bench) -> Seen:
    unknown = new_uid()
    reason = _reported(bench, [unknown]).failed.get(unknown)
    return held(reason == _NO_SUCH_INSTANCE, f"failure reason {reason:04X}H" if reason is not None else "no reason")


def _case(name: str, title: str, requirements: tuple[str, ...], wanted: str, script: Callable[[Bench], Seen]) -> Case:
    profile = Profile.STRICT if name == "unknown-reason" else Profile.ACCEPTANCE
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
        "unknown-reason",
        "The failure reason for an instance that the peer does not have is 0112H",
        ("commit/result-unknown-reason",),
        "failure reason 0112H",
        _reason,
    ),
)
