"""Where the time of an association went, told from its trace."""

from __future__ import annotations

import pytest

from harness.observe.timing import response_seconds, stage_seconds
from harness.observe.trace import DATA_SET, Direction, PduFact, Role, Trace

_SENT, _RECEIVED = Direction.SENT, Direction.RECEIVED


def a_trace(*facts: tuple[float, Direction, str, str], **stages: float) -> Trace:
    trace = Trace("host:104", "US", "THEM", Role.REQUESTOR, stages=stages)
    trace._first.extend(PduFact(seconds, direction, name, 1, text) for seconds, direction, name, text in facts)
    return trace


def p_data(seconds: float, direction: Direction, summary: str) -> tuple[float, Direction, str, str]:
    return seconds, direction, "P-DATA-TF", summary


def test_stages_stand_in_their_order_and_of_all_associations() -> None:
    first = a_trace(p_data(1.0, _SENT, "C-ECHO-RQ 1"), p_data(1.5, _RECEIVED, "C-ECHO-RSP 1"), release=0.1, connect=0.2)
    second = a_trace(connect=0.3, name=0.4)
    assert stage_seconds([first, second]) == {"name": 0.4, "connect": 0.5, "service": 0.5, "release": 0.1}
    assert stage_seconds([]) == {}


def test_the_service_lasts_until_we_lose_patience() -> None:
    trace = a_trace(p_data(1.0, _SENT, "C-ECHO-RQ 1"), (3.0, _SENT, "A-ABORT", "A-ABORT by us"))
    assert stage_seconds([trace]) == {"service": 2.0}


def test_the_release_is_no_part_of_the_service() -> None:
    trace = a_trace(
        p_data(1.0, _SENT, "C-ECHO-RQ 1"),
        p_data(1.25, _RECEIVED, "C-ECHO-RSP 1"),
        (9.0, _SENT, "A-RELEASE-RQ", ""),
    )
    assert stage_seconds([trace]) == {"service": 0.25}


def test_answers_are_counted_from_the_end_of_their_request() -> None:
    trace = a_trace(
        (0.0, _SENT, "A-ASSOCIATE-RQ", ""),
        (0.5, _RECEIVED, "A-ASSOCIATE-AC", ""),
        p_data(1.0, _SENT, "C-ECHO-RQ 1"),
        p_data(1.25, _RECEIVED, "C-ECHO-RSP 1"),
        p_data(2.0, _SENT, "C-FIND-RQ 2"),
        p_data(2.0, _SENT, DATA_SET),
        p_data(2.5, _RECEIVED, "C-FIND-RSP 2"),
        p_data(2.6, _RECEIVED, DATA_SET),
        p_data(2.7, _RECEIVED, "C-FIND-RSP 2"),
    )
    assert response_seconds(trace) == pytest.approx([0.25, 0.5])


def test_a_long_data_set_tells_nothing_of_its_answer() -> None:
    trace = a_trace(
        p_data(1.0, _SENT, "C-STORE-RQ 1"), p_data(1.0, _SENT, DATA_SET), p_data(1.3, _RECEIVED, "C-STORE-RSP 1")
    )
    assert response_seconds(trace) == pytest.approx([0.3])
    trace.pdus[1].count = 2
    assert response_seconds(trace) == []
