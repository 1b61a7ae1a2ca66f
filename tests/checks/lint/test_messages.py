"""Fragments and command sets: single things that are wrong with them."""

from __future__ import annotations

import struct

import pytest

from harness.dimse.command import CommandSet, Value, encode_command
from harness.dimse.elements import Command, Tag
from harness.dimse.messages import (
    c_cancel_rq,
    c_echo_rq,
    c_find_rq,
    c_get_rq,
    c_move_rq,
    c_store_rq,
    n_action_rq,
    n_create_rq,
    n_delete_rq,
    n_event_report_rq,
    n_get_rq,
    n_set_rq,
    response_to,
)
from harness.standard.uids import CT_IMAGE_STORAGE, PROCEDURE_STEP, VERIFICATION
from harness.ul import pdu as p
from tests.support.conversations import Talk, message
from tests.support.lint import FIND, ID_OF, Wrong, answers, asks, rules, standing

ECHO, STORE = encode_command(c_echo_rq(1)), encode_command(c_store_rq(1, CT_IMAGE_STORAGE, "1.2.3"))
PADDED = VERIFICATION.encode() + b" "
CANCEL = encode_command(c_cancel_rq(1))
ON_ECHO, ON_STORE = ID_OF[VERIFICATION], ID_OF[CT_IMAGE_STORAGE]


def fragments(*pdvs: tuple[int, int, bytes]) -> p.PDU:
    """A P-DATA-TF of (context id, control header, fragment)."""
    body = b"".join(
        struct.pack(">IBB", len(data) + 2, context_id, control) + data for context_id, control, data in pdvs
    )
    return p.RawPDU(p.P_DATA_TF, body)


DATA: list[Wrong] = [
    Wrong("pdata-empty", standing().asks(p.PDataTF(()))),
    Wrong(
        "pdata-one-message",
        standing().asks(fragments((ON_ECHO, 3, ECHO), (ON_ECHO, 3, encode_command(c_cancel_rq(1))))),
    ),
    Wrong("pdv-length", standing().asks(p.RawPDU(p.P_DATA_TF, bytes((0, 0, 0, 1, 1, 3))))),
    Wrong("pdv-length", standing().asks(p.RawPDU(p.P_DATA_TF, bytes((0, 0, 0, 9, 1, 3))))),
    Wrong("pdv-odd", standing().asks(fragments((ON_ECHO, 1, ECHO[:13])), fragments((ON_ECHO, 3, ECHO[13:])))),
    Wrong("pdv-odd", standing().asks(fragments((ON_STORE, 3, STORE)), fragments((ON_STORE, 2, b"odd")))),
    Wrong("pdv-empty", standing().asks(fragments((ON_STORE, 3, STORE)), fragments((ON_STORE, 2, b"")))),
    Wrong("pdv-combined", standing().asks(fragments((ON_ECHO, 1, ECHO[:12]), (ON_ECHO, 3, ECHO[12:])))),
    Wrong("pdv-control", standing().asks(fragments((ON_ECHO, 0x83, ECHO)))),
    Wrong("pdv-control", standing().asks(fragments((ON_STORE, 3, STORE)), fragments((ON_STORE, 0x42, bytes(8))))),
    Wrong("pdv-context", standing().asks(fragments((99, 3, ECHO)))),
    Wrong("maximum-length", standing().asks(fragments((ON_STORE, 3, STORE)), fragments((ON_STORE, 2, bytes(16380))))),
    Wrong(
        "message-context",
        standing().asks(fragments((ON_STORE, 3, STORE)), fragments((ON_ECHO, 2, bytes(8)))),
    ),
    Wrong(
        "message-interleaved",
        standing().asks(fragments((ON_STORE, 3, STORE)), fragments((ON_STORE, 3, CANCEL))),
    ),
    Wrong("data-set-announced", standing().asks(fragments((ON_STORE, 2, bytes(8))))),
    Wrong(
        "data-set-announced",
        standing().asks(fragments((ON_STORE, 3, STORE)), p.ReleaseRQ()),
        besides=("release-confirmed",),
    ),
]


