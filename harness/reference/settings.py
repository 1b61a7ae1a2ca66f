"""How a reference SCP behaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from harness.net.negotiation import OUR_MAXIMUM_LENGTH
from harness.net.timeouts import Timeouts
from harness.scenario.defects import Defect
from harness.standard.ae import AEAddress
from harness.standard.commitment import Delivery
from harness.standard.negotiation import Rejection
from harness.tls.contexts import TlsClient, TlsServer

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Refusals:
    """What the SCP refuses on purpose.

    `association` rejects every association. The statuses of the services answer their requests after `after` good
    ones, counted over all associations. `contexts` maps UIDs of abstract and transfer syntaxes to the result (1 to 4)
    of every presentation context that would use them.
    """

    association: Rejection | None = None
    store: int | None = None
    find: int | None = None
    worklist: int | None = None
    move: int | None = None
    get: int | None = None
    mpps: int | None = None
    commit: int | None = None
    instance_availability: int | None = None
    after: int = 0
    contexts: Mapping[str, int] = field(default_factory=dict)

    def status_of(self, service: str) -> int | None:
        """The status for requests of a service; None when it refuses none."""
        statuses = {
            "store": self.store,
            "find": self.find,
            "worklist": self.worklist,
            "move": self.move,
            "get": self.get,
            "mpps": self.mpps,
            "commit": self.commit,
            "instance-availability": self.instance_availability,
        }
        return statuses.get(service)


class Access(StrEnum):
    """What requestors may do with a store: look, leave something, or both."""

    READ = "read"
    WRITE = "write"
    READ_WRITE = "read-write"


@dataclass(frozen=True, slots=True)
class Quota:
    """How much a store takes; None: any amount.

    What would be more is refused (A700H); with `oldest_study_out` the study that came first goes instead. `size` is
    in bytes of files.
    """

    studies: int | None = None
    size: int | None = None
    oldest_study_out: bool = False


NO_QUOTA = Quota()


@dataclass(frozen=True, slots=True)
class FurtherTitle:
    """A further AE title, with a store of its own.

    An empty set of calling AE titles means all; without `move_destinations` of its own it has those of the SCP.
    """

    ae_title: str
    access: Access = Access.READ_WRITE
    calling_ae_titles: frozenset[str] = frozenset()
    quota: Quota = NO_QUOTA
    move_destinations: Mapping[str, AEAddress] | None = None


@dataclass(frozen=True, slots=True)
class AcceptedIdentity:
    """A user identity that is let in (PS3.7 D.3.3.7); the fields are secrets and do not show."""

    identity_type: int
    primary: bytes = field(repr=False)
    secondary: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class ReferenceSettings:
    """Settings of a reference SCP.

    Empty sets of calling titles, SOP classes and transfer syntaxes mean all. Without `folder` nothing outlives the
    SCP. `move_destinations` maps AE titles to addresses. With more than `maximum_associations` at once, the next is
    rejected (transient, local limit exceeded); `maximum_length` of PDUs is in bytes. `commitment` is the way in which
    results of storage commitment are reported; on a new association, to an address of `move_destinations`. With
    `identities` a requestor must offer one of them. With `tls` nothing but TLS is taken; `move_tls` maps AE titles of
    move destinations to how they are reached over TLS. `access` and `quota` are those of its own AE title; `further`
    ones share everything else that is said here. `worklist` are the items of the Modality Worklist, as
    `worklist_items` makes them. With `defects` it answers queries and retrieves otherwise than it should.
    """

    ae_title: str = "REFERENCE"
    host: str = "127.0.0.1"
    port: int = 0
    folder: Path | None = None
    check_called_ae_title: bool = True
    calling_ae_titles: frozenset[str] = frozenset()
    sop_classes: frozenset[str] = frozenset()
    transfer_syntaxes: frozenset[str] = frozenset()
    move_destinations: Mapping[str, AEAddress] = field(default_factory=dict)
    maximum_associations: int = 1000
    maximum_length: int = OUR_MAXIMUM_LENGTH
    commitment: Delivery = Delivery.NEW_ASSOCIATION
    access: Access = Access.READ_WRITE
    quota: Quota = NO_QUOTA
    further: tuple[FurtherTitle, ...] = ()
    identities: tuple[AcceptedIdentity, ...] = ()
    tls: TlsServer | None = None
    move_tls: Mapping[str, TlsClient] = field(default_factory=dict)
    worklist: tuple[Dataset, ...] = ()
    refusals: Refusals = Refusals()
    defects: frozenset[Defect] = frozenset()
    timeouts: Timeouts = field(default_factory=Timeouts)
