"""Peers by how fast they answer: real ones as they are shipped, and one that takes the time that it is told to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from harness.dimse.messages import response_to
from harness.net.acceptor import Serve
from harness.net.association import Association
from harness.peers.dcmtk import dcmqrscp, storescp
from harness.peers.orthanc import orthanc
from harness.peers.process import ProcessPeer
from harness.standard.ae import AEAddress
from harness.ul.pdu import AssociateAC, AssociateRQ
from tests.support.accepting import accepting, all_accepted
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


def serving(serve: Serve, before: Callable[[], None]) -> AbstractContextManager[AEAddress]:
    """A peer that accepts associations, after something else, and does this with each."""

    def negotiate(request: AssociateRQ, host: str) -> AssociateAC:
        before()
        return all_accepted(request, host)

    return accepting(serve, negotiate)


def after(seconds: Callable[[int], float]) -> Serve:
    """Answers each request with success after so many seconds; requests are counted from 0."""

    def serve(association: Association) -> None:
        for number in range(100):
            message = association.receive(30)
            time.sleep(seconds(number))
            association.send(message.context_id, response_to(message.command, 0))

    return serve