def changed(command: CommandSet, **elements: Value | None) -> CommandSet:
    """A command set with other values; None leaves an element out."""
    made = CommandSet(command.elements)
    for name, value in elements.items():
        if value is None:
            del made.elements[Tag[name]]
        else:
            made.elements[Tag[name]] = value
    return made


def regrouped(body: bytes) -> bytes:
    """A command set from the bytes after its group length."""
    return struct.pack("<HHII", 0, 0, 4, len(body)) + body


BODY = ECHO[12:]
FIRST, REST = BODY[:26], BODY[26:]
"""Affected SOP Class UID, and what follows it."""

OF_ANOTHER_GROUP = struct.pack("<HHI", 8, 0, 0)
"""An element at which what the group length counts ends."""

COMMANDS: list[Wrong] = [
    Wrong("command-length", asks(standing(), VERIFICATION, regrouped(BODY + b"\0\0\0\x40"))),
    Wrong("command-group", asks(standing(), VERIFICATION, regrouped(BODY) + OF_ANOTHER_GROUP)),
    Wrong("command-order", asks(standing(), VERIFICATION, regrouped(REST + FIRST))),
    Wrong("command-order", asks(standing(), VERIFICATION, regrouped(BODY + BODY[-10:]))),
    Wrong(
        "command-odd",
        asks(standing(), VERIFICATION, regrouped(BODY + struct.pack("<HHI", 0, 0x0902, 3) + b"odd")),
        besides=("pdv-odd",),
    ),
    Wrong("command-value", asks(standing(), VERIFICATION, changed(c_echo_rq(1), MESSAGE_ID=bytes(4)))),
    Wrong("command-value", asks(standing(), VERIFICATION, changed(c_echo_rq(1), ERROR_COMMENT="A" * 66))),
    Wrong(
        "command-value",
        asks(standing(), VERIFICATION, changed(c_echo_rq(1), AFFECTED_SOP_CLASS_UID=PADDED)),
    ),
    Wrong("group-length", asks(standing(), VERIFICATION, changed(c_echo_rq(1), COMMAND_GROUP_LENGTH=1))),
    Wrong("group-length", asks(standing(), VERIFICATION, BODY)),
    Wrong(
        "group-length",
        asks(standing(), VERIFICATION, regrouped(BODY + OF_ANOTHER_GROUP)),
        besides=("command-group",),
    ),
    Wrong("command-field", asks(standing(), VERIFICATION, changed(c_echo_rq(1), COMMAND_FIELD=0x00FF))),
    Wrong("command-known", asks(standing(), VERIFICATION, regrouped(BODY + struct.pack("<HHI", 0, 0x9999, 0)))),
    Wrong("command-element", asks(standing(), VERIFICATION, changed(c_echo_rq(1), COMMAND_DATA_SET_TYPE=None))),
    Wrong("step-instance", asks(standing(), VERIFICATION, n_create_rq(1, PROCEDURE_STEP)), False, ("request-context",)),
    Wrong("priority", asks(standing(), FIND, changed(c_find_rq(1, FIND), PRIORITY=3), b"\0\0")),
    Wrong("data-set-presence", asks(standing(), FIND, changed(c_find_rq(1, FIND), COMMAND_DATA_SET_TYPE=0x0101))),
    Wrong("data-set-presence", asks(standing(), VERIFICATION, changed(c_echo_rq(1), COMMAND_DATA_SET_TYPE=0), b"\0\0")),
]


@pytest.mark.parametrize("wrong", [*DATA, *COMMANDS], ids=lambda wrong: wrong.rule)
def test_one_thing_is_wrong(wrong: Wrong) -> None:
    wrong.check()


