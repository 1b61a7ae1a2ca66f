"""A request, its pending responses, and exactly one final one."""

from __future__ import annotations

import pytest

from harness.dimse.command import CommandSet
from harness.dimse.elements import RESPONSE_BIT, Command, Tag
from harness.dimse.exchange import Exchange, is_pending
from harness.dimse.messages import (
    c_echo_rq,
    c_find_rq,
    c_get_rq,
    c_move_rq,
    c_store_rq,
    n_action_rq,
    n_create_rq,
    response_to,
)

CT = "1.2.840.10008.5.1.4.1.1.2"
FIND = c_find_rq(5, CT)


def deviations(exchange: Exchange) -> list[tuple[str, str]]:
    return [(deviation.clause, deviation.text) for deviation in exchange.deviations]


@pytest.mark.parametrize("request_", [FIND, c_get_rq(5, CT), c_move_rq(5, CT, "X")])
def test_pending_then_final(request_: CommandSet) -> None:
    exchange = Exchange(request_)
    assert not exchange.finished
    for status, finished in ((0xFF00, False), (0xFF01, False), (0x0000, True)):
        response = response_to(request_, status)
        assert exchange.belongs(response)
        exchange.receive(response)
        assert exchange.finished is finished
    assert exchange.responses == 3
    assert deviations(exchange) == []


@pytest.mark.parametrize("status", [0x0000, 0x0001, 0x0122, 0xA700, 0xB000, 0xC001, 0xFE00, 0xFF02, 0xFFFF])
def test_every_other_status_is_final(status: int) -> None:
    assert not is_pending(status)
    exchange = Exchange(FIND)
    exchange.receive(response_to(FIND, status))
    assert exchange.finished
    assert deviations(exchange) == []


@pytest.mark.parametrize(
    ("request_", "clause", "name"),
    [
        (c_echo_rq(5), "PS3.7 9.3", "C-ECHO"),
        (c_store_rq(5, CT, "1.2"), "PS3.7 9.3", "C-STORE"),
        (n_create_rq(5, CT), "PS3.7 10.3", "N-CREATE"),
    ],
)
def test_a_pending_status_where_none_may_be_is_noted_and_not_waited_for(
    request_: CommandSet, clause: str, name: str
) -> None:
    exchange = Exchange(request_)
    exchange.receive(response_to(request_, 0xFF00))
    assert exchange.finished
    assert deviations(exchange) == [(clause, f"the {name}-RSP is pending, and {name}-RQ has only one response")]


@pytest.mark.parametrize(
    ("response", "text"),
    [
        (response_to(c_find_rq(6, CT), 0), "the response names message 6, the request was 5"),
        (response_to(c_echo_rq(5), 0), "the answer to C-FIND-RQ is a C-ECHO-RSP, not C-FIND-RSP"),
        (
            CommandSet({Tag.COMMAND_FIELD: 0x8020, Tag.MESSAGE_ID_BEING_RESPONDED_TO: 5}),
            "the C-FIND-RSP has no Status (0000,0900)",
        ),
        (
            CommandSet({Tag.COMMAND_FIELD: 0x8020, Tag.STATUS: 0}),
            "the C-FIND-RSP has no Message ID Being Responded To (0000,0120)",
        ),
    ],
)
def test_what_does_not_belong_is_noted_and_taken(response: CommandSet, text: str) -> None:
    exchange = Exchange(FIND)
    exchange.receive(response)
    assert deviations(exchange) == [("PS3.7 9.3", text)]
    assert exchange.finished


def test_services_on_normalized_objects_have_their_own_clause() -> None:
    exchange = Exchange(n_action_rq(5, CT, "1.2", 1))
    exchange.receive(response_to(n_action_rq(6, CT, "1.2", 1), 0))
    assert deviations(exchange) == [("PS3.7 10.3", "the response names message 6, the request was 5")]


def test_what_belongs() -> None:
    exchange = Exchange(FIND)
    assert not exchange.belongs(response_to(c_find_rq(6, CT), 0))
    assert not exchange.belongs(response_to(c_echo_rq(5), 0))
    assert not exchange.belongs(FIND)
    assert exchange.belongs(response_to(FIND, 0xC000))
    assert int(Command.C_FIND_RSP) == int(Command.C_FIND_RQ) | RESPONSE_BIT
