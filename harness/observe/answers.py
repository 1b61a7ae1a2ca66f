"""The answers of an acceptor to the sub-items of a request, and what it may not answer (PS3.7 D.3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.observe.trace import Answers
from harness.ul.deviation import Deviation

if TYPE_CHECKING:
    from harness.ul import items as i
    from harness.ul import pdu as p


def answers_of(answer: p.AssociateAC) -> Answers:
    """What is kept of an A-ASSOCIATE-AC besides its presentation contexts."""
    window = answer.asynchronous_operations
    return Answers(
        None if window is None else (window.maximum_invoked, window.maximum_performed),
        tuple((item.sop_class_uid, item.application_information) for item in answer.extended_negotiations),
        answer.user_identity is not None,
    )


def wrong_answers(request: p.AssociateRQ, answer: p.AssociateAC) -> list[Deviation]:
    """What an A-ASSOCIATE-AC answers that was not asked, or more than was asked for."""
    return [
        *_window(request, answer),
        *_roles(request, answer),
        *_extended(request, answer),
        *_identity(request, answer),
    ]


def _window(request: p.AssociateRQ, answer: p.AssociateAC) -> Iterator[Deviation]:
    asked, answered = request.asynchronous_operations, answer.asynchronous_operations
    if answered is None:
        return
    if asked is None:
        yield Deviation(
            "window-answer", "PS3.7 D.3.3.3", "an asynchronous operations window was answered and never proposed"
        )
        return
    for what, proposed, given in (
        ("invoked", asked.maximum_invoked, answered.maximum_invoked),
        ("performed", asked.maximum_performed, answered.maximum_performed),
    ):
        # 0 means no limit, so it is more than any other number.
        if proposed and (not given or given > proposed):
            text = f"the window for operations {what} is {given}, more than the {proposed} that were proposed"
            yield Deviation("window-answer", "PS3.7 D.3.3.3", text)


def _roles(request: p.AssociateRQ, answer: p.AssociateAC) -> Iterator[Deviation]:
    proposed = {role.sop_class_uid: role for role in request.role_selections}
    for role in answer.role_selections:
        asked = proposed.get(role.sop_class_uid)
        if asked is None:
            # What "shall be omitted" is said of requests without any role selection; of others it only follows.
            rule = "role-class" if proposed else "role-answer"
            yield Deviation(rule, "PS3.7 D.3.3.4", f"roles for {role.sop_class_uid} were answered and never proposed")
            continue
        for name, wanted, given in (("SCU", asked.scu_role, role.scu_role), ("SCP", asked.scp_role, role.scp_role)):
            if given and not wanted:
                text = f"the {name} role for {role.sop_class_uid} was accepted and never proposed"
                yield Deviation("role-answer", "PS3.7 D.3.3.4", text)


def _extended(request: p.AssociateRQ, answer: p.AssociateAC) -> Iterator[Deviation]:
    proposed = {item.sop_class_uid: item.application_information for item in request.extended_negotiations}
    for item in answer.extended_negotiations:
        asked = proposed.get(item.sop_class_uid)
        if asked is None:
            text = f"extended negotiation of {item.sop_class_uid} was answered and never proposed"
            yield Deviation("extended-answer", "PS3.7 D.3.3.5", text)
            continue
        # Here, because few associations negotiate any of it.
        from harness.standard.extended import STORAGE, layout_of

        layout = layout_of(item.sop_class_uid)
        # What a Storage SCP answers is its own level, not a choice among what was proposed.
        if layout is None or layout is STORAGE:
            continue
        before, after = layout.decode(asked), layout.decode(item.application_information)
        for name, value in after.items():
            if value > before[name]:
                text = f"`{name}` of {item.sop_class_uid} was accepted and never proposed"
                yield Deviation("extended-answer", layout.clause, text)


def _identity(request: p.AssociateRQ, answer: p.AssociateAC) -> Iterator[Deviation]:
    if answer.user_identity is None:
        return
    asked = request.user_identity
    if asked is None:
        yield Deviation("user-identity-answer", "PS3.7 D.3.3.7", "a user identity was answered and never offered")
    elif not asked.positive_response_requested:
        yield Deviation(
            "user-identity-answer", "PS3.7 D.3.3.7", "a user identity was answered, and no response was asked for"
        )


def granted_roles(request: p.AssociateRQ, answer: p.AssociateAC) -> dict[str, tuple[bool, bool]]:
    """SCU and SCP role of the requestor by SOP class, where roles were negotiated (PS3.7 D.3.3.4).

    A role has to be proposed and accepted; what is answered without having been proposed does not count.
    """
    proposed: dict[str, i.RoleSelection] = {role.sop_class_uid: role for role in request.role_selections}
    granted = {}
    for role in answer.role_selections:
        asked = proposed.get(role.sop_class_uid)
        if asked is not None:
            granted[role.sop_class_uid] = (
                bool(asked.scu_role and role.scu_role),
                bool(asked.scp_role and role.scp_role),
            )
    return granted
