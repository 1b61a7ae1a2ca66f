"""Requests and their responses: single things that are wrong with them."""

from __future__ import annotations

import pytest

from harness.checks.lint.linter import lint
from harness.dimse.command import CommandSet, Value
from harness.dimse.elements import Tag
from harness.dimse.messages import (
    c_cancel_rq,
    c_echo_rq,
    c_find_rq,
    c_get_rq,
    c_move_rq,
    c_store_rq,
    n_create_rq,
    n_event_report_rq,
    response_to,
)
from harness.observe.trace import Role
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE, VERIFICATION
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import association_items
from tests.support.conversations import Talk, message
from tests.support.lint import (
    CALLED,
    CALLING,
    FIND,
    GET,
    ID_OF,
    MOVE,
    USER,
    Wrong,
    answers,
    asked,
    asks,
    granted,
    released,
    rules,
    standing,
)

ECHO, CT = c_echo_rq(1), c_store_rq(1, CT_IMAGE_STORAGE, "1.2.3")
PATIENT = b"\x10\0\x20\0\0\0\0\0"
COUNTERS = (
    Tag.NUMBER_OF_REMAINING_SUBOPERATIONS,
    Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS,
    Tag.NUMBER_OF_FAILED_SUBOPERATIONS,
    Tag.NUMBER_OF_WARNING_SUBOPERATIONS,
)


def echoed(status: int = 0, context: str = VERIFICATION, **elements: str | int) -> Talk:
    """A C-ECHO whose answer has other values."""
    response = response_to(ECHO, status, more={Tag[name]: value for name, value in elements.items()})
    return answers(asks(standing(), VERIFICATION, ECHO), context, response)


def stored(**elements: str | int) -> Talk:
    """A C-STORE whose answer has other values."""
    response = response_to(CT, 0, more={Tag[name]: value for name, value in elements.items()})
    return answers(asks(standing(), CT_IMAGE_STORAGE, CT, PATIENT), CT_IMAGE_STORAGE, response)


def found(status: int, data: bytes | None = None, before: Talk | None = None) -> Talk:
    """A C-FIND with one answer."""
    request = c_find_rq(1, FIND)
    response = response_to(request, status, data_set=data is not None)
    return answers(before or asks(standing(), FIND, request, PATIENT), FIND, response, data)


def unlimited(more: int = 0) -> Talk:
    """An association with any number of operations at once, or up to `more`."""
    window = i.AsynchronousOperationsWindow(more, more)
    return Talk().asks(asked(window)).answers(granted(window))


def roles(abstract_syntax: str, scu: int, scp: int) -> Talk:
    """An association with one context, and roles for it."""
    role = i.RoleSelection(abstract_syntax, scu, scp)
    proposed = (i.ProposedContext(1, abstract_syntax, (IMPLICIT_VR_LE,)),)
    request = p.AssociateRQ(CALLED, CALLING, association_items(proposed, [*USER, role]))
    accepted = (i.ContextResult(1, 0, IMPLICIT_VR_LE),)
    return Talk().asks(request).answers(p.AssociateAC(CALLED, CALLING, association_items(accepted, [*USER, role])))


COMMITMENT, PRINT = "1.2.840.10008.1.20.1", "1.2.840.10008.5.1.1.9"
REPORT = n_event_report_rq(1, COMMITMENT, "1.2.840.10008.1.20.1.1", 1)
CREATE = n_create_rq(1, PRINT)

REQUESTS: list[Wrong] = [
    Wrong("message-id", asks(asks(unlimited(), VERIFICATION, ECHO), VERIFICATION, ECHO)),
    Wrong("operations-window", asks(asks(standing(), VERIFICATION, ECHO), VERIFICATION, c_echo_rq(2))),
    Wrong("operations-window", asks(asks(unlimited(1), VERIFICATION, ECHO), VERIFICATION, c_echo_rq(2))),
    Wrong("request-role", answers(standing(), CT_IMAGE_STORAGE, CT, PATIENT), by_acceptor=True),
    Wrong("request-role", roles(COMMITMENT, 1, 0).asks(*message(1, REPORT, PATIENT))),
    Wrong("request-role", roles(CT_IMAGE_STORAGE, 0, 1).asks(*message(1, CT, PATIENT))),
    Wrong("request-context", asks(standing(), FIND, c_find_rq(1, MOVE), PATIENT)),
    Wrong("cancel-request", asks(standing(), FIND, c_cancel_rq(7))),
    Wrong("release-confirmed", released(asks(standing(), VERIFICATION, ECHO))),
]

