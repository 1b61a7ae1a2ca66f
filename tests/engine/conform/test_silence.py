"""A peer that accepts and then says nothing: what that breaks, and what it does not."""

from __future__ import annotations

import socket

import pytest

from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.catalogue import CASES
from harness.engine.conform.facts import Facts
from harness.engine.conform.request import Target
from harness.engine.conform.running import judgment_of
from harness.standard.ae import AEAddress
from harness.ul.encode import encode_pdu
from harness.ul.pdu import AAbort
from tests.support.scripted import ScriptedPeer, accept_everything, read_pdu


def mute(connection: socket.socket) -> None:
    accept_everything(connection)
    while connection.recv(4096):
        pass


def aborting_as_the_user(connection: socket.socket) -> None:
    accept_everything(connection)
    read_pdu(connection)
    connection.sendall(encode_pdu(AAbort(0, 0)))
    while connection.recv(4096):
        pass


def aborting_without_a_reason(connection: socket.socket) -> None:
    accept_everything(connection)
    read_pdu(connection)
    connection.sendall(encode_pdu(AAbort(2, 0)))
    while connection.recv(4096):
        pass


def verdict(peer: ScriptedPeer, case_id: str) -> str:
    (case,) = [case for case in CASES if case.id == case_id]
    target = Target(AEAddress("PEER", "127.0.0.1", peer.port), timeout=0.2)
    return judgment_of(case, Bench(target, Facts())).verdict.value


@pytest.mark.parametrize(
    ("case_id", "expected"),
    [
        ("ul/state/later-abort-source", "skipped"),
        ("ul/state/later-unknown-abort-source", "skipped"),
        ("ul/state/unexpected-reason", "skipped"),
        ("ul/state/unrecognized-reason", "skipped"),
        ("ul/state/unknown-09-later", "fail"),
        ("dimse/command/find-on-verification", "pass"),
        ("dimse/command-invalid/no-message-id", "warning"),
        ("commit/action/type-unknown", "warning"),
    ],
)
def test_silence_breaks_what_wants_an_answer_and_nothing_else(case_id: str, expected: str) -> None:
    with ScriptedPeer(mute) as peer:
        assert verdict(peer, case_id) == expected


@pytest.mark.parametrize(
    ("case_id", "expected"),
    [
        ("ul/state/later-unknown-abort-source", "fail"),
        ("ul/state/unexpected-reason", "skipped"),
        ("ul/state/unrecognized-reason", "skipped"),
        ("dimse/command/find-on-verification", "pass"),
        ("commit/action/type-unknown", "pass"),
    ],
)
def test_an_abort_that_came_is_held_to_its_fields(case_id: str, expected: str) -> None:
    with ScriptedPeer(aborting_as_the_user) as peer:
        assert verdict(peer, case_id) == expected


@pytest.mark.parametrize("reason", ["unexpected", "unrecognized"])
def test_the_reason_is_asked_of_the_service_provider(reason: str) -> None:
    with ScriptedPeer(aborting_without_a_reason) as peer:
        assert verdict(peer, "ul/state/later-unknown-abort-source") == "pass"
        assert verdict(peer, f"ul/state/{reason}-reason") == "warning"
