"""What every kind of peer has in common."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import Ending, TlsFault
from harness.services.echo import echo
from harness.standard.ae import AEAddress
from harness.standard.status import Service, describe_status
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.tls.contexts import TlsClient, TlsSettings

START_SECONDS = 30.0
STOP_SECONDS = 5.0
LOG_TAIL_LINES = 20
LOOPBACK = "127.0.0.1"

_STAGE_SECONDS = 2.0
_LAST_ATTEMPT_SECONDS = 0.05
SUCCESS = 0x0000


@dataclass(frozen=True, slots=True)
class RecipeInput:
    """What a recipe is told: the titles it answers to, who it shall know, and where it may write.

    `knows` are addresses as seen from the peer; they may call it and are its move destinations. `calling` is the
    title that the waiting C-ECHO uses. `prefer` is a compressed transfer syntax to accept and propose, by UID.
    `listen` is the address to bind to, for servers that can be told. `worklist` are files of worklist items, and
    folders of such, for servers that have any. With `tls` it takes nothing but TLS; `over_tls` are the AE titles, of
    those that it knows, that it has to call over TLS.
    """

    ae_titles: tuple[str, ...]
    port: int
    folder: Path
    calling: str
    knows: tuple[AEAddress, ...] = ()
    options: tuple[str, ...] = ()
    prefer: str | None = None
    check_ae_titles: bool = False
    image: str | None = None
    listen: str = LOOPBACK
    worklist: tuple[Path, ...] = ()
    tls: TlsSettings | None = None
    over_tls: frozenset[str] = frozenset()


_ALERTS = frozenset(TlsFault) - {TlsFault.PLAIN, TlsFault.TLS_EXPECTED, TlsFault.TIMEOUT, TlsFault.OTHER}


class Peer(ABC):
    """A peer of the run. `address` is where we reach it; `start` may be called once, `stop` any number of times.

    As a context manager it is started and stopped.
    """

    kind = "address"
    tls: TlsClient | None = None
    """How to reach it over TLS while waiting for it; None for plain DICOM."""

    def __init__(self, address: AEAddress) -> None:
        self.address = address
        self.version = ""

    @abstractmethod
    def start(self, seconds: float = START_SECONDS) -> None:
        """Make it ready within so many seconds. Raises `PeerStartError`, and then nothing is left of it."""

    @abstractmethod
    def stop(self) -> None:
        """End what `start` began; never raises for a peer that is already gone."""

    def log_tail(self) -> list[str]:
        """The last lines of its log, unredacted."""
        return []

    def alive(self) -> bool:
        """Whether what we started still runs; always true for what we did not start."""
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class NotReady(Exception):
    """The peer answered no C-ECHO in time, or is gone; `str()` completes the sentence "the server …"."""


def wait_for_echo(
    address: AEAddress,
    calling_ae_title: str,
    alive: Callable[[], bool],
    seconds: float = START_SECONDS,
    tls: TlsClient | None = None,
) -> None:
    """Wait until the peer answers a C-ECHO, over TLS if given: the only proof that it is ready.

    A rejected association is an answer too, and so is a TLS alert: a server that is strict is up. Raises `NotReady`
    when `seconds` have passed, and as soon as `alive` says that waiting is of no use.
    """
    deadline = time.monotonic() + seconds
    proposal = Proposal(calling_ae_title, address.ae_title, ((VERIFICATION, (IMPLICIT_VR_LE,)),))
    problem: str | None = "there was no time to try"
    pause = 0.01
    while (left := deadline - time.monotonic()) > _LAST_ATTEMPT_SECONDS:
        if not alive():
            raise NotReady("ended before it answered a C-ECHO")
        problem = _echo_problem(address, proposal, min(_STAGE_SECONDS, left / 4), tls)
        if problem is None:
            return
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)
    raise NotReady(f"did not answer a C-ECHO within {seconds:g} s: {problem}")


def _is_answer(ending: Ending | None) -> bool:
    if ending is None:
        return False
    return ending.rejection is not None or (ending.tls is not None and ending.tls.fault in _ALERTS)


def _echo_problem(address: AEAddress, proposal: Proposal, seconds: float, tls: TlsClient | None) -> str | None:
    """What one attempt met; None when the peer answered. Each of its four stages may take so many seconds."""
    timeouts = Timeouts(connect=seconds, association=seconds, response=seconds, release=seconds)
    association = request_association(address, proposal, timeouts, tls=tls)
    if not association.established:
        return None if _is_answer(association.ending) else str(association.ending)
    with association:
        observation = echo(association)
    if observation.statuses == [SUCCESS]:
        return None
    if observation.statuses:
        return f"it answered with status {describe_status(observation.statuses[0], Service.ECHO)}"
    return observation.unsent or str(observation.ending)