RESPONSES: list[Wrong] = [
    Wrong("response-command", echoed(COMMAND_FIELD=0x8020), True),
    Wrong("response-message-id", echoed(MESSAGE_ID_BEING_RESPONDED_TO=9), True),
    Wrong("response-message-id", answers(standing(), VERIFICATION, response_to(ECHO, 0)), True),
    Wrong("response-once", answers(echoed(), VERIFICATION, response_to(ECHO, 0)), True),
    Wrong("response-context", echoed(context=FIND), True),
    Wrong("response-sop-class", echoed(AFFECTED_SOP_CLASS_UID="1.2.3"), True),
    Wrong("response-sop-instance", stored(AFFECTED_SOP_INSTANCE_UID="1.2.9"), True),
    Wrong(
        "instance-assigned",
        roles(PRINT, 1, 0).asks(*message(1, CREATE, PATIENT)).answers(*message(1, response_to(CREATE, 0))),
        True,
    ),
    Wrong(
        "response-early",
        standing()
        .asks(message(ID_OF[CT_IMAGE_STORAGE], CT)[0])
        .answers(*message(ID_OF[CT_IMAGE_STORAGE], response_to(CT, 0)))
        .asks(message(ID_OF[CT_IMAGE_STORAGE], CT, PATIENT)[1]),
        True,
    ),
    Wrong("status-pending", echoed(0xFF00), True),
    Wrong("status-class", echoed(0x1234), True),
    Wrong("status-service", echoed(0xA700), True),
    Wrong("status-service", stored(STATUS=0xB123), True),
    Wrong("status-cancel", found(0xFE00), True),
    Wrong("data-set-presence", found(0, PATIENT), True),
    Wrong("data-set-presence", found(0xFF00), True),
]


def retrieved(request: CommandSet, *responses: tuple[int, str], listed: bool = False, stores: int = 0) -> Talk:
    """A C-MOVE or C-GET with responses of a status and counters (remaining, completed, failed, warning; `-`: none)."""
    sop_class = request.affected_sop_class_uid or ""
    talk = asks(standing() if sop_class == MOVE else getting(), sop_class, request, PATIENT)
    for number in range(stores):
        store = c_store_rq(number + 1, CT_IMAGE_STORAGE, f"1.2.3.{number}")
        talk = asks(answers(talk, CT_IMAGE_STORAGE, store, PATIENT), CT_IMAGE_STORAGE, response_to(store, 0))
    for status, counted in responses:
        if status == 0xFE00:
            talk = asks(talk, sop_class, c_cancel_rq(1))
        numbers = zip(COUNTERS, counted.split(), strict=True)
        counters: dict[int, Value] = {tag: int(text) for tag, text in numbers if text != "-"}
        response = response_to(request, status, data_set=listed and status != 0xFF00, more=counters)
        talk = answers(talk, sop_class, response, PATIENT if listed and status != 0xFF00 else None)
    return talk


def getting() -> Talk:
    """An association on which the acceptor may send images."""
    role = i.RoleSelection(CT_IMAGE_STORAGE, 1, 1)
    return Talk().asks(asked(role)).answers(granted(role))


MOVED, GOT = c_move_rq(1, MOVE, "THERE"), c_get_rq(1, GET)
PENDING, SUCCESS, WARNING, CANCELED, FAILURE = 0xFF00, 0, 0xB000, 0xFE00, 0xA702

SUB_OPERATIONS: list[Wrong] = [
    Wrong("counters-pending", retrieved(MOVED, (PENDING, "- 1 0 0")), True),
    Wrong("counters-canceled", retrieved(MOVED, (CANCELED, "2 1 - -")), True),
    Wrong("counters-final", retrieved(MOVED, (SUCCESS, "0 1 0 0")), True),
    Wrong("counters-direction", retrieved(MOVED, (PENDING, "1 2 0 0"), (PENDING, "2 1 0 0")), True),
    Wrong("counters-sum", retrieved(MOVED, (PENDING, "2 0 0 0"), (PENDING, "1 0 0 0")), True),
    Wrong("counters-sum", retrieved(MOVED, (PENDING, "2 0 0 0"), (SUCCESS, "- 1 0 0")), True),
    Wrong("counters-status", retrieved(MOVED, (SUCCESS, "- 1 0 1")), True),
    Wrong("counters-status", retrieved(MOVED, (WARNING, "- 0 1 0"), listed=True), True),
    Wrong("counters-true", retrieved(GOT, (SUCCESS, "- 2 0 0"), stores=1), True),
    Wrong("counters-true", retrieved(GOT, (SUCCESS, "- 1 0 0"), stores=2), True),
    Wrong("failed-list", retrieved(MOVED, (WARNING, "- 1 1 0")), True),
    Wrong("failed-list", retrieved(MOVED, (SUCCESS, "- 1 0 0"), listed=True), True),
]


