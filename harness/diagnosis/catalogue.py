"""All causes by their codes."""

from __future__ import annotations

from itertools import chain

from harness.diagnosis.causes import association, configuration, contexts, effect, name, protocol, route, service, tls
from harness.diagnosis.model import Cause

_TABLES = (configuration, name, route, protocol, tls, association, contexts, service, effect)

CAUSES: dict[str, Cause] = {cause.code: cause for cause in chain.from_iterable(table.CAUSES for table in _TABLES)}
"""In the order of their stages."""
