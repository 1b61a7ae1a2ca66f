"""What every kind of peer has in common."""

from __future__ import annotations

import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import PeerStartError
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.services.echo import echo
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION

START_SECONDS = 30.0
STOP_SECONDS = 5.0
LOG_TAIL_LINES = 20
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class RecipeInput:
    """What a recipe is told: the titles it answers to, who it shall know, and where it may write.

    `knows` are addresses as seen from the peer; they may call it and are its move destinations. `calling` is the
    title that the waiting C-ECHO uses. `prefer` is a compressed transfer syntax to accept and propose, by UID.
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


@dataclass(slots=True)
class PeerFacts:
    """What is known of a peer once it runs."""

    version: str = ""
    log: list[str] = field(default_factory=list)


class Peer(ABC):
    """A peer of the run. `address` is where we reach it; `start` may be called once, `stop` any number of times."""

    kind = "address"

    def __init__(self, address: AEAddress) -> None:
        self.address = address
        self.version = ""

    @abstractmethod
    def start(self) -> None:
        """Make it ready. Raises `PeerStartError`."""

    @abstractmethod
    def stop(self) -> None:
        """End what `start` began; never raises for a peer that is already gone."""

    def log_tail(self) -> list[str]:
        """The last lines of its log, unredacted."""
        return []

    def alive(self) -> bool:
        """Whether what we started still runs; always true for what we did not start."""
        return True


def free_port() -> int:
    """A port of the loopback interface that is free now, for servers that cannot choose one themselves."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def wait_for_echo(
    address: AEAddress, calling_ae_title: str, alive: Callable[[], bool], seconds: float = START_SECONDS
) -> None:
    """Wait until the peer answers a C-ECHO, the only proof that it is ready.

    A rejected association is an answer too: a server that is strict about titles is up. Raises TimeoutError.
    """
    deadline = time.monotonic() + seconds
    timeouts = Timeouts(connect=1.0, association=2.0, response=2.0, release=1.0)
    proposal = Proposal(calling_ae_title, address.ae_title, ((VERIFICATION, (IMPLICIT_VR_LE,)),))
    pause = 0.01
    while time.monotonic() < deadline and alive():
        association = request_association(address, proposal, timeouts)
        if association.established:
            with association:
                if echo(association).statuses == [0]:
                    return
        elif association.ending is not None and association.ending.rejection is not None:
            return
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)
    raise TimeoutError


def not_ready(what: str, alive: bool, log: list[str]) -> PeerStartError:
    """The error of a peer that did not answer in time."""
    happened = f"did not answer a C-ECHO within {START_SECONDS:g} s" if alive else "ended before it answered a C-ECHO"
    return PeerStartError(f"{what} {happened}", "\n".join(log))
