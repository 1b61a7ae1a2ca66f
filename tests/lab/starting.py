"""Ways to start faults that many of them share."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.net.acceptor import Serve
from harness.net.negotiation import accept
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.ae import AEAddress
from harness.ul.items import ProposedContext
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.lab.fault import Start, Target
from tests.support import accepting as acceptors
from tests.support import servers
from tests.support.accepting import choose_first

LOOPBACK = "127.0.0.1"


def nobody(address: object, **more: Any) -> Start:
    """Nothing is started: the address alone is the fault."""

    @contextmanager
    def start(_folder: Path) -> Iterator[Target]:
        yield Target(address, **more)

    return start


def listening(serve: Callable[[socket.socket], None], **more: Any) -> Start:
    """A listener that treats each connection in this way."""

    @contextmanager
    def start(_folder: Path) -> Iterator[Target]:
        with servers.listener(serve) as port:
            yield Target(AEAddress("PEER", LOOPBACK, port), **more)

    return start


def accepting(serve: Serve, choose: Callable[[ProposedContext], str | int] = choose_first, **more: Any) -> Start:
    """A peer that accepts associations and does this with each."""

    def negotiate(request: AssociateRQ, _host: str) -> AssociateAC | AssociateRJ:
        return accept(request, choose)

    @contextmanager
    def start(_folder: Path) -> Iterator[Target]:
        with acceptors.accepting(serve, negotiate) as address:
            yield Target(address, **more)

    return start


def reference(settings: dict[str, Any], called: str = "", **more: Any) -> Start:
    """The reference SCP with these settings, called by its AE title or by another."""

    @contextmanager
    def start(_folder: Path) -> Iterator[Target]:
        with ReferenceSCP(ReferenceSettings(**settings)) as scp:
            yield Target(replace(scp.address, ae_title=called or scp.address.ae_title), **more)

    return start
