"""Each fault makes of a conversation what it says, and leaves the rest as it was."""

from __future__ import annotations

from itertools import chain

import pytest

from harness.dimse.fragment import fragments
from harness.proxy.catalogue import FAULTS
from harness.proxy.fault import Armed
from harness.proxy.pieces import Close, Hang, Reset, Side
from harness.ul import pdu as p
from tests.proxy import (
    seen_acceptance,
    seen_fragments,
    seen_order,
    seen_own_associations,
    seen_requests,
    seen_responses,
    seen_results,
)
from tests.proxy.seen_intolerance import COMMON, UNCOMMON, hearing, seen_of
from tests.support.proxied import Passed, Pdu, Said, called_back, refused, replayed, speak

SEEN = {
    **seen_acceptance.SEEN,
    **seen_fragments.SEEN,
    **seen_responses.SEEN,
    **seen_results.SEEN,
    **seen_requests.SEEN,
    **seen_order.SEEN,
}
SEEN_REFUSED = seen_order.SEEN_REFUSED
SEEN_BACK = seen_own_associations.SEEN_BACK
CHANGED = {**seen_results.CHANGED, **seen_requests.CHANGED}

LONGEST_MESSAGE = 9400
"""Bytes of the longest message of the conversation on the wire, an instance to be stored."""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[Said]:
    return speak(tmp_path_factory.mktemp("conversation"))


@pytest.fixture(scope="module")
def back(tmp_path_factory: pytest.TempPathFactory) -> list[Said]:
    """What an SCP says on associations of its own, one after the other."""
    return list(chain.from_iterable(called_back(tmp_path_factory.mktemp("back"))))


@pytest.fixture(scope="module")
def untouched(said: list[Said]) -> Passed:
    return replayed(said)


def test_each_fault_is_tried() -> None:
    """There is a test for each fault, and a fault for each test."""
    assert SEEN.keys() | CHANGED.keys() | SEEN_REFUSED.keys() | SEEN_BACK.keys() | UNCOMMON.keys() == FAULTS.keys()


@pytest.mark.parametrize("name", SEEN)
def test_it_does_what_it_says(said: list[Said], untouched: Passed, name: str) -> None:
    fault = FAULTS[name]
    assert SEEN[name](replayed(said, Armed(fault, 1)))
    assert not SEEN[name](untouched), "without the fault it must not be seen"


@pytest.mark.parametrize("name", SEEN_REFUSED)
def test_it_does_so_where_an_association_is_refused(said: list[Said], name: str) -> None:
    aborted = refused(said, p.AAbort(2, 2))
    assert SEEN_REFUSED[name](replayed(aborted, Armed(FAULTS[name], 1)))
    assert not SEEN_REFUSED[name](replayed(aborted))


@pytest.mark.parametrize("name", SEEN_BACK)
def test_it_does_so_where_the_scp_is_the_requestor(back: list[Said], name: str) -> None:
    assert SEEN_BACK[name](replayed(back, Armed(FAULTS[name], 1)))
    assert not SEEN_BACK[name](replayed(back))


@pytest.mark.parametrize("name", UNCOMMON)
def test_it_does_not_bear_what_is_uncommon(name: str) -> None:
    fault = Armed(FAULTS[name])
    assert seen_of(name)(replayed(hearing(name), fault))
    assert replayed(hearing(name)).octets(Side.REQUESTOR) == hearing(name)[0][1]
    assert replayed(COMMON, fault).octets(Side.REQUESTOR) == b"".join(data for _, data in COMMON)


@pytest.mark.parametrize("name", CHANGED)
def test_it_changes_what_it_says(said: list[Said], untouched: Passed, name: str) -> None:
    assert CHANGED[name](replayed(said, Armed(FAULTS[name], 1)), untouched)
    assert not CHANGED[name](untouched, untouched)


@pytest.mark.parametrize("name", FAULTS)
def test_it_leaves_the_rest_alone(said: list[Said], untouched: Passed, name: str) -> None:
    """The other side's bytes pass as they are, and so do those before and after the one message that is struck."""
    fault = FAULTS[name]
    passed = replayed(said, Armed(fault, 1))
    (other,) = set(Side) - {fault.side}
    is_cut = any(isinstance(action, Close | Reset | Hang) for action in passed.actions())
    ours, theirs = passed.octets(fault.side), untouched.octets(fault.side)
    before = common(ours, theirs)
    after = 0 if is_cut else common(ours[before:][::-1], theirs[before:][::-1])
    if not fault.heard:
        assert untouched.octets(other).startswith(passed.octets(other))
    if not is_cut and not fault.heard:
        assert passed.octets(other) == untouched.octets(other)
        assert len(theirs) - before - after <= LONGEST_MESSAGE


@pytest.mark.parametrize("name", ["status-failure", "match-changed", "store-changed", "rq-command-unknown", "ac-late"])
def test_what_is_not_struck_keeps_its_form(said: list[Said], name: str) -> None:
    """Fragments of any size, several messages' worth of reserved bytes: nobody is to see that a fault lies in wait."""
    odd = [(side, reshaped(data)) for side, data in said]
    passed = replayed(odd, Armed(FAULTS[name], 10_000))
    for side in Side:
        assert passed.octets(side) == b"".join(data for said_by, data in odd if said_by is side)
    assert not passed.actions()


def reshaped(data: bytes) -> bytes:
    """A P-DATA-TF as several with fragments of 100 bytes, and with a reserved byte that is not zero."""
    pdu = Pdu(data[0], data[p.HEADER_LENGTH :]).decoded
    if not isinstance(pdu, p.PDataTF):
        return data[:1] + b"\x01" + data[2:]
    (pdv,) = pdu.pdvs
    parts = fragments(pdv.context_id, pdv.is_command, memoryview(pdv.fragment), 100, final=pdv.is_last)
    return b"".join(bytes(header[:1]) + b"\x01" + header[2:] + part for header, part in parts)


def common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
