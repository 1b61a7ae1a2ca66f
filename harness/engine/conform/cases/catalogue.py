"""All conformance cases."""

from __future__ import annotations

from itertools import chain

from harness.engine.conform.cases import ul_request
from harness.engine.conform.model import Case

GROUPS = {
    "ul/request": "A-ASSOCIATE-RQ: what must be taken, and what must not",
}
"""What the groups of cases are about, by the beginning of their ids."""

CASES: tuple[Case, ...] = tuple(chain(ul_request.CASES))