@pytest.mark.parametrize("wrong", [*REQUESTS, *RESPONSES, *SUB_OPERATIONS], ids=lambda wrong: wrong.rule)
def test_one_thing_is_wrong(wrong: Wrong) -> None:
    wrong.check()


RIGHT: list[Talk] = [
    echoed(),
    stored(),
    stored(STATUS=0xB000),
    stored(STATUS=0xA701),
    found(0xA900),
    found(0, before=asks(found(0xFF01, PATIENT), FIND, c_cancel_rq(1))),
    found(0xFE00, before=asks(found(0xFF00, PATIENT), FIND, c_cancel_rq(1))),
    asks(found(0), FIND, c_cancel_rq(1)),
    asks(asks(unlimited(2), VERIFICATION, ECHO), VERIFICATION, c_echo_rq(2)),
    roles(COMMITMENT, 0, 1).asks(*message(1, REPORT, PATIENT)),
    roles(COMMITMENT, 1, 0).answers(*message(1, REPORT, PATIENT)),
    retrieved(MOVED, (PENDING, "2 0 0 0"), (PENDING, "1 1 0 0"), (SUCCESS, "- 2 0 0")),
    retrieved(MOVED, (PENDING, "2 0 0 0"), (WARNING, "- 1 1 0"), listed=True),
    retrieved(MOVED, (PENDING, "2 1 0 0"), (CANCELED, "2 1 0 0")),
    retrieved(MOVED, (FAILURE, "- 0 2 0"), listed=True),
    retrieved(MOVED, (0xA801, "- - - -")),
    retrieved(MOVED, (SUCCESS, "- - - -")),
    retrieved(GOT, (PENDING, "1 1 0 0"), (SUCCESS, "- 2 0 0"), stores=2),
]


@pytest.mark.parametrize("talk", RIGHT)
def test_what_is_allowed_is_let_pass(talk: Talk) -> None:
    assert rules(talk) == set()
    assert rules(talk, we_requested=False) == set()


def test_what_crosses_on_the_way_is_nobodys_fault() -> None:
    """A cancel that comes after the final response, and a pending response after the cancel."""
    talk = asks(asks(standing(), FIND, c_find_rq(1, FIND), PATIENT), FIND, c_cancel_rq(1))
    talk = found(0, before=found(0xFF00, PATIENT, before=talk))
    assert rules(asks(talk, FIND, c_cancel_rq(1))) == set()


@pytest.mark.parametrize("request_", [c_store_rq(1, CT_IMAGE_STORAGE, "1.02"), c_store_rq(1, CT_IMAGE_STORAGE, "A")])
def test_who_repeats_a_wrong_uid_is_not_to_blame(request_: CommandSet) -> None:
    talk = asks(standing(), CT_IMAGE_STORAGE, request_, PATIENT)
    assert rules(answers(talk, CT_IMAGE_STORAGE, response_to(request_, 0x0117))) == {"requestor/command-value"}


def test_who_answers_an_unknown_command_is_not_to_blame() -> None:
    unknown = CommandSet({**ECHO.elements, Tag.COMMAND_FIELD: 0x00FF})
    talk = asks(standing(), VERIFICATION, unknown)
    assert rules(answers(talk, VERIFICATION, response_to(unknown, 0x0211))) == {"requestor/command-field"}


def test_who_takes_a_response_that_fits_nothing_for_an_answer_is_not_to_blame() -> None:
    """A wrong Message ID, or a second response to the request before."""
    wrong = asks(echoed(MESSAGE_ID_BEING_RESPONDED_TO=9), VERIFICATION, c_echo_rq(2))
    assert rules(answers(wrong, VERIFICATION, response_to(c_echo_rq(2), 0))) == {"acceptor/response-message-id"}
    twice = asks(answers(echoed(), VERIFICATION, response_to(ECHO, 0)), VERIFICATION, c_echo_rq(2))
    assert rules(released(asks(twice, VERIFICATION, c_echo_rq(3)))) == {"acceptor/response-once"}


@pytest.mark.parametrize(
    ("request_", "clauses"),
    [
        (MOVED, {"PS3.4 C.4.2.1.6", "PS3.4 C.4.2.3.1", "PS3.4 C.4.2.1.4.2"}),
        (GOT, {"PS3.4 C.4.3.1.5", "PS3.4 C.4.3.3.1", "PS3.4 C.4.3.1.3.2"}),
    ],
)
def test_a_retrieve_is_held_to_the_clauses_of_its_own_service(request_: CommandSet, clauses: set[str]) -> None:
    talk = retrieved(request_, (SUCCESS, "0 0 1 0"))
    assert {finding.clause for finding in lint(talk.record(we_requested=True), Role.REQUESTOR)} == clauses
