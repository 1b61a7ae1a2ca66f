"""What an acceptor may not answer, and which roles come of what it does answer (PS3.7 D.3.3)."""

from __future__ import annotations

import pytest

from harness.net.negotiation import Proposal
from harness.observe.answers import answers_of, granted_roles, wrong_answers
from harness.observe.trace import Answers
from harness.standard.models import QueryModel
from harness.standard.uids import CT_IMAGE_STORAGE
from harness.ul import items as i
from harness.ul.encode import association_items
from harness.ul.pdu import AssociateAC, AssociateRQ

FIND = QueryModel.STUDY_ROOT.find_uid
CT = CT_IMAGE_STORAGE
IDENTITY = i.UserIdentityRQ(1, 0, b"user")
WITH_RESPONSE = i.UserIdentityRQ(1, 1, b"user")


def request(**more: object) -> AssociateRQ:
    return Proposal("US", "PEER", ((FIND, ("1.2",)),), **more).to_pdu()  # type: ignore[arg-type]


def answer(*items: i.UserItem) -> AssociateAC:
    return AssociateAC(b" " * 16, b" " * 16, association_items([], items))


def extended(data: bytes, uid: str = FIND) -> i.ExtendedNegotiation:
    return i.ExtendedNegotiation(uid, data)


@pytest.mark.parametrize(
    ("asked", "answered", "clause", "words"),
    [
        ({}, i.AsynchronousOperationsWindow(1, 1), "PS3.7 D.3.3.3", "never proposed"),
        (
            {"asynchronous_operations": (5, 1)},
            i.AsynchronousOperationsWindow(6, 1),
            "PS3.7 D.3.3.3",
            "the window for operations invoked is 6, more than the 5 that were proposed",
        ),
        (
            {"asynchronous_operations": (0, 5)},
            i.AsynchronousOperationsWindow(0, 0),
            "PS3.7 D.3.3.3",
            "the window for operations performed is 0, more than the 5 that were proposed",
        ),
        ({}, i.RoleSelection(CT, 1, 0), "PS3.7 D.3.3.4", f"roles for {CT} were answered and never proposed"),
        (
            {"roles": (i.RoleSelection(CT, 0, 1),)},
            i.RoleSelection(CT, 1, 1),
            "PS3.7 D.3.3.4",
            f"the SCU role for {CT} was accepted and never proposed",
        ),
        (
            {"roles": (i.RoleSelection(CT, 1, 0),)},
            i.RoleSelection(CT, 1, 1),
            "PS3.7 D.3.3.4",
            f"the SCP role for {CT} was accepted and never proposed",
        ),
        ({}, extended(b"\1"), "PS3.7 D.3.3.5", "was answered and never proposed"),
        ({"extended": (extended(b"\1"),)}, extended(b"\1\1"), "PS3.4 C.5.1.1", "`date_time_matching` of"),
        ({}, i.UserIdentityAC(b""), "PS3.7 D.3.3.7", "a user identity was answered and never offered"),
        ({"user_identity": IDENTITY}, i.UserIdentityAC(b""), "PS3.7 D.3.3.7", "no response was asked for"),
    ],
)
def test_what_may_not_be_answered(asked: dict[str, object], answered: i.UserItem, clause: str, words: str) -> None:
    (deviation,) = wrong_answers(request(**asked), answer(answered))
    assert deviation.clause == clause
    assert words in deviation.text


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ({}, None),
        ({"asynchronous_operations": (5, 5)}, None),
        ({"asynchronous_operations": (5, 5)}, i.AsynchronousOperationsWindow(5, 1)),
        ({"asynchronous_operations": (0, 0)}, i.AsynchronousOperationsWindow(0, 100)),
        ({"roles": (i.RoleSelection(CT, 1, 1),)}, i.RoleSelection(CT, 0, 0)),
        ({"roles": (i.RoleSelection(CT, 0, 1),)}, i.RoleSelection(CT, 0, 1)),
        ({"extended": (extended(b"\1\1"),)}, extended(b"\1")),
        ({"extended": (extended(b"\1\0\1"),)}, extended(b"\0\0\1")),
        ({"extended": (extended(b"\0" * 6, CT),)}, extended(b"\2\0\3\0\0\0", CT)),
        ({"extended": (extended(b"\0", "1.2.3"),)}, extended(b"\7", "1.2.3")),
        ({"user_identity": WITH_RESPONSE}, i.UserIdentityAC(b"ticket")),
        ({"user_identity": WITH_RESPONSE}, None),
    ],
)
def test_what_may_be_answered(asked: dict[str, object], answered: i.UserItem | None) -> None:
    items = () if answered is None else (answered,)
    assert wrong_answers(request(**asked), answer(*items)) == []


def test_a_role_has_to_be_proposed_and_accepted() -> None:
    asked = request(roles=(i.RoleSelection(CT, 0, 1), i.RoleSelection("1.2.3", 1, 1)))
    given = answer(i.RoleSelection(CT, 1, 1), i.RoleSelection("1.2.3", 0, 1), i.RoleSelection("1.2.4", 1, 1))
    assert granted_roles(asked, given) == {CT: (False, True), "1.2.3": (False, True)}


def test_the_facts_that_are_kept() -> None:
    items = (i.AsynchronousOperationsWindow(1, 2), extended(b"\1"), i.UserIdentityAC(b"secret"))
    facts = answers_of(answer(*items))
    assert facts == Answers((1, 2), ((FIND, b"\1"),), True)
    assert "secret" not in repr(facts)
    assert "secret" not in repr(items)
    assert answers_of(answer()) == Answers()
