"""Acceptors that do with each association what a test tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from harness.net.acceptor import Acceptor, Negotiate, Serve
from harness.net.negotiation import ABSTRACT_SYNTAX_NOT_SUPPORTED, accept
from harness.standard.ae import AEAddress
from harness.ul.items import ProposedContext
from harness.ul.pdu import AssociateAC, AssociateRQ

Choose = Callable[[ProposedContext], str | int]


def choose_first(context: ProposedContext) -> str | int:
    """Accept every presentation context."""
    return context.transfer_syntaxes[0]


def choose_none(_context: ProposedContext) -> str | int:
    """Refuse every presentation context."""
    return ABSTRACT_SYNTAX_NOT_SUPPORTED


def all_accepted(request: AssociateRQ, _host: str) -> AssociateAC:
    """Accept the association and every presentation context."""
    return accept(request, choose_first)


@contextmanager
def accepting(
    serve: Serve, negotiate: Negotiate = all_accepted, *, title: str = "PEER", **more: Any
) -> Iterator[AEAddress]:
    """An acceptor that runs; `more` are settings of it."""
    acceptor = Acceptor(negotiate, serve, **more)
    acceptor.start()
    try:
        yield AEAddress(title, "127.0.0.1", acceptor.port)
    finally:
        acceptor.stop()
