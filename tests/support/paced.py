"""Peers by how fast they answer: real ones as they are shipped, and one that takes the time that it is told to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.dimse.messages import response_to
from harness.net.acceptor import Acceptor
from harness.net.association import Association
from harness.net.negotiation import accept
from harness.peers.dcmtk import dcmqrscp, storescp
from harness.peers.orthanc import orthanc
from harness.peers.process import ProcessPeer
from harness.standard.ae import AEAddress
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.support.misbehaving import Serve, choose_first
from tests.support.peers import recipe_input

RECIPES = {"storescp": storescp, "dcmqrscp": dcmqrscp, "Orthanc": orthanc}


@contextmanager
def running(folder: Path, program: str) -> Iterator[AEAddress]:
    """One of `RECIPES`."""
    peer = ProcessPeer(program, RECIPES[program], recipe_input(folder))
    peer.start()
    try:
        yield peer.address
    finally:
        peer.stop()


@contextmanager
def serving(serve: Serve, before: Callable[[], None] = lambda: None) -> Iterator[AEAddress]:
    """A peer that accepts associations, after something else, and does this with each."""

    def negotiate(request: AssociateRQ, _host: str) -> AssociateAC | AssociateRJ:
        before()
        return accept(request, choose_first)

    acceptor = Acceptor(negotiate, serve)
    acceptor.start()
    try:
        yield AEAddress("PEER", "127.0.0.1", acceptor.port)
    finally:
        acceptor.stop()


def after(seconds: Callable[[int], float]) -> Serve:
    """Answers each request with success after so many seconds; requests are counted from 0."""

    def serve(association: Association) -> None:
        for number in range(100):
            message = association.receive(30)
            time.sleep(seconds(number))
            association.send(message.context_id, response_to(message.command, 0))

    return serve
