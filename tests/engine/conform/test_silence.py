"""A peer that accepts and then says nothing: what that breaks, and what it does not."""

from __future__ import annotations

import socket

import pytest

from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.catalogue import CASES
from harness.engine.conform.facts import Facts
from harness.engine.conform.request import Target
from harness.engine.conform.running import judgment_of
from harness.engine.conform.talk import Talk
from harness.standard.ae import AEAddress
from harness.ul.encode import encode_pdu
from harness.ul.pdu import AAbort, AssociateRQ
from tests.support.scripted import Script, ScriptedPeer, accept_everything, read_pdu


def mute(connection: socket.socket) -> None:
    accept_everything(connection)
    while connection.recv(4096):
        pass


def aborting(abort: AAbort) -> Script:
    """Aborts in this way when it is asked for anything."""

    def script(connection: socket.socket) -> None:
        accept_everything(connection)
        read_pdu(connection)
        connection.sendall(encode_pdu(abort))
        while connection.recv(4096):
            pass

    return script


class Impatient(Bench):
    """Waits for an association as long as it takes, and for what comes on it only a moment."""

    def established_by(self, request: AssociateRQ) -> Talk:
        talk = super().established_by(request)
        talk.timeout = 0.2
        return talk


def verdict(peer: ScriptedPeer, case_id: str, bench: type[Bench] = Bench) -> str:
    (case,) = [case for case in CASES if case.id == case_id]
    return judgment_of(case, bench(Target(AEAddress("PEER", "127.0.0.1", peer.port)), Facts())).verdict.value


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
        assert verdict(peer, case_id, Impatient) == expected


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
    with ScriptedPeer(aborting(AAbort(0, 0))) as peer:
        assert verdict(peer, case_id) == expected


@pytest.mark.parametrize("reason", ["unexpected", "unrecognized"])
def test_the_reason_is_asked_of_the_service_provider(reason: str) -> None:
    with ScriptedPeer(aborting(AAbort(2, 0))) as peer:
        assert verdict(peer, "ul/state/later-unknown-abort-source") == "pass"
        assert verdict(peer, f"ul/state/{reason}-reason") == "warning"
