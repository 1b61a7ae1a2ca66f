"""What a peer tells us unasked: results of storage commitment, availability of instances."""

from __future__ import annotations

from dataclasses import dataclass

from harness.observe.outcomes import FindObservation
from harness.observe.trace import Role


@dataclass(frozen=True, slots=True)
class Notification:
    """An N-EVENT-REPORT or an N-CREATE of the peer, with its data set as it came.

    `receiver` is our role on the association that it came on, `allowed` says whether the peer had the role that it
    takes (PS3.7 D.3.3.4). `arrived` is the moment on the monotonic clock, in seconds, `status` what we answered.
    """

    sop_class_uid: str
    sop_instance_uid: str
    data: bytes
    transfer_syntax_uid: str
    calling_ae_title: str
    receiver: Role
    allowed: bool
    arrived: float
    status: int
    event_type_id: int | None = None


@dataclass(slots=True, kw_only=True)
class NotifiedObservation(FindObservation):
    """What a peer has told us: its notifications can be looked into like the matches of a query."""
