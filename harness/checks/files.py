"""Whether what was to be stored could be sent at all: nothing that the peer answers for."""

from __future__ import annotations

from collections.abc import Sequence

from harness.checks.outcome import Outcome
from harness.observe.outcomes import StoreObservation, UnsentFile

_NAMED = 3
"""Files of each kind that the reason names; the details of the step name all."""


def check_files(observation: StoreObservation) -> Outcome:
    """Every file that is to be stored can be sent."""
    refused = observation.refused
    total = len(refused) + len(observation.instances)
    kinds = list(dict.fromkeys(file.kind for file in refused))
    reasons = "; ".join(_in_words([file for file in refused if file.kind == kind]) for kind in kinds)
    remedy = f"`skip: [{', '.join(kinds)}]` passes over what need not be sent"
    observed = f"{len(refused)} of {total} file{'s' * (total != 1)} cannot be sent"
    return Outcome("files", False, "every file can be sent", observed, f"{reasons}. {remedy}", ours=True)


def _in_words(files: Sequence[UnsentFile]) -> str:
    """Files of one kind; the reason of each unless it is the same."""
    named, more = files[:_NAMED], len(files) - _NAMED
    rest = f" and {more} more" if more > 0 else ""
    if len({file.reason for file in files}) == 1:
        return f"{', '.join(str(file.path) for file in named)}{rest}: {files[0].reason}"
    return f"{', '.join(f'{file.path}: {file.reason}' for file in named)}{rest}"
