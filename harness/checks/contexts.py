"""Expectations about the results of presentation contexts (PS3.8 9.3.3.2)."""

from __future__ import annotations

from collections.abc import Sequence

from harness.checks.outcome import Outcome, Show
from harness.observe.outcomes import AssociateObservation, Observation
from harness.standard.negotiation import context_result_name
from harness.standard.uids import uid_name


def check_accepted_syntaxes(name: str, value: Sequence[str], observation: Observation, _show: Show) -> Outcome:
    """Just these transfer syntaxes were accepted, none besides."""
    contexts = observation.contexts if isinstance(observation, AssociateObservation) else []
    accepted = {context.accepted_transfer_syntax for context in contexts if context.accepted}
    missing = [uid for uid in value if uid not in accepted]
    extra = [uid for uid in accepted if uid is not None and uid not in value]
    expected = f"accepted: {', '.join(uid_name(uid) for uid in value) or 'none'}"
    results = ", ".join(
        f"{'/'.join(uid_name(uid) for uid in context.transfer_syntaxes)}: {context_result_name(context.result)}"
        for context in contexts
    )
    return Outcome(name, not missing and not extra, expected, results)


def check_refused(name: str, value: bool | str, observation: Observation, _show: Show) -> Outcome:
    """Every presentation context was refused, with this result if one is named."""
    contexts = observation.contexts if isinstance(observation, AssociateObservation) else []
    results = list(dict.fromkeys(context_result_name(context.result) for context in contexts))
    if value is False:
        return Outcome(name, any(context.accepted for context in contexts), "not all refused", ", ".join(results))
    met = bool(contexts) and not any(context.accepted for context in contexts)
    if isinstance(value, str):
        met = met and results == [value]
    return Outcome(name, met, f"refused{': ' + value if isinstance(value, str) else ''}", ", ".join(results))
