"""All faults of the lab."""

from __future__ import annotations

from itertools import chain

from tests.lab import (
    associations,
    contexts,
    dcmtk_faults,
    durations,
    effects,
    foreign,
    healthy,
    orthanc_faults,
    outcomes,
    product_effects,
    retrievals,
    routes,
    statuses,
    tls_faults,
)
from tests.lab.fault import Fault

_TABLES = (
    routes,
    foreign,
    tls_faults,
    associations,
    contexts,
    statuses,
    retrievals,
    dcmtk_faults,
    effects,
    orthanc_faults,
    product_effects,
    outcomes,
    durations,
    healthy,
)

FAULTS: tuple[Fault, ...] = tuple(chain.from_iterable(table.FAULTS for table in _TABLES))