REQUESTS: list[tuple[CommandSet, str]] = [
    (c_echo_rq(1), "AFFECTED_SOP_CLASS_UID MESSAGE_ID"),
    (c_store_rq(1, "1.2", "1.3"), "AFFECTED_SOP_CLASS_UID MESSAGE_ID PRIORITY AFFECTED_SOP_INSTANCE_UID"),
    (c_find_rq(1, "1.2"), "AFFECTED_SOP_CLASS_UID MESSAGE_ID PRIORITY"),
    (c_get_rq(1, "1.2"), "AFFECTED_SOP_CLASS_UID MESSAGE_ID PRIORITY"),
    (c_move_rq(1, "1.2", "THERE"), "AFFECTED_SOP_CLASS_UID MESSAGE_ID PRIORITY MOVE_DESTINATION"),
    (c_cancel_rq(1), "MESSAGE_ID_BEING_RESPONDED_TO"),
    (
        n_event_report_rq(1, "1.2", "1.3", 1),
        "AFFECTED_SOP_CLASS_UID MESSAGE_ID AFFECTED_SOP_INSTANCE_UID EVENT_TYPE_ID",
    ),
    (n_get_rq(1, "1.2", "1.3"), "REQUESTED_SOP_CLASS_UID MESSAGE_ID REQUESTED_SOP_INSTANCE_UID"),
    (n_set_rq(1, "1.2", "1.3"), "REQUESTED_SOP_CLASS_UID MESSAGE_ID REQUESTED_SOP_INSTANCE_UID"),
    (n_action_rq(1, "1.2", "1.3", 1), "REQUESTED_SOP_CLASS_UID MESSAGE_ID REQUESTED_SOP_INSTANCE_UID ACTION_TYPE_ID"),
    (n_create_rq(1, "1.2", "1.3"), "AFFECTED_SOP_CLASS_UID MESSAGE_ID"),
    (n_delete_rq(1, "1.2", "1.3"), "REQUESTED_SOP_CLASS_UID MESSAGE_ID REQUESTED_SOP_INSTANCE_UID"),
    (response_to(c_echo_rq(1), 0), "MESSAGE_ID_BEING_RESPONDED_TO STATUS"),
    (response_to(n_get_rq(1, "1.2", "1.3"), 0), "MESSAGE_ID_BEING_RESPONDED_TO STATUS"),
]


@pytest.mark.parametrize(("request_", "names"), REQUESTS, ids=lambda value: getattr(value, "name", ""))
def test_every_required_element_is_missed(request_: CommandSet, names: str) -> None:
    for name in names.split():
        lacking = changed(request_, **{name: None})
        assert "requestor/command-element" in rules(standing().asks(*message(ON_ECHO, lacking)))
    assert "requestor/command-element" not in rules(standing().asks(*message(ON_ECHO, request_)))


@pytest.mark.parametrize("command", sorted(Command), ids=lambda command: command.name)
def test_data_sets_are_looked_for_where_they_are_due(command: Command) -> None:
    """As the tables of PS3.7 9.3 and 10.3 have it."""
    request = CommandSet({Tag.COMMAND_FIELD: int(command), Tag.STATUS: 0xFF00, Tag.COMMAND_DATA_SET_TYPE: 0x0101})
    due = {Command.C_STORE_RQ, Command.C_FIND_RQ, Command.C_GET_RQ, Command.C_MOVE_RQ, Command.N_SET_RQ}
    assert ("requestor/data-set-presence" in rules(asks(standing(), VERIFICATION, request))) == (
        command in due | {Command.C_FIND_RSP}
    )


def test_retired_elements_are_let_pass() -> None:
    length_to_end = struct.pack("<HHII", 0, 1, 4, 0)
    assert rules(asks(standing(), VERIFICATION, regrouped(length_to_end + BODY))) == set()


def test_an_ordinary_store_in_many_fragments() -> None:
    talk = standing().asks(
        fragments((ON_STORE, 1, STORE[:20])), fragments((ON_STORE, 3, STORE[20:]), (ON_STORE, 0, b"12"))
    )
    talk = talk.asks(fragments((ON_STORE, 0, bytes(16370))), fragments((ON_STORE, 2, bytes(16378))))
    assert rules(answers(talk, CT_IMAGE_STORAGE, response_to(c_store_rq(1, CT_IMAGE_STORAGE, "1.2.3"), 0))) == set()


def test_without_the_negotiation_nothing_is_said_about_it() -> None:
    talk = Talk().asks(fragments((99, 3, ECHO)))
    assert rules(talk) == {"requestor/request-first"}
