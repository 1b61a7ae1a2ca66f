"""Ourselves as what a peer sends to: the destination of C-MOVE, and where reports of storage commitment come."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.dimse.messages import c_move_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.facts import STUDY_ROOT, Facts
from harness.engine.conform.model import Inconclusive, Need
from harness.engine.conform.request import Target
from harness.engine.conform.retrieving import Retrieved, finish, take
from harness.engine.conform.searching import contexts_of, identifier_of
from harness.engine.conform.storing import archive
from harness.observe.outcomes import ReceivedInstance
from harness.services.storage_scp import StorageSCP

if TYPE_CHECKING:
    from harness.tls.contexts import TlsServer

_MOVE = STUDY_ROOT.move_uid
_QUIET = 2.0
"""Seconds in which what is on its way when a C-MOVE has ended has to arrive."""


def _missing(facts: Facts) -> str:
    return "" if facts.listening else "the peer has nowhere to send to: it needs `--listen PORT`"


LISTENING = Need(_missing)
"""That we listen for what the peer sends."""


@contextmanager
def listening(target: Target, host: str, port: int, tls: TlsServer | None = None) -> Iterator[StorageSCP]:
    """Our Storage SCP, for the peer alone. Raises OSError when it cannot listen there."""
    title, callers = target.calling_ae_title, {target.address.ae_title}
    with tempfile.TemporaryDirectory(prefix="dicom-harness-") as folder:
        scp = StorageSCP(title, Path(folder), host=host, port=port, callers=callers, tls=tls)
        scp.start()
        try:
            yield scp
        finally:
            scp.stop()


@dataclass(frozen=True, slots=True)
class Moved:
    """What was answered to a C-MOVE, and what came to us."""

    retrieved: Retrieved
    received: tuple[ReceivedInstance, ...]
    message_id: int


def moved(bench: Bench, identifier: bytes, cancel_after: int = -1) -> Moved:
    """Have the peer send something to us. Raises `Inconclusive` when it does not know us."""
    scp = _reachable(bench)
    return _move(bench, scp, identifier, cancel_after)


@contextmanager
def refusing(bench: Bench) -> Iterator[None]:
    """Reject every association meanwhile."""
    scp = _reachable(bench)
    callers, scp.callers = scp.callers, ()
    try:
        yield
    finally:
        scp.callers = callers


@contextmanager
def accepting(bench: Bench, syntaxes: Collection[str]) -> Iterator[None]:
    """Accept only these transfer syntaxes meanwhile."""
    scp = _reachable(bench)
    accepted, scp.accepted_syntaxes = scp.accepted_syntaxes, syntaxes
    try:
        yield
    finally:
        scp.accepted_syntaxes = accepted


def _reachable(bench: Bench) -> StorageSCP:
    """Tried once: without that, a peer that does not know us would fail all that it is not asked."""
    stock = bench.stock
    assert stock.listener is not None, "cases that need it are skipped without"
    if stock.unreachable is None:
        study = identifier_of("STUDY", {"StudyInstanceUID": archive(bench)[0].study_instance_uid})
        found = _move(bench, stock.listener, study)
        title = bench.target.calling_ae_title
        problem = (
            f"nothing came to us of a C-MOVE to {title}: {found.retrieved.seen.text}; is it registered at the peer?"
        )
        stock.unreachable = "" if found.received else problem
    if stock.unreachable:
        raise Inconclusive(stock.unreachable)
    return stock.listener


def _move(bench: Bench, scp: StorageSCP, identifier: bytes, cancel_after: int = -1) -> Moved:
    seconds = min(_QUIET, bench.target.timeout)
    # What an earlier request has left on its way is nothing that this one brings.
    scp.wait_until_quiet(seconds)
    scp.take_received()
    with bench.established(contexts_of(_MOVE)) as talk:
        request = c_move_rq(talk.next_message_id(), _MOVE, bench.target.calling_ae_title)
        found = finish(talk, talk.context_of(_MOVE).context_id, request, identifier, take, cancel_after)
        talk.release()
    completed = found.counter("completed") or 0
    scp.wait_until(lambda received: len(received) >= completed, seconds)
    scp.wait_until_quiet(seconds)
    bench.traces += scp.take_traces()
    return Moved(found, tuple(scp.take_received()), request.message_id or 0)
