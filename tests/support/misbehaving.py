"""Peers that refuse, fail, abort or keep silent, for every service in the same way."""

from __future__ import annotations

from contextlib import AbstractContextManager

from harness.dimse.messages import response_to
from harness.net.acceptor import Serve
from harness.net.association import Association
from harness.net.negotiation import accept
from harness.observe.ending import EndingKind
from harness.standard.ae import AEAddress
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.support.accepting import Choose, accepting, choose_first, choose_none


def answering(status: int) -> Serve:
    """Answer every request with a status, and nothing else."""

    def serve(association: Association) -> None:
        while True:
            message = association.receive(30)
            association.send(message.context_id, response_to(message.command, status))

    return serve


def aborting(association: Association) -> None:
    """Abort when the first request is there."""
    association.receive(30)
    association.abort(EndingKind.ABORTED_BY_US, "as the test wants it")


def closing(association: Association) -> None:
    """Close the connection when the first request is there."""
    association.receive(30)
    association.drop()


def silent(association: Association) -> None:
    """Never answer; the other side ends the association when its patience does."""
    while True:
        association.receive(30)


PEERS: dict[str, tuple[Choose | None, Serve]] = {
    "success": (choose_first, answering(0x0000)),
    "failure": (choose_first, answering(0xA700)),
    "unknown status": (choose_first, answering(0x3333)),
    "abort": (choose_first, aborting),
    "close": (choose_first, closing),
    "silence": (choose_first, silent),
    "no context": (choose_none, silent),
    "rejection": (None, silent),
}
"""By what they do: how contexts are answered (None: associations are rejected), and how requests are."""


def peer_that(name: str, title: str = "PEER") -> AbstractContextManager[AEAddress]:
    """A peer of `PEERS`, running."""
    choose, serve = PEERS[name]

    def negotiate(request: AssociateRQ, _host: str) -> AssociateAC | AssociateRJ:
        return AssociateRJ(1, 1, 7) if choose is None else accept(request, choose)

    return accepting(serve, negotiate, title=title)
