"""Which transfer syntax is taken of several, who accepts anything, and who answers otherwise when asked for less."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from harness.engine.probe import preferences
from harness.engine.probe.probing import probe
from harness.engine.probe.request import ProbeRequest
from harness.net.negotiation import accept
from harness.observe.habits import Choice, Habits
from harness.standard.families import Family, sop_classes_in
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_2000,
    JPEG_BASELINE,
    RLE_LOSSLESS,
    transfer_syntaxes,
)
from harness.ul.items import ProposedContext
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.support.conforming import Answer, verifier

MR = "1.2.840.10008.5.1.4.1.1.4"
KNOWN = (IMPLICIT_VR_LE, EXPLICIT_VR_LE, JPEG_BASELINE, JPEG_2000)
RANKED = (JPEG_2000, EXPLICIT_VR_LE, JPEG_BASELINE, IMPLICIT_VR_LE)
Take = Callable[[Sequence[str]], str]


def look(answer: Answer, sop_classes: Sequence[str] = (CT_IMAGE_STORAGE, MR)) -> Habits:
    with verifier(answer) as peer:
        return probe(ProbeRequest(peer.address, "HARNESS", tuple(sop_classes), transfer_syntaxes(), 20, 120)).habits


def taking(take: Take, sop_classes: Sequence[str] = (CT_IMAGE_STORAGE, MR)) -> Answer:
    """An acceptor of a few SOP classes in a few transfer syntaxes that takes one of those that it knows."""

    def choose(context: ProposedContext) -> str | int:
        known = [syntax for syntax in context.transfer_syntaxes if syntax in KNOWN]
        if context.abstract_syntax not in sop_classes:
            return 3
        return take(known) if known else 4

    return lambda request: accept(request, choose)


def best(known: Sequence[str]) -> str:
    return min(known, key=RANKED.index)


def compressed_first(known: Sequence[str]) -> str:
    return next((syntax for syntax in known if syntax in (JPEG_2000, JPEG_BASELINE)), known[0])


def in_a_circle(known: Sequence[str]) -> str:
    """Of two neighbors always the later one: each is preferred to another one."""
    if len(known) != 2:
        return known[0]
    one, other = sorted(map(KNOWN.index, known))
    return KNOWN[one] if (one, other) == (0, 3) else KNOWN[other]


def only_pairs(known: Sequence[str]) -> str:
    """The first of two, and the last of more: what pairs show is not the whole."""
    return known[0] if len(known) == 2 else known[-1]


@pytest.mark.parametrize(
    ("take", "choice", "tiers"),
    [
        (lambda known: known[0], Choice.FIRST, ()),
        (lambda known: known[-1], Choice.LAST, ()),
        (best, Choice.OWN, tuple((syntax,) for syntax in RANKED)),
        (compressed_first, Choice.OWN, ((JPEG_BASELINE, JPEG_2000), (IMPLICIT_VR_LE, EXPLICIT_VR_LE))),
        (in_a_circle, Choice.UNCLEAR, ()),
        (only_pairs, Choice.UNCLEAR, ()),
    ],
)
def test_what_is_taken_of_several(take: Take, choice: Choice, tiers: tuple[tuple[str, ...], ...]) -> None:
    (found,) = look(taking(take)).preferences
    assert (found.choice, found.tiers) == (choice, tiers)
    assert found.sop_classes == (CT_IMAGE_STORAGE, MR)
    assert found.compared == found.accepted == len(KNOWN)


def test_sop_classes_of_which_something_else_is_taken_are_told_apart() -> None:
    def choose(context: ProposedContext) -> str | int:
        known = [syntax for syntax in context.transfer_syntaxes if syntax in KNOWN]
        take = best if context.abstract_syntax == MR else lambda several: several[0]
        return take(known) if known else 4

    storage = sop_classes_in(Family.STORAGE)[:3]
    found = look(lambda request: accept(request, choose), (*storage, MR)).preferences
    assert {one.choice: one.sop_classes for one in found} == {Choice.FIRST: storage, Choice.OWN: (MR,)}


@pytest.mark.parametrize("most", [0, 2, 11])
def test_pairs_are_bounded(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(preferences, "MOST_PAIRS", most)
    (found,) = look(taking(best)).preferences
    assert found.choice is Choice.OWN
    assert found.compared * (found.compared - 1) <= most
    assert found.compared == {0: 0, 2: 2, 11: 3}[most]
    assert found.tiers[0] == ((JPEG_2000,) if most == 0 else (EXPLICIT_VR_LE,))


@pytest.mark.parametrize("anything", ["SOP class", "transfer syntax"])
def test_who_accepts_anything_is_told_by_what_was_made_up(anything: str) -> None:
    def choose(context: ProposedContext) -> str | int:
        if anything == "SOP class":
            return context.transfer_syntaxes[0] if context.transfer_syntaxes[0] in KNOWN else 4
        return context.transfer_syntaxes[0] if context.abstract_syntax in (CT_IMAGE_STORAGE, MR) else 3

    found = look(lambda request: accept(request, choose))
    results = {"SOP class": found.made_up_sop_class, "transfer syntax": found.made_up_transfer_syntax}
    assert results.pop(anything) == 0
    assert results.popitem()[1] in (3, 4)


def test_who_accepts_what_is_known_refuses_what_was_made_up() -> None:
    found = look(taking(best))
    assert (found.made_up_sop_class, found.made_up_transfer_syntax) == (3, 4)
    assert found.again
    assert found.changed == ()


def crowded(most: int) -> Answer:
    """It refuses whatever comes after the first contexts of an association."""

    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        early = {context.context_id for context in request.contexts[:most]}
        return accept(request, lambda one: one.transfer_syntaxes[0] if one.context_id in early else 2)

    return answer


def test_who_answers_otherwise_when_asked_for_less_is_told() -> None:
    found = look(crowded(40), sop_classes_in(Family.STORAGE)[:8])
    assert {(again.among_many, again.alone) for again in found.changed} == {(2, 0)}


def test_who_ignores_what_comes_late_is_told_too() -> None:
    """It leaves contexts out of its answer: they stay unanswered among many, and are accepted alone."""

    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        whole = accept(request, lambda context: context.transfer_syntaxes[0])
        late = {context.context_id for context in request.contexts[40:]}
        items = tuple(item for item in whole.items if getattr(item, "context_id", 0) not in late)
        return AssociateAC(whole.called, whole.calling, items, reserved=whole.reserved)

    found = look(answer, (CT_IMAGE_STORAGE, MR))
    assert {(again.among_many, again.alone) for again in found.changed} == {(None, 0)}


def test_who_accepts_one_context_of_a_sop_class_is_told() -> None:
    """Whatever transfer syntax is asked for alone is accepted, and of many only the first."""

    def answer(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        first = {context.abstract_syntax: context.context_id for context in reversed(request.contexts)}
        return accept(
            request, lambda one: one.transfer_syntaxes[0] if first[one.abstract_syntax] == one.context_id else 2
        )

    assert {(again.among_many, again.alone) for again in look(answer).changed} == {(2, 0)}


def test_a_syntax_that_is_accepted_alone_needs_no_order() -> None:
    def choose(context: ProposedContext) -> str | int:
        return RLE_LOSSLESS if context.transfer_syntaxes == (RLE_LOSSLESS,) else 4

    found = look(lambda request: accept(request, choose), (CT_IMAGE_STORAGE,))
    assert found.preferences == ()
