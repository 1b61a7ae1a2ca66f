"""Storage commitment as cases ask for it, and its report, on whichever association the peer sends it (PS3.4 J.3.3)."""

from __future__ import annotations

import time
from collections.abc import Sequence

from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import violated
from harness.engine.conform.model import Inconclusive, Reacted
from harness.engine.conform.searching import contexts_of
from harness.observe.commitment import CommitmentObservation, CommitmentReport
from harness.services.commitment import await_report, is_reported_otherwise, request_commitment
from harness.services.notifications import Notifications
from harness.standard.status import Service, describe_status
from harness.standard.uids import CT_IMAGE_STORAGE, STORAGE_COMMITMENT, new_uid

_HELD = 2.0
"""Seconds that the association of a request is kept for a report on it: nobody has to keep one at all."""

_QUIET = 1.0
"""How long the association of a report may stay open after it, in seconds."""


def _held(bench: Bench) -> float:
    return min(_HELD, bench.target.report)


def _asked(bench: Bench, instances: Sequence[str], notifications: Notifications) -> CommitmentObservation:
    """Ask for the commitment to CT images, and wait for the report as far as that makes sense."""
    stock, listener = bench.stock, bench.stock.listener
    observation = CommitmentObservation(
        transaction_uid=new_uid(), requested=tuple((CT_IMAGE_STORAGE, uid) for uid in instances)
    )
    stock.transactions.add(observation.transaction_uid)
    with bench.associated(contexts_of(STORAGE_COMMITMENT)) as association:
        request_commitment(association, observation, notifications)
        if observation.status == 0 and not stock.unreported:
            await_report(observation, notifications, _held(bench), association)
    if listener is not None:
        if observation.status == 0 and not (observation.report or stock.unreported or stock.unreachable):
            await_report(observation, notifications, bench.target.report - _held(bench))
        listener.wait_until_quiet(_QUIET)
        bench.traces += listener.take_traces()
    return observation


def reported(bench: Bench, instances: Sequence[str]) -> CommitmentReport:
    """Ask for the commitment to CT images; the report.

    Raises `Inconclusive` when none came, as no time is set for it, and `Reacted` for one that nobody asked for.
    """
    listener = bench.stock.listener
    notifications = listener.notifications if listener is not None else Notifications()
    begun = time.monotonic()
    observation = _asked(bench, instances, notifications)
    if observation.status != 0:
        raise Inconclusive(f"the request was not accepted, so no report is owed: {_refusal(observation)}")
    if observation.report is not None:
        bench.stock.unreported = ""
        return observation.report
    if is_reported_otherwise(observation, notifications, bench.stock.transactions):
        raise Reacted(violated("a report names these instances under a Transaction UID that was never asked for"))
    bench.paused += time.monotonic() - begun
    why = _why_none(bench)
    if bench.stock.unreported is None:
        bench.stock.unreported = why
    raise Inconclusive(why)


def _refusal(observation: CommitmentObservation) -> str:
    if observation.status is not None:
        return f"status {describe_status(observation.status, Service.NORMALIZED)}"
    return observation.ending.text if observation.ending is not None else observation.unsent or "no answer"


def _why_none(bench: Bench) -> str:
    stock = bench.stock
    if stock.unreported:
        return stock.unreported
    if stock.listener is None:
        return (
            f"no report came on the association of the request within {_held(bench):g} s, and the peer has nowhere "
            "else to send it to: that needs `--listen PORT`"
        )
    if stock.unreachable:
        return f"no report came on the association of the request, and {stock.unreachable}"
    return f"no report came within {bench.target.report:g} s, and the standard sets no time for it"
