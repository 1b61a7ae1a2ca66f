"""What a peer refuses and how long it waits equals what it was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from harness.engine.probe import limits as probe_limits
from harness.engine.probe.probing import probe
from harness.engine.probe.request import Further, ProbeRequest
from harness.net.association import Association
from harness.net.negotiation import accept
from harness.net.timeouts import Timeouts
from harness.observe.ending import EndingKind
from harness.observe.limits import IdentityFacts, Limits
from harness.observe.rungs import TitleAnswer, TitleFacts
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import AcceptedIdentity, ReferenceSettings
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.tls.contexts import tls_client, tls_server
from harness.ul.items import UserIdentityAC, UserIdentityRQ
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.support.accepting import accepting, choose_first
from tests.support.certificates import make_certificates
from tests.support.conforming import Answer, verifier

ACCEPTED, REFUSED = TitleAnswer.ACCEPTED, TitleAnswer.REFUSED


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that is full is asked again soon."""
    monkeypatch.setattr(probe_limits, "PAUSES", (0.1, 0.2, 2))


def look(address: AEAddress, further: Further, seconds: float = 120) -> Limits:
    return probe(
        ProbeRequest(address, "HARNESS", (VERIFICATION,), (IMPLICIT_VR_LE,), 20, seconds, further=further)
    ).limits


def look_at(further: Further, **settings: object) -> Limits:
    with ReferenceSCP(ReferenceSettings(**settings)) as scp:  # type: ignore[arg-type]
        return look(scp.address, further)


def test_nothing_is_asked_that_was_not_asked_for() -> None:
    assert look_at(Further(why_no_titles="not allowed")) == Limits(why_no_titles="not allowed")


@pytest.mark.parametrize("called", [True, False])
@pytest.mark.parametrize("calling", [True, False])
def test_titles_are_checked_or_not(called: bool, calling: bool) -> None:
    known = frozenset(("HARNESS",)) if calling else frozenset[str]()
    found = look_at(Further(titles=True), check_called_ae_title=called, calling_ae_titles=known)
    assert found.titles == TitleFacts(REFUSED if called else ACCEPTED, REFUSED if calling else ACCEPTED)


def test_nobody_looks_at_user_identities() -> None:
    assert look_at(Further(titles=True)).identity == IdentityFacts(ACCEPTED, answered=False)


def test_user_identities_are_checked() -> None:
    known = AcceptedIdentity(1, b"doctor")
    with ReferenceSCP(ReferenceSettings(identities=(known,))) as scp:
        doctor = UserIdentityRQ(1, 0, b"doctor", b"")
        request = ProbeRequest(
            scp.address, "HARNESS", (VERIFICATION,), (IMPLICIT_VR_LE,), 20, 120, None, doctor, Further(titles=True)
        )
        found = probe(request)
    assert found.ending is None
    assert found.limits.identity == IdentityFacts(REFUSED, answered=False, without=REFUSED)


def test_a_user_identity_that_is_answered() -> None:
    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        more = (UserIdentityAC(b""),) if request.user_identity is not None else ()
        return accept(request, choose_first, more=more)

    with verifier(answer) as peer:
        assert look(peer.address, Further(titles=True)).identity == IdentityFacts(ACCEPTED, answered=True)


def test_tls(tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path)
    with ReferenceSCP(ReferenceSettings(tls=tls_server(certificates.settings("elsewhere")))) as scp:
        ours = certificates.settings("client", verify=False)
        request = ProbeRequest(scp.address, "HARNESS", (VERIFICATION,), (IMPLICIT_VR_LE,), 20, 120, tls_client(ours))
        found = probe(replace(request, further=Further(tls=ours))).limits.tls
    assert found is not None
    assert (found.version, found.chain_trusted, found.name_verified) == ("TLSv1.3", True, False)
    assert found.client_certificate_required is True


@pytest.mark.timed
def test_as_many_associations_stand_as_there_may() -> None:
    found = look_at(Further(at_once=8), maximum_associations=3).at_once
    assert found is not None
    assert (found.asked, found.stood, found.dropped, found.recovered) == (8, 3, 0, True)
    assert found.refused is not None
    assert found.refused.kind is EndingKind.REJECTED


def test_no_more_associations_stand_than_were_asked_for() -> None:
    found = look_at(Further(at_once=3)).at_once
    assert found is not None
    assert (found.asked, found.stood, found.refused) == (3, 3, None)


def counting(answer: Callable[[int], bool]) -> Answer:
    """An acceptor of the associations with these numbers."""
    number = count()

    def negotiate(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        return accept(request, choose_first) if answer(next(number)) else AssociateRJ(1, 1, 1)

    return negotiate


def test_a_peer_that_does_not_recover_is_told() -> None:
    # The first three find out about the peer, which then takes two more at once, and none afterwards.
    further = Further(at_once=5)
    with verifier(counting(lambda _: True)) as peer:
        before = len(probe(ProbeRequest(peer.address, "HARNESS", (VERIFICATION,), (IMPLICIT_VR_LE,), 20, 120)).traces)
    with verifier(counting(lambda number: number < before + 2)) as peer:
        found = look(peer.address, further).at_once
    assert found is not None
    assert (found.stood, found.recovered) == (2, False)


def abort(association: Association) -> None:
    association.abort()


def test_associations_that_the_peer_ends_are_told() -> None:
    with accepting(abort) as address:
        found = look(address, Further(at_once=2)).at_once
    assert found is not None
    assert (found.stood, found.dropped) == (2, 2)


@pytest.mark.timed
def test_timers() -> None:
    found = look_at(Further(timers=True, artim_patience=15, idle_patience=15), timeouts=Timeouts(artim=1.5, idle=2))
    assert found.artim is not None
    assert found.artim.ending is not None
    assert 1.4 < found.artim.seconds < 15
    assert found.idle is not None
    assert found.idle.ending is not None
    assert 1.9 < found.idle.seconds < 15
    assert found.idle.ending.kind is EndingKind.ABORTED


@pytest.mark.timed
def test_a_peer_with_more_patience_than_ours() -> None:
    found = look_at(Further(timers=True, artim_patience=0.1, idle_patience=0.1))
    for timer in (found.artim, found.idle):
        assert timer is not None
        assert timer.ending is None
        assert 0.1 <= timer.seconds < 30
