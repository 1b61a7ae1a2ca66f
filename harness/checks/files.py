"""What became of files that were to be stored. Whether they could be sent is nothing that the peer answers for."""

from __future__ import annotations

from collections.abc import Sequence

from harness.checks.outcome import Outcome
from harness.observe.outcomes import StoredInstance, StoreObservation, UnsentFile
from harness.standard.status import Service, describe_status, is_stored

_NAMED = 3
"""Files of each kind that the reason names; the details of the step name all."""


def why_not_stored(instance: StoredInstance) -> str:
    """Why nobody can rely on it that the peer has an instance; empty when the peer said that it has."""
    if instance.unsent:
        return instance.unsent
    if instance.status is None:
        return "no answer"
    return "" if is_stored(instance.status) else f"status {describe_status(instance.status, Service.STORE)}"


def check_files(observation: StoreObservation) -> Outcome:
    """Every file that is to be stored can be sent."""
    refused = observation.refused
    total = len(refused) + len(observation.instances)
    kinds = list(dict.fromkeys(file.kind for file in refused))
    reasons = "; ".join(_in_words([file for file in refused if file.kind == kind]) for kind in kinds)
    options = " ".join(f"--skip {kind}" for kind in kinds)
    remedy = f"`skip: [{', '.join(kinds)}]`, or `{options}`, passes over what need not be sent"
    observed = f"{len(refused):,} of {total:,} file{'s' * (total != 1)} cannot be sent"
    return Outcome("files", False, "every file can be sent", observed, f"{reasons}. {remedy}", ours=True)


def _in_words(files: Sequence[UnsentFile]) -> str:
    """Files of one kind: how many for which reason; each with its own unless it is the same."""
    named, more = files[:_NAMED], len(files) - _NAMED
    rest = f" and {more:,} more" if more > 0 else ""
    if len({file.reason for file in files}) == 1:
        number = f"{len(files):,} x " if len(files) > 1 else ""
        return f"{number}{files[0].reason}: {', '.join(str(file.path) for file in named)}{rest}"
    return f"{', '.join(f'{file.reason}: {file.path}' for file in named)}{rest}"
