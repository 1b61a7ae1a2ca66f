"""All causes by their codes, and diagnoses made from them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from harness.diagnosis.causes import (
    association,
    capture,
    configuration,
    contexts,
    duration,
    effect,
    name,
    protocol,
    route,
    service,
    tls,
    unasked,
)
from harness.diagnosis.model import Cause, Diagnosis, Parties

_TABLES = (
    configuration,
    name,
    route,
    protocol,
    tls,
    association,
    contexts,
    service,
    effect,
    unasked,
    duration,
    capture,
)

CAUSES: dict[str, Cause] = {cause.code: cause for cause in chain.from_iterable(table.CAUSES for table in _TABLES)}
"""In the order of their stages."""

WAY_TO_US = frozenset(code for code, cause in CAUSES.items() if unasked.OUR_PORT in cause.next_steps)
"""Causes of which a peer suffers that cannot find or reach our Storage SCP."""


def diagnosis_of(codes: Sequence[str], evidence: Sequence[str], parties: Parties) -> Diagnosis:
    """The first of the codes with what was seen of it; the others are not ruled out."""
    cause, *others = (CAUSES[code] for code in codes)
    request = cause.request.format(
        calling=parties.calling,
        called=parties.called,
        address=parties.address,
        evidence=evidence[0] if evidence else "see our report",
    )
    return Diagnosis(cause, tuple(evidence), request, tuple(others))
