"""What becomes of objects that are sent in what was accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest

from harness.dimse.messages import response_to
from harness.engine.probe import exercising
from harness.engine.probe.asking import Asking
from harness.engine.probe.exercising import exercise, new_study
from harness.engine.probe.probing import probe
from harness.engine.probe.request import Further, ProbeRequest
from harness.net.association import Association
from harness.net.negotiation import accept
from harness.observe.exercise import Exercise, Exercised
from harness.observe.probe import Matrix
from harness.standard.ae import AEAddress
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_2000,
    JPEG_BASELINE,
    VERIFICATION,
    UidKind,
    resolve_uid,
)
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.support.accepting import accepting, choose_first

PDF = resolve_uid("EncapsulatedPDFStorage", UidKind.SOP_CLASS)
SYNTAXES = (IMPLICIT_VR_LE, EXPLICIT_VR_LE, JPEG_BASELINE, JPEG_2000)
SENT = {(CT_IMAGE_STORAGE, IMPLICIT_VR_LE), (CT_IMAGE_STORAGE, EXPLICIT_VR_LE), (CT_IMAGE_STORAGE, JPEG_2000)} | {
    (PDF, IMPLICIT_VR_LE),
    (PDF, EXPLICIT_VR_LE),
}


def exercised(serve: Callable[[Association], None]) -> Exercise:
    with accepting(serve) as address:
        further = Further(exercise=new_study())
        classes = (VERIFICATION, CT_IMAGE_STORAGE, PDF, "1.2.3.4.5")
        return probe(ProbeRequest(address, "HARNESS", classes, SYNTAXES, 20, 120, further=further)).exercise


def answering(status: Callable[[], int | None]) -> Callable[[Association], None]:
    """Answers every object with the next status, and aborts in the place of None."""

    def serve(association: Association) -> None:
        while True:
            message = association.receive(30)
            answer = status()
            if answer is None:
                association.abort()
                return
            association.send(message.context_id, response_to(message.command, answer))

    return serve


def test_everything_that_can_be_made_is_sent_once_and_the_others_say_why() -> None:
    found = exercised(answering(lambda: 0))
    assert {cell for cell, one in found.results.items() if one.sent} == SENT
    assert {found.of(cell).status for cell in SENT} == {0}
    assert Counter((left.sop_class_uid, left.status) for left in found.left_behind) == {
        (CT_IMAGE_STORAGE, 0): 3,
        (PDF, 0): 2,
    }
    assert len({left.sop_instance_uid for left in found.left_behind}) == len(SENT)
    reasons = {cell: one.why for cell, one in found.results.items() if not one.sent}
    assert reasons[CT_IMAGE_STORAGE, JPEG_BASELINE].endswith("it has 12 bits stored, not 8")
    assert reasons[PDF, JPEG_2000].endswith("it has no image")
    assert reasons[VERIFICATION, IMPLICIT_VR_LE] == "not a storage SOP class"
    assert all(reasons.values())


@pytest.mark.parametrize(("status", "stays"), [(0xB000, True), (0xA700, False), (0x0110, False)])
def test_what_the_peer_answers_is_told_and_what_it_keeps_is_left_behind(status: int, stays: bool) -> None:
    found = exercised(answering(lambda: status))
    assert {found.of(cell) for cell in SENT} == {Exercised(status, sent=True)}
    assert len(found.left_behind) == stays * len(SENT)


def test_what_an_association_had_no_time_for_is_sent_on_the_next() -> None:
    number = count()
    found = exercised(answering(lambda: None if next(number) == 1 else 0))
    unanswered = [one for one in found.results.values() if one.sent and one.status is None]
    assert [one.why for one in unanswered] == [
        "no answer: the peer aborted the association: A-ABORT by service-user, reason not specified (0/0)"
    ]
    assert len([cell for cell in SENT if found.of(cell).status == 0]) == len(SENT) - 1
    # Nobody knows whether the peer has what it gave no answer to.
    assert Counter(left.status for left in found.left_behind) == {0: len(SENT) - 1, None: 1}


def test_a_peer_that_ends_every_association_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exercising, "MOST_ENDED", 2)
    found = exercised(answering(lambda: None))
    assert len([one for one in found.results.values() if one.sent]) == 2
    given_up = [one for one in found.results.values() if "2 associations ended" in one.why]
    assert len(given_up) == len(SENT) - 2


def test_without_an_association_nothing_is_sent() -> None:
    number = count()
    matrix = Matrix((CT_IMAGE_STORAGE,), SYNTAXES, {(CT_IMAGE_STORAGE, syntax): 0 for syntax in SYNTAXES})

    def once(request: AssociateRQ, _host: str) -> AssociateAC | AssociateRJ:
        return accept(request, choose_first) if next(number) else AssociateRJ(1, 1, 1)

    with accepting(answering(lambda: 0), once) as address:
        request = ProbeRequest(address, "HARNESS", (), ())
        found = exercise(matrix, new_study(), request, Asking(request))
    assert found.of((CT_IMAGE_STORAGE, JPEG_2000)).why.startswith("not sent: the peer rejected the association")
    assert found.left_behind == ()


def test_what_is_not_reached_in_time_says_so() -> None:
    cell = (CT_IMAGE_STORAGE, IMPLICIT_VR_LE)
    request = ProbeRequest(AEAddress("PEER", "127.0.0.1", 1), "HARNESS", (), (), seconds=0)
    found = exercise(Matrix(cell[:1], cell[1:], {cell: 0}), new_study(), request, Asking(request))
    assert found.of(cell) == Exercised(why="the time of the probe was up")


def test_an_object_that_cannot_be_made_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("no encoder")

    monkeypatch.setattr(exercising, "generate", broken)
    found = exercised(answering(lambda: 0))
    assert {found.of(cell) for cell in SENT} == {Exercised(why="not made: no encoder")}
