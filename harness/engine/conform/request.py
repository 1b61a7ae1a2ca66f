"""What a person asks `conform` for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.engine.baseline import Baseline
from harness.engine.conform.selection import Selection
from harness.scenario.caution import Environment
from harness.standard.ae import AEAddress

if TYPE_CHECKING:
    from harness.tls.contexts import TlsClient
    from harness.ul.items import UserIdentityRQ


@dataclass(frozen=True, slots=True)
class Target:
    """The peer under test, and who we are to it.

    `timeout` is how many seconds connection and each answer may take, `report` the report of a storage commitment, for
    which the standard sets no time.
    """

    address: AEAddress
    calling_ae_title: str = "HARNESS"
    timeout: float = 10.0
    report: float = 15.0
    tls: TlsClient | None = None
    identity: UserIdentityRQ | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a peer has to answer the canary, and to come back when it does not; then the rest is blocked."""

    canary: float = 5.0
    recovery: float = 40.0


@dataclass(frozen=True, slots=True)
class ConformRequest:
    """One run: the peer, what it is used for, and the cases that are wanted. `again` is the command for one case.

    `baseline` is what is known to fail. With more than one of `jobs`, cases that only read run at once.
    With `redact_addresses` captures tell no host.
    """

    target: Target
    environment: Environment = Environment.UNSPECIFIED
    selection: Selection = field(default_factory=Selection)
    patience: Patience = Patience()
    again: str = ""
    baseline: Baseline = field(default_factory=Baseline)
    jobs: int = 1
    redact_addresses: bool = False
