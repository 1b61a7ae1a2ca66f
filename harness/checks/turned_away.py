"""When nothing arrived because we did not let it in: the peer reports a failure whose cause is on our side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.checks.outcome import Outcome
from harness.observe.outcomes import Observation
from harness.observe.trace import Role

_UNKNOWN_CALLER = "calling-ae-title-not-recognized"


def with_rejections(outcomes: Iterable[Outcome], observation: Observation) -> list[Outcome]:
    """The outcomes; one that is not met tells of associations that our Storage SCP rejected meanwhile, if any."""
    reason = "; ".join(dict.fromkeys(_rejections(observation)))
    return [replace(outcome, reason=reason or outcome.reason) if not outcome.met else outcome for outcome in outcomes]


def _rejections(observation: Observation) -> Iterable[str]:
    for trace in observation.traces:
        if trace.role is not Role.ACCEPTOR or trace.ending is None:
            continue
        rejection = trace.ending.rejection
        if trace.ending.tls is not None:
            yield f"somebody connected to our Storage SCP from {trace.address}: {trace.ending}"
        if rejection is None:
            continue
        who = f"`{trace.calling_ae_title}` called our Storage SCP `{trace.called_ae_title}`, and we rejected it"
        remedy = ""
        if rejection.reason_name == _UNKNOWN_CALLER:
            remedy = f"; if that is the peer, say `calls_as: [{trace.calling_ae_title}]` at it, or --calls-as"
        yield f"{who}: {rejection}{remedy}"
