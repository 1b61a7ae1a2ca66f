"""What happened on one association, with times."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from harness.observe.ending import Ending
from harness.observe.wire import WireRecord
from harness.ul.deviation import Deviation

COMMAND = "command"
DATA_SET = "data set"
"""Summaries of P-DATA-TF PDUs before their command is understood."""

P_DATA_TF = "P-DATA-TF"
FIRST_PDUS_KEPT = 1000
LAST_PDUS_KEPT = 200


class Direction(StrEnum):
    """Seen from us."""

    SENT = "sent"
    RECEIVED = "received"


class Role(StrEnum):
    """Who asked for the association (PS3.8 3.1); not to be confused with SCU and SCP."""

    REQUESTOR = "requestor"
    ACCEPTOR = "acceptor"


@dataclass(slots=True)
class PduFact:
    """One PDU, or a run of data set PDUs of one message (then `count` > 1 and `length` their sum).

    `seconds` counts from the start of the association, `length` is the variable field in bytes.
    """

    seconds: float
    direction: Direction
    name: str
    length: int
    summary: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class ContextOutcome:
    """A proposed presentation context joined with its result; `result` is None where the acceptor gave none.

    The roles are those that the requestor has when it is accepted (PS3.7 D.3.3.4): SCU unless negotiated otherwise.
    """

    context_id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    result: int | None = None
    accepted_transfer_syntax: str | None = None
    scu_role: bool = True
    scp_role: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the acceptor accepted this context."""
        return self.result == 0


@dataclass(frozen=True, slots=True)
class Answers:
    """What the acceptor answered besides presentation contexts (PS3.7 D.3.3).

    `asynchronous_operations` is (operations that may be invoked, performed), None without an answer. `extended` is
    the service-class-application-information by SOP class. Of the response to a user identity only is kept that it
    came.
    """

    asynchronous_operations: tuple[int, int] | None = None
    extended: tuple[tuple[str, bytes], ...] = ()
    user_identity: bool = False


@dataclass(frozen=True, slots=True)
class TlsFact:
    """The TLS beneath an association: version and cipher suite as OpenSSL names them.

    `peer_certificate_expires` is as in the certificate of the peer, empty when that was not checked.
    """

    version: str
    cipher_suite: str
    peer_certificate_expires: str = ""


@dataclass(slots=True)
class Trace:
    """The record of one association, kept bounded whatever its length.

    `address` is `host:port` of the peer; `stages` maps a stage (name, connect, tls, association, release) to seconds;
    `deviations` are departures of the *peer* from the standard; `tls` is None on a plain connection. `addresses` are
    those that the name of the peer has, in the order in which they are tried, and `unreached` what became of those that
    gave no connection.
    `ended` is when it came to its ending, in seconds since its start, and `waited` how many seconds went into waits in
    which nothing came before their deadline; only conformance cases, which wait for silence too, keep count of them.
    `user_identity_type` is what we offered as requestor (PS3.7 D.3.3.7), 0 for nothing.
    """

    address: str
    calling_ae_title: str
    called_ae_title: str
    role: Role
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    started_monotonic: float = field(default_factory=time.monotonic)
    stages: dict[str, float] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    unreached: list[str] = field(default_factory=list)
    contexts: tuple[ContextOutcome, ...] = ()
    peer_max_pdu_length: int | None = None
    peer_implementation_class_uid: str | None = None
    peer_implementation_version_name: str | None = None
    answers: Answers = Answers()
    user_identity_type: int = 0
    deviations: list[Deviation] = field(default_factory=list)
    ending: Ending | None = None
    ended: float | None = None
    waited: float = 0.0
    tls: TlsFact | None = None
    local_endpoint: tuple[str, int] = ("", 0)
    remote_endpoint: tuple[str, int] = ("", 0)
    wire: WireRecord = field(default_factory=WireRecord)
    pdus_left_out: int = 0
    _first: list[PduFact] = field(default_factory=list)
    _last: deque[PduFact] = field(default_factory=lambda: deque(maxlen=LAST_PDUS_KEPT))

    @property
    def pdus(self) -> list[PduFact]:
        """The PDUs in order: the first thousand and the last two hundred; `pdus_left_out` counts those between."""
        return [*self._first, *self._last]

    @property
    def heard(self) -> bool:
        """Whether the peer has sent any PDU."""
        return any(pdu.direction is Direction.RECEIVED for pdu in self.pdus)

    @property
    def elapsed(self) -> float:
        """Seconds since the start of the association."""
        return time.monotonic() - self.started_monotonic

    def add_pdu(
        self,
        direction: Direction,
        name: str,
        length: int,
        summary: str = "",
        count: int = 1,
        seconds: float | None = None,
    ) -> PduFact:
        """Note a PDU, or several with the sum of their lengths; as of now, if `seconds` says nothing else.

        Consecutive data set PDUs of one direction are kept as one fact, which is returned.
        """
        return self.add(PduFact(self.elapsed if seconds is None else seconds, direction, name, length, summary, count))

    def add(self, fact: PduFact) -> PduFact:
        """Note a PDU as `add_pdu` does."""
        latest = self._last[-1] if self._last else self._first[-1] if self._first else None
        if latest is not None and latest.summary == fact.summary == DATA_SET and latest.direction == fact.direction:
            latest.count += fact.count
            latest.length += fact.length
            return latest
        self._keep(fact)
        return fact

    def add_alike(
        self, direction: Direction, seconds: float, summary: str, length: int, data_sets: Sequence[int]
    ) -> None:
        """Note messages with the same command, of a PDU of `length`, and with data sets of these lengths, one PDU each.

        Of many only those are made into facts that can be kept.
        """
        first, last = (FIRST_PDUS_KEPT - len(self._first)) // 2 + 1, LAST_PDUS_KEPT // 2
        between = len(data_sets) - first - last
        if between > 0:
            self.pdus_left_out += 2 * between
            data_sets = [*data_sets[:first], *data_sets[-last:]]
        for data_set in data_sets:
            self._keep(PduFact(seconds, direction, P_DATA_TF, length, summary))
            self._keep(PduFact(seconds, direction, P_DATA_TF, data_set, DATA_SET))

    def _keep(self, fact: PduFact) -> None:
        if len(self._first) < FIRST_PDUS_KEPT:
            self._first.append(fact)
        else:
            if len(self._last) == LAST_PDUS_KEPT:
                self.pdus_left_out += self._last[0].count
            self._last.append(fact)
