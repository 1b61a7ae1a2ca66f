"""All faults by their names."""

from __future__ import annotations

from itertools import chain

from harness.proxy.fault import Fault
from harness.proxy.faults import (
    acceptance,
    endings,
    fragments,
    intolerance,
    normalized,
    own_associations,
    proposals,
    refusals,
    requests,
    responses,
    results,
    sequence,
)

_TABLES = (
    acceptance,
    refusals,
    fragments,
    responses,
    results,
    normalized,
    intolerance,
    endings,
    sequence,
    proposals,
    requests,
    own_associations,
)

FAULTS: dict[str, Fault] = {fault.name: fault for fault in chain.from_iterable(table.FAULTS for table in _TABLES)}
"""Those of the acceptor first, in the order in which they can strike."""
