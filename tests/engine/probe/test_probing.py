"""What the probe says equals what the peer was told to do, refusals and odd habits included."""

from __future__ import annotations

from itertools import chain, count, repeat
from threading import Event

import pytest

from harness.engine.probe.probing import probe
from harness.engine.probe.request import ProbeRequest
from harness.net.negotiation import accept
from harness.observe.ending import EndingKind
from harness.observe.habits import Habits
from harness.observe.probe import Probe
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.standard.ae import AEAddress
from harness.standard.families import Family, sop_classes_in
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_2000,
    JPEG_BASELINE,
    storage_sop_classes,
    transfer_syntaxes,
)
from harness.ul.items import ProposedContext
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.support.accepting import choose_first
from tests.support.conforming import Answer, verifier

MR = "1.2.840.10008.5.1.4.1.1.4"
FIND = "1.2.840.10008.5.1.4.1.2.2.1"


def look(
    address: AEAddress, sop_classes: tuple[str, ...] = (CT_IMAGE_STORAGE, MR), syntaxes: tuple[str, ...] = ()
) -> Probe:
    return probe(ProbeRequest(address, "HARNESS", sop_classes, syntaxes or transfer_syntaxes(), 20, 120))


def look_at(answer: Answer, *sop_classes: str) -> Probe:
    with verifier(answer) as peer:
        return look(peer.address, sop_classes or (CT_IMAGE_STORAGE, MR))


@pytest.mark.parametrize("result", [1, 2, 3, 4])
def test_every_refusal_is_told_as_it_is(result: int) -> None:
    refusals = Refusals(contexts={MR: result, JPEG_2000: result})
    with ReferenceSCP(ReferenceSettings(refusals=refusals)) as scp:
        matrix = look(scp.address).matrix
    assert set(matrix.row(MR)) == {result}
    assert matrix.results[CT_IMAGE_STORAGE, JPEG_2000] == result
    assert matrix.accepted(CT_IMAGE_STORAGE) == tuple(uid for uid in transfer_syntaxes() if uid != JPEG_2000)


def test_every_cell_of_the_storage_sop_classes() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        found = look(scp.address, storage_sop_classes())
    assert found.is_whole
    assert set(found.matrix.results.values()) == {0}
    assert found.too_much == ()
    assert found.peer.implementation_version_name


def test_a_private_sop_class_is_asked_for_too() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        matrix = look(scp.address, ("1.2.3.4.5",), (IMPLICIT_VR_LE,)).matrix
    assert matrix.row("1.2.3.4.5") == (3,)


def test_extended_negotiation_and_roles() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        peer = look(scp.address, (FIND, CT_IMAGE_STORAGE), (IMPLICIT_VR_LE,)).peer
    assert FIND in dict(peer.extended)
    assert peer.scp_roles == (CT_IMAGE_STORAGE,)
    assert peer.asked_window is not None
    assert peer.negotiation_ended is None


def test_a_peer_that_minds_what_else_is_negotiated_is_told() -> None:
    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        return AssociateRJ(1, 1, 1) if request.role_selections else accept(request, choose_first)

    peer = look_at(answer).peer
    assert peer.negotiation_ended is not None
    assert peer.negotiation_ended.kind is EndingKind.REJECTED
    assert peer.scp_roles == ()


def at_most(contexts: int) -> Answer:
    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        return accept(request, choose_first) if len(request.contexts) <= contexts else AssociateRJ(1, 1, 1)

    return answer


def test_a_peer_that_takes_few_contexts_is_asked_for_fewer_at_once() -> None:
    found = look_at(at_most(20))
    assert found.is_whole
    assert set(found.matrix.results.values()) == {0}
    # 128 are too many, and 64; then it is known how many are not.
    assert {failed.contexts > 20 for failed in found.too_much} == {True}
    assert len(found.too_much) < 10


SHORT, LONG = 2, 6
"""Seconds of our patience, and of those who have more of it."""


def silent_above(contexts: int) -> Answer:
    """An acceptor that keeps silent when too much is proposed."""

    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        if len(request.contexts) > contexts:
            Event().wait(LONG)
        return accept(request, choose_first)

    return answer


