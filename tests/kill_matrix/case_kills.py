"""What the conformance cases say of the reference SCP behind a fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from harness.cli.result import new_result
from harness.engine.conform.bench import Bench
from harness.engine.conform.destination import listening
from harness.engine.conform.facts import Facts
from harness.engine.conform.model import Case
from harness.engine.conform.request import ConformRequest, Target
from harness.engine.conform.running import ConformRun, judgment_of
from harness.engine.conform.stock import Stock
from harness.engine.conform.storing import archive
from harness.proxy.catalogue import FAULTS
from harness.proxy.pieces import Side
from harness.proxy.relay import Proxy
from harness.proxy.schedule import always, arming
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.reference.worklist_items import worklist_items
from harness.results.model import Verdict
from harness.scenario.caution import Environment
from harness.standard.ae import AEAddress
from tests.kill_matrix.matrix import DECIDING
from tests.kill_matrix.run_kills import PATIENT, SECONDS
from tools.conform_products import SCHEDULED

CAUGHT = (Verdict.FAIL, Verdict.WARNING)

_WHERE_IT_CALLS = tuple(case for case in DECIDING if case.group in ("qr/move-here", "commit/result"))
"""The peer is the requestor of associations there: no other case can judge one."""


def judging(fault: str) -> Sequence[Case]:
    """The cases that may catch a fault."""
    return DECIDING if FAULTS[fault].side is Side.ACCEPTOR else _WHERE_IT_CALLS


_TITLE = "REFERENCE"


@dataclass(frozen=True, slots=True)
class GoodPeer:
    """The reference SCP: where it is, what it supports, and the studies that it has to be asked about.

    What it sends to us on associations of its own goes through a proxy with the faults `when_it_calls`.
    """

    address: AEAddress
    facts: Facts
    stock: Stock
    when_it_calls: list[str]


@contextmanager
def good_peer() -> Iterator[GoodPeer]:
    """One that runs, for as many associations as cases open and leave; it has a worklist, and may send to us."""
    stock, when_it_calls = Stock(), list[str]()
    us = Target(AEAddress(_TITLE, "127.0.0.1", 104))
    try:
        with (
            listening(us, "127.0.0.1", 0) as stock.listener,
            Proxy("127.0.0.1", stock.listener.port, arm=lambda number: arming(always(when_it_calls))(number)) as back,
            ReferenceSCP(_settings(back.port)) as scp,
        ):
            facts = facts_of(scp.address, PATIENT)
            archive(Bench(Target(scp.address), facts, stock))
            stock.unreachable = ""
            yield GoodPeer(scp.address, facts, stock, when_it_calls)
    finally:
        stock.close()


def _settings(port: int) -> ReferenceSettings:
    return ReferenceSettings(
        ae_title=_TITLE,
        maximum_associations=1000,
        worklist=worklist_items(SCHEDULED),
        move_destinations={"HARNESS": AEAddress("HARNESS", "127.0.0.1", port)},
    )


@contextmanager
def behind(faults: Iterable[str], peer: GoodPeer) -> Iterator[AEAddress]:
    """The peer through a proxy with these faults, on associations that we ask for."""
    with Proxy(peer.address.host, peer.address.port, arm=arming(always(list(faults)))) as proxy:
        yield AEAddress(peer.address.ae_title, "127.0.0.1", proxy.port)


@contextmanager
def sabotaged(fault: str, peer: GoodPeer) -> Iterator[AEAddress]:
    """The peer with a fault: of an acceptor where we call, of a requestor where it does."""
    if FAULTS[fault].side is Side.ACCEPTOR:
        with behind([fault], peer) as address:
            yield address
        return
    peer.when_it_calls.append(fault)
    try:
        yield peer.address
    finally:
        peer.when_it_calls.remove(fault)


def facts_of(address: AEAddress, seconds: float) -> Facts:
    """What a peer supports, as far as it lets that be found out."""
    run = ConformRun(new_result(), ConformRequest(Target(address, timeout=seconds), Environment.TEST), None, [])
    run.execute([])
    run.facts.listening = True
    return run.facts


def verdict_of(case: Case, address: AEAddress, facts: Facts, stock: Stock, seconds: float) -> Verdict:
    """What a case says of the peer at an address."""
    if any(need.missing(facts) for need in case.needs):
        return Verdict.SKIPPED
    stock.unreported = None
    return judgment_of(case, Bench(Target(address, timeout=seconds, report=seconds), facts, stock)).verdict


def case_kills(cases: Iterable[Case], fault: str, peer: GoodPeer, seconds: float = SECONDS) -> dict[str, str]:
    """The cases that catch this fault. Where it keeps from finding out what the peer supports, that is known."""
    found = {}
    with sabotaged(fault, peer) as address:
        told = facts_of(address, seconds)
        for case in cases:
            facts = peer.facts if any(need.missing(told) for need in case.needs) else told
            verdict = verdict_of(case, address, facts, peer.stock, seconds)
            if verdict in CAUGHT:
                found[case.id] = verdict.value
    return found
