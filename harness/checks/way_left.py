"""When a C-GET failed because its association had no presentation context for an instance: a cause on our side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.checks.outcome import Outcome
from harness.observe.outcomes import RetrieveObservation
from harness.standard.uids import uid_name


def with_way_left(outcomes: Iterable[Outcome], observation: RetrieveObservation) -> list[Outcome]:
    """The outcomes; those of a C-GET of which sub-operations failed tell what the peer could send at all."""
    reason = _way_left(observation)
    return [replace(outcome, reason=outcome.reason or reason) if not outcome.met else outcome for outcome in outcomes]


def _way_left(observation: RetrieveObservation) -> str:
    """What there were accepted contexts for: sub-operations of a C-GET share its association (PS3.4 C.4.3)."""
    contexts = observation.traces[0].contexts if observation.traces else ()
    if not observation.counters.failed or len(contexts) < 2:
        return ""
    accepted = [context for context in contexts[1:] if context.accepted]
    classes = {context.abstract_syntax for context in accepted}
    syntaxes = sorted({uid_name(context.accepted_transfer_syntax or "") for context in accepted})
    return (
        f"the peer could send {len(classes)} SOP classes in {', '.join(syntaxes) or 'no transfer syntax'}; "
        "`sop_classes` and `accept` (--sop-class, --accept) name others"
    )