@pytest.mark.timed
def test_a_peer_that_is_silent_when_asked_for_much_is_asked_for_less() -> None:
    with verifier(silent_above(70)) as peer:
        found = probe(ProbeRequest(peer.address, "HARNESS", (CT_IMAGE_STORAGE, MR), transfer_syntaxes(), SHORT, 120))
    assert found.is_whole
    assert set(found.matrix.results.values()) == {0}
    assert {failed.ending.kind for failed in found.too_much} == {EndingKind.TIMEOUT}
    assert found.habits.again, "what is asked further is cut to size, too"


@pytest.mark.timed
def test_a_peer_that_falls_silent_is_left_alone() -> None:
    number = count()

    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        if next(number):
            Event().wait(LONG)
        return accept(request, choose_first)

    with verifier(answer) as peer:
        found = probe(ProbeRequest(peer.address, "HARNESS", (CT_IMAGE_STORAGE, MR), transfer_syntaxes(), SHORT, 120))
    assert not found.is_whole
    assert found.associations <= 4
    assert found.habits == Habits()


@pytest.mark.timed
def test_a_peer_that_falls_silent_later_is_left_alone() -> None:
    """It answers whatever has one transfer syntax in each context, and never one with several."""

    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        if any(len(context.transfer_syntaxes) > 1 and not request.role_selections for context in request.contexts):
            Event().wait(LONG)
        return accept(request, choose_first)

    with verifier(answer) as peer:
        found = probe(ProbeRequest(peer.address, "HARNESS", (CT_IMAGE_STORAGE, MR), transfer_syntaxes(), SHORT, 120))
    assert found.is_whole
    assert found.too_much[-1].ending.kind is EndingKind.TIMEOUT
    assert found.habits.again == ()


def test_what_a_peer_cannot_bear_does_not_make_all_associations_small() -> None:
    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        mentioned = {syntax for context in request.contexts for syntax in context.transfer_syntaxes}
        return AssociateRJ(1, 1, 1) if JPEG_BASELINE in mentioned else accept(request, choose_first)

    found = look_at(answer, *sop_classes_in(Family.STORAGE)[:4])
    unanswered = {cell for cell in found.matrix.results if cell[1] == JPEG_BASELINE}
    assert unanswered == set()
    assert len(found.matrix.results) >= 4 * 45
    assert max(len(trace.contexts) for trace in found.traces[30:]) > 40


def test_a_peer_that_rejects_all_but_verification_stays_unanswered() -> None:
    found = look_at(at_most(1))
    assert not found.is_whole
    assert found.matrix.results == {}
    assert found.too_much


def test_a_peer_that_rejects_everything_gives_an_ending() -> None:
    found = look_at(lambda _request: AssociateRJ(1, 1, 7))
    assert found.ending is not None
    assert found.associations == 1
    assert not found.is_whole


def test_a_peer_that_is_full_for_a_moment_is_asked_again() -> None:
    full = AssociateRJ(2, 3, 1)
    answers = chain([full, None, full], repeat(None))

    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        return next(answers) or accept(request, choose_first)

    found = look_at(answer, CT_IMAGE_STORAGE)
    assert found.is_whole
    assert found.too_much == ()


def test_answers_that_change_are_told() -> None:
    """The peer refuses the default transfer syntax where many contexts are proposed with it."""

    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        crowded = len(request.contexts) > 100

        def choose(context: ProposedContext) -> str | int:
            refused = crowded and context.abstract_syntax == MR and context.transfer_syntaxes[0] == IMPLICIT_VR_LE
            return 2 if refused else context.transfer_syntaxes[0]

        return accept(request, choose)

    with verifier(answer) as peer:
        matrix = look(peer.address, (*sop_classes_in(Family.STORAGE)[:2], MR)).matrix
    assert matrix.changing == {(MR, IMPLICIT_VR_LE): (2, 0)}


def test_a_context_that_is_left_out_is_not_answered() -> None:
    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        whole = accept(request, choose_first)
        left_out = {context.context_id for context in request.contexts if context.transfer_syntaxes == (JPEG_BASELINE,)}
        items = tuple(item for item in whole.items if getattr(item, "context_id", 0) not in left_out)
        return AssociateAC(whole.called, whole.calling, items, reserved=whole.reserved)

    matrix = look_at(answer).matrix
    assert (MR, JPEG_BASELINE) not in matrix.results
    assert matrix.results[MR, EXPLICIT_VR_LE] == 0
