"""What the conformance cases say of the reference SCP behind a fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from harness.peers.ports import free_port
from harness.proxy.relay import Proxy
from harness.proxy.schedule import always, arming
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.reference.worklist_items import worklist_items
from harness.results.model import Verdict
from harness.scenario.peers import Environment
from harness.standard.ae import AEAddress
from tools.conform_products import SCHEDULED

SECONDS = 0.5
"""The deadline of each answer: silence is what many faults make."""

CAUGHT = (Verdict.FAIL, Verdict.WARNING)


@dataclass(frozen=True, slots=True)
class GoodPeer:
    """The reference SCP: where it is, what it supports, and the studies that it has to be asked about."""

    address: AEAddress
    facts: Facts
    stock: Stock


@contextmanager
def good_peer() -> Iterator[GoodPeer]:
    """One that runs, for as many associations as cases open and leave; it has a worklist, and may send to us."""
    stock, port = Stock(), free_port()
    settings = ReferenceSettings(
        maximum_associations=1000,
        worklist=worklist_items(SCHEDULED),
        move_destinations={"HARNESS": AEAddress("HARNESS", "127.0.0.1", port)},
    )
    try:
        with ReferenceSCP(settings) as scp, listening(Target(scp.address), "127.0.0.1", port) as stock.listener:
            facts = facts_of(scp.address, 5)
            archive(Bench(Target(scp.address), facts, stock))
            yield GoodPeer(scp.address, facts, stock)
    finally:
        stock.close()


@contextmanager
def behind(faults: Iterable[str], peer: GoodPeer) -> Iterator[AEAddress]:
    """The peer through a proxy with these faults."""
    with Proxy(peer.address.host, peer.address.port, arm=arming(always(list(faults)))) as proxy:
        yield AEAddress(peer.address.ae_title, "127.0.0.1", proxy.port)


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
    return judgment_of(case, Bench(Target(address, timeout=seconds), facts, stock)).verdict


def case_kills(cases: Iterable[Case], fault: str, peer: GoodPeer, seconds: float = SECONDS) -> dict[str, str]:
    """The cases that catch this fault. Where it keeps from finding out what the peer supports, that is known."""
    found = {}
    with behind([fault], peer) as sabotaged:
        told = facts_of(sabotaged, seconds)
        for case in cases:
            facts = peer.facts if any(need.missing(told) for need in case.needs) else told
            verdict = verdict_of(case, sabotaged, facts, peer.stock, seconds)
            if verdict in CAUGHT:
                found[case.id] = verdict.value
    return found
