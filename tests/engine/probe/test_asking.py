"""Associations of the probe overlap where the peer bears it, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from harness.engine.probe import asking
from harness.engine.probe.asking import Asking
from harness.engine.probe.request import ProbeRequest
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.timeouts import Timeouts
from harness.observe.ending import Ending, EndingKind
from harness.observe.trace import Role, Trace
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION

PROPOSALS = [Proposal(f"CALLER{number}", "PEER", ((VERIFICATION, (IMPLICIT_VR_LE,)),)) for number in range(9)]


@dataclass
class Peer:
    """Serves at most `capacity` associations; of those that are too many it spoils the newest, or else the oldest."""

    capacity: int
    spoils_newest: bool = True
    most: int = 0
    asked: list[str] = field(default_factory=list)
    open: list[Asked] = field(default_factory=list)

    def begin(self, address: AEAddress, proposal: Proposal, timeouts: Timeouts, **_more: Any) -> Asked:
        one = Asked(self, Association(Trace("", proposal.calling_ae_title, "", Role.REQUESTOR), timeouts))
        self.asked.append(proposal.calling_ae_title)
        self.open.append(one)
        self.most = max(self.most, len(self.open))
        if len(self.open) > self.capacity:
            self.open[-1 if self.spoils_newest else 0].spoiled = True
        return one


@dataclass
class Asked:
    peer: Peer
    association: Association
    spoiled: bool = False

    def conclude(self) -> Association:
        """The probe releases at once, so that what is concluded is over."""
        self.peer.open.remove(self)
        self.association.established = not self.spoiled
        kind = EndingKind.ABORTED if self.spoiled else EndingKind.RELEASED
        self.association.trace.ending = Ending(kind, "")
        return self.association


def ask_all(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], int]:
    """Who stood, in order, and how many were asked for."""
    monkeypatch.setattr(asking, "begin_association", peer.begin)
    one = Asking(ProbeRequest(AEAddress("PEER", "127.0.0.1", 104), "HARNESS", (), ()))
    stood = [association.trace.calling_ae_title for association in one.ask_each(PROPOSALS) if association.established]
    return stood, len(one.traces)


EVERYONE = [proposal.calling_ae_title for proposal in PROPOSALS]


def test_two_at_once_where_the_peer_serves_them(monkeypatch: pytest.MonkeyPatch) -> None:
    peer = Peer(capacity=2)
    assert ask_all(peer, monkeypatch) == (EVERYONE, len(EVERYONE))
    assert peer.asked == EVERYONE
    assert peer.most == 2


@pytest.mark.parametrize(("spoils_newest", "asked_again"), [(True, ["CALLER2", "CALLER3"]), (False, ["CALLER1"])])
def test_one_at_a_time_where_the_peer_serves_only_one(
    spoils_newest: bool, asked_again: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = Peer(1, spoils_newest)
    assert ask_all(peer, monkeypatch) == (EVERYONE, len(EVERYONE) + len(asked_again))
    begun = 4 if spoils_newest else 3
    assert peer.asked == [*EVERYONE[:begun], *asked_again, *EVERYONE[begun:]]


def test_the_first_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    peer = Peer(capacity=0)
    stood, associations = ask_all(peer, monkeypatch)
    assert (stood, associations, peer.most) == ([], len(EVERYONE), 1)
