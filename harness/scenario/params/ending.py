"""Steps that end an association which earlier steps share."""

from __future__ import annotations

from harness.scenario.params.base import Params


class ReleaseParams(Params):
    """A-RELEASE of a shared association: does the peer agree, in time?"""


class AbortParams(Params):
    """A-ABORT of a shared association, which must have stood until then."""
