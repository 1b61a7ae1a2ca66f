"""What a service saw: facts that expectations are later held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from harness.observe.asked import Asked
from harness.observe.observation import EchoObservation, Observation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydicom.dataset import Dataset

    from harness.observe.trace import ContextOutcome

__all__ = [
    "AssociateObservation",
    "Cancellation",
    "EchoObservation",
    "EndObservation",
    "FindObservation",
    "Match",
    "Observation",
    "ReceivedInstance",
    "RetrieveObservation",
    "SentQuery",
    "StoreObservation",
    "StoredInstance",
    "SubOperations",
    "UnsentFile",
]


@dataclass(slots=True, kw_only=True)
class AssociateObservation(Observation):
    """An association that was asked for and, if accepted, released."""

    accepted: bool = False
    contexts: list[ContextOutcome] = field(default_factory=list)
    """Of a negotiation: the presentation contexts that it asked for."""


@dataclass(slots=True, kw_only=True)
class EndObservation(Observation):
    """How a release or an abort of ours ended the association; `as_asked` says whether it was by that."""

    as_asked: bool = False


@dataclass(slots=True, kw_only=True)
class StoredInstance:
    """One instance of a store. `status` is None when no answer came or it was not sent (`unsent` says why)."""

    source: Path
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    context_id: int | None = None
    status: int | None = None
    seconds: float = 0.0
    unsent: str = ""
    study_instance_uid: str = ""
    series_instance_uid: str = ""
    patient_id: str = ""


@dataclass(frozen=True, slots=True)
class UnsentFile:
    """A file that is no instance which C-STORE could send: its kind, and the reason in words."""

    path: Path
    kind: str
    reason: str


@dataclass(slots=True, kw_only=True)
class StoreObservation(Observation):
    """Every instance that was to be stored, in order, and the files that were not even tried."""

    instances: list[StoredInstance] = field(default_factory=list)
    refused: list[UnsentFile] = field(default_factory=list)
    """Files that should have been sent and cannot be."""
    passed_over: list[UnsentFile] = field(default_factory=list)
    """Files that nobody asked to be sent."""

    @property
    def counts_singly(self) -> bool:
        """Each instance stands for itself."""
        return bool(self.instances)

    @property
    def response_statuses(self) -> Sequence[int | None]:
        """The status of each instance."""
        return [instance.status for instance in self.instances]


@dataclass(kw_only=True)
class Match:
    """One identifier of a C-FIND response, looked into only when somebody asks: many are only counted.

    `judge` says why bytes are no data set in a transfer syntax; empty for those that are one.
    """

    data: bytes
    transfer_syntax_uid: str
    status: int
    judge: Callable[[bytes, str], str] = lambda data, transfer_syntax_uid: ""

    @cached_property
    def problem(self) -> str:
        """Why it is no data set in its transfer syntax; empty for one that is."""
        return self.judge(self.data, self.transfer_syntax_uid)

    @cached_property
    def dataset(self) -> Dataset:
        """The identifier as a data set; without anything in it when it cannot be decoded."""
        from harness.observe.data_set import decode_data_set

        try:
            return decode_data_set(self.data, self.transfer_syntax_uid)
        except Exception:  # noqa: BLE001 - pydicom raises many kinds; what a peer sends is never an exception
            from pydicom.dataset import Dataset

            return Dataset()


@dataclass(slots=True)
class Cancellation:
    """A C-CANCEL-RQ that was to be sent after so many pending responses, and what came of it."""

    after: int
    sent: bool = False
    pending_afterwards: int = 0
    """Pending responses that still came when it was sent; those that were on their way are among them."""
    seconds: float = 0.0
    """From when it was sent to the last of these."""


@dataclass(frozen=True, slots=True)
class SentQuery:
    """The identifier of a C-FIND as it went on the wire."""

    sop_class_uid: str
    transfer_syntax_uid: str
    data: bytes
    character_set: str = ""
    """Its Specific Character Set; empty for the default repertoire."""


@dataclass(slots=True, kw_only=True)
class FindObservation(Observation):
    """The final status of a C-FIND and the matches of its pending responses."""

    status: int | None = None
    asked: Asked = field(default_factory=Asked)
    sent: SentQuery | None = None
    query_note: str = ""
    """Where the query was written that was to be kept, or why it was not; empty when it was not to be."""
    cancellation: Cancellation | None = None
    matches: list[Match] = field(default_factory=list)

    @property
    def response_statuses(self) -> Sequence[int | None]:
        """The final status."""
        return (self.status,)


@dataclass(frozen=True, slots=True)
class SubOperations:
    """Counters of C-MOVE and C-GET responses (PS3.7 9.1.4.1); None where the peer gave none."""

    remaining: int | None = None
    completed: int | None = None
    failed: int | None = None
    warning: int | None = None


@dataclass(frozen=True, slots=True)
class ReceivedInstance:
    """One instance that our Storage SCP wrote to `path` as it came, in a Part 10 file."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    calling_ae_title: str
    called_ae_title: str
    status: int
    move_originator: tuple[str, int] | None = None


@dataclass(slots=True, kw_only=True)
class RetrieveObservation(Observation):
    """A C-MOVE or C-GET: final status, the last counters the peer named, and what arrived at us."""

    status: int | None = None
    asked: Asked = field(default_factory=Asked)
    counters: SubOperations = SubOperations()
    cancellation: Cancellation | None = None
    originator: tuple[str, int] | None = None
    """Our AE title and the Message ID, of a C-MOVE."""
    failed_uids: list[str] = field(default_factory=list)
    received: list[ReceivedInstance] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    """The statuses with which we answered instances that we did not take."""
    pending_responses: int = 0
    to_us: bool = True
    """Whether we are the destination, so that what arrived can be counted."""
    left_out: list[str] = field(default_factory=list)
    """Storage SOP classes of a C-GET for which its association had no room."""
    differences: dict[str, list[str]] = field(default_factory=dict)
    """For each received instance whose original is known, by SOP Instance UID: what differs, by tag."""

    @property
    def response_statuses(self) -> Sequence[int | None]:
        """The final status."""
        return (self.status,)
