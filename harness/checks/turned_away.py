"""When nothing arrived because we did not let it in: the peer reports a failure whose cause is on our side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.checks.outcome import Outcome
from harness.observe.callers import Refusal, refusals_of
from harness.observe.outcomes import Observation

_UNKNOWN_CALLER = "calling-ae-title-not-recognized"


def with_rejections(outcomes: Iterable[Outcome], observation: Observation) -> list[Outcome]:
    """The outcomes; one that is not met tells of associations that our Storage SCP rejected meanwhile, if any."""
    reason = "; ".join(dict.fromkeys(_rejections(observation)))
    return [replace(outcome, reason=reason or outcome.reason) if not outcome.met else outcome for outcome in outcomes]


def _rejections(observation: Observation) -> Iterable[str]:
    return (refusal.text + _remedy(refusal) for refusal in refusals_of(observation))


def _remedy(refusal: Refusal) -> str:
    ending = refusal.trace.ending if refusal.trace is not None else None
    if refusal.trace is None or ending is None or ending.rejection is None:
        return ""
    if ending.rejection.reason_name != _UNKNOWN_CALLER:
        return ""
    return f"; if that is the peer, say `calls_as: [{refusal.trace.calling_ae_title}]` at it, or --calls-as"
