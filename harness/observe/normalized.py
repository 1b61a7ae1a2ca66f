"""What the services of normalized instances saw (PS3.7 10.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.observe.outcomes import Observation


@dataclass(slots=True, kw_only=True)
class NormalizedObservation(Observation):
    """The response to an N-CREATE or N-SET.

    `created` says that it was an N-CREATE. `sop_instance_uid` is that of the instance, also when the peer chose it.
    `attributes` are the tags that the peer found fault with, `error_id` says more than the status. (Its Error Comment
    is free text and not kept.)
    """

    sop_class_uid: str
    created: bool = False
    sop_instance_uid: str = ""
    status: int | None = None
    attributes: tuple[int, ...] = ()
    error_id: int | None = None

    @property
    def response_statuses(self) -> Sequence[int | None]:
        """The status of the response."""
        return (self.status,)

    @property
    def named_attributes(self) -> Sequence[int]:
        """Those of the response."""
        return self.attributes
