"""Records as they are kept: masked, cut short, of any bytes at all. What is not there is held against nobody."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.checks.lint.linter import FINDINGS_KEPT, Linter, lint
from harness.dimse.elements import Tag
from harness.dimse.messages import c_find_rq, c_store_rq, response_to
from harness.observe.masking import Masker
from harness.observe.trace import Role
from harness.observe.wire import MASKED_DATA_PER_MESSAGE, MASKED_RECORD_LIMIT, WireRecord
from harness.standard.uids import CT_IMAGE_STORAGE
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu
from tests.support.conversations import Talk, message
from tests.support.lint import FIND, ID_OF, answers, asked, asks, echo, find, granted, released, rules, standing

ON_STORE = ID_OF[CT_IMAGE_STORAGE]
CT = c_store_rq(1, CT_IMAGE_STORAGE, "1.2.3")
RESPONSE = response_to(CT, 0)


def stored(size: int, number: int = 1) -> list[tuple[bool, bytes]]:
    """The PDUs of stores of so many bytes, and of their answers."""
    said = []
    for identifier in range(1, number + 1):
        request = c_store_rq(identifier, CT_IMAGE_STORAGE, f"1.2.3.{identifier}")
        said.append((True, encode_pdu(message(ON_STORE, request)[0])))
        for start in range(0, size, 16000):
            fragment = bytes((7,)) * min(16000, size - start)
            pdv = p.PDV(ON_STORE, False, start + 16000 >= size, fragment)
            said.append((True, encode_pdu(p.PDataTF((pdv,)))))
        said.append((False, encode_pdu(message(ON_STORE, response_to(request, 0))[0])))
    return said


@pytest.mark.parametrize("we_requested", [True, False])
def test_data_sets_that_were_not_kept_are_no_fault(we_requested: bool) -> None:
    talk = released(Talk([*standing().said, *stored(20 * MASKED_DATA_PER_MESSAGE)]))
    record = talk.record(we_requested=we_requested)
    assert any(entry.omitted for entry in record.entries)
    assert rules(talk, we_requested=we_requested) == set()


def test_of_a_record_that_is_full_only_the_beginning_is_known() -> None:
    said = [*standing().said, *stored(32000, number=16000)]
    record = released(Talk(said)).record()
    assert record.entries_left_out
    assert lint(record, Role.REQUESTOR) == []


@pytest.mark.parametrize("left", range(1, 12))
def test_whatever_was_not_seen_is_held_against_nobody(left: int) -> None:
    """A record that ends anywhere, even in the middle of a message."""
    talk = released(find(echo(standing())))
    assert rules(Talk(talk.said[:left])) == set()


def test_bytes_that_never_became_a_pdu_are_passed_over() -> None:
    record = standing().record()
    Masker(record, sent=False).loose(0.0, bytes((4, 0, 0, 0, 1, 0)) + b"Doe^Jane")
    Masker(record, sent=False).loose(0.0, b"HTT")
    assert lint(record, Role.REQUESTOR) == []


def test_error_comments_and_identities_that_were_masked_are_no_fault() -> None:
    identity = i.UserIdentityRQ(2, 1, b"user", b"secret")
    talk = Talk().asks(asked(identity)).answers(granted(i.UserIdentityAC(b"")))
    response = response_to(CT, 0xA700, more={Tag.ERROR_COMMENT: "no room for Doe^Jane"})
    talk = answers(asks(talk, CT_IMAGE_STORAGE, CT, bytes(8)), CT_IMAGE_STORAGE, response)
    assert rules(talk) == set()
    assert b"secret" not in b"".join(bytes(entry.head) for entry in talk.record().entries)


def test_findings_are_bounded() -> None:
    talk = Talk([*standing().said, *[(True, encode_pdu(p.RawPDU(0x0A, b"")))] * 2 * FINDINGS_KEPT])
    assert len(lint(talk.record(), Role.REQUESTOR)) == FINDINGS_KEPT


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=60)), max_size=8), st.booleans())
def test_nothing_that_anybody_sends_raises(said: list[tuple[bool, bytes]], full: bool) -> None:
    pdus = [
        (side, bytes((data[0] % 9, 0)) + len(data[1:]).to_bytes(4, "big") + data[1:]) for side, data in said if data
    ]
    lint(Talk([*standing().said, *pdus]).record(full=full), Role.ACCEPTOR)


ORDINARY = released(find(echo(standing())))


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_changed_byte_never_raises_and_is_never_put_on_the_other_side(data: st.DataObject) -> None:
    """The talk ends with the changed PDU: what the other side says afterwards may well look wrong beside it."""
    index = data.draw(st.integers(0, len(ORDINARY.said) - 1))
    side, octets = ORDINARY.said[index]
    at = data.draw(st.sampled_from([1, *range(6, len(octets))]))
    changed = bytearray(octets)
    changed[at] ^= data.draw(st.integers(1, 255))
    talk = Talk([*ORDINARY.said[:index], (side, bytes(changed))])
    wrong = "requestor/" if side else "acceptor/"
    assert all(rule.startswith(wrong) for rule in rules(talk))


def test_a_record_that_grows_is_linted_piece_by_piece() -> None:
    whole = ORDINARY.asks(p.RawPDU(0x0A, b"")).record()
    growing, linter, found = WireRecord(), Linter(Role.REQUESTOR), []
    for entry in whole.entries:
        growing.add(entry)
        found += linter.take(growing)
    assert found == lint(whole, Role.REQUESTOR)
    assert linter.take(growing) == []


def calls_to_lint(record: WireRecord) -> int:
    """How many functions are called: unlike a time, the same on each machine."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    assert record.entries_left_out == 0
    sys.setprofile(count)
    try:
        assert lint(record, Role.REQUESTOR) == []
    finally:
        sys.setprofile(None)
    return calls


def answered(number: int) -> Talk:
    """A C-FIND with so many answers."""
    request = c_find_rq(1, FIND)
    command, data = message(ID_OF[FIND], response_to(request, 0xFF00, data_set=True), bytes(300))
    answer = [(False, encode_pdu(command)), (False, encode_pdu(data))]
    return Talk([*asks(standing(), FIND, request, bytes(100)).said, *answer * number])


def sent(number: int) -> Talk:
    """So many stores."""
    return Talk([*standing().said, *stored(64000, number)])


@pytest.mark.parametrize("talk", [answered, sent])
def test_large_associations_cost_no_more_for_each_message(talk: Callable[[int], Talk]) -> None:
    few, many = (calls_to_lint(talk(number).record()) for number in (200, 2000))
    assert many <= 10 * few


def test_large_associations_are_kept_whole() -> None:
    for talk in (answered(10_000), sent(2000)):
        record = talk.record()
        assert lint(record, Role.REQUESTOR) == []
        assert record.entries_left_out == 0
        assert sum(len(entry.head) for entry in record.entries) < MASKED_RECORD_LIMIT
