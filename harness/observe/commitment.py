"""What a request of storage commitment came to (PS3.4 Annex J)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.observe.notifications import Notification
from harness.observe.outcomes import Observation
from harness.standard.commitment import Delivery


@dataclass(frozen=True, slots=True)
class CommitmentReport:
    """A report with its decoded instances as (SOP class, SOP instance); those that failed have a reason besides.

    `undecodable` says that its data set could not be decoded; nothing else is known then.
    """

    notification: Notification
    delivery: Delivery
    committed: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str, int | None], ...] = ()
    undecodable: bool = False


@dataclass(slots=True, kw_only=True)
class CommitmentObservation(Observation):
    """The status of the N-ACTION and the report, if it came within `waited_seconds`.

    `requested` are SOP classes and instances.
    """

    transaction_uid: str
    requested: tuple[tuple[str, str], ...]
    status: int | None = None
    report: CommitmentReport | None = None
    waited_seconds: float = 0.0
    strays: int = 0
    """Reports that came meanwhile for another Transaction UID."""
    faults: list[str] = field(default_factory=list)
    """How the report departs from PS3.4 J.3.3.1, each with the clause."""

    @property
    def response_statuses(self) -> Sequence[int | None]:
        """The status of the N-ACTION."""
        return (self.status,)
