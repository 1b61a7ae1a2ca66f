"""A peer that ends an association without a word is looked at once more; any other is left alone."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from harness.engine import explaining
from harness.engine.looking import SECONDS, look_after
from harness.standard.ae import AEAddress
from tests.support import servers
from tests.support.adhoc import adhoc
from tests.support.misbehaving import peer_that
from tests.support.runs import Ran, run_text
from tests.support.scripted import ScriptedPeer, accept_everything

SCENARIO = """
    version: 1
    name: A silent peer
    peers:
      peer: {{address: {address}, timeouts: {{association: {patience}}}}}
    scenarios:
      - id: only
        name: The only one
        peer: peer
        steps:
          - {step}
"""


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For peers that do something at once: a look at them waits until they have, even where the machine stalls."""
    monkeypatch.setattr(explaining, "look_after", partial(look_after, seconds=20))


def _asked(folder: Path, serve: Callable[[socket.socket], None], step: str, patience: str = "20 s") -> tuple[Ran, int]:
    """What came of the step, and how many connections it took."""
    connections = []

    def counted(connection: socket.socket) -> None:
        connections.append(connection)
        serve(connection)

    with ScriptedPeer(counted) as peer:
        ran = run_text(folder, SCENARIO.format(address=f"PEER@127.0.0.1:{peer.port}", step=step, patience=patience))
    return ran, len(connections)


@pytest.mark.usefixtures("patient")
def test_one_connection_tells_a_peer_that_closes_at_once(tmp_path: Path) -> None:
    ran, connections = _asked(tmp_path, servers.hang_up, "echo: {}")
    diagnosis = ran.check("/status")["diagnosis"]
    assert (diagnosis["code"], connections) == ("closed-at-once", 2)
    for text in (ran.output, *((ran.reports / name).read_text() for name in ("junit.xml", "report.html"))):
        assert text.count("on a connection on which we said nothing the peer closed it") == 1


@pytest.mark.slow
def test_a_peer_that_stays_silent_is_asked_three_more_times_at_most(tmp_path: Path) -> None:
    begun = time.monotonic()
    ran, connections = _asked(tmp_path, servers.mute, "echo: {}", "1 s")
    seconds = time.monotonic() - begun
    assert (ran.check("/status")["diagnosis"]["code"], connections) == ("silent-listener", 4)
    of_the_step = ran.results["checks"][0]["seconds"]
    assert seconds - of_the_step >= 3 * SECONDS, "what was looked at afterwards does not count"


@pytest.mark.usefixtures("patient")
def test_a_peer_that_closes_whatever_is_proposed_does_not_mind_the_number(tmp_path: Path) -> None:
    step = "associate: {abstract_syntaxes: [" + ", ".join(f"1.2.3.{number}" for number in range(11)) + "]}"
    ran, connections = _asked(tmp_path, servers.hang_up, step)
    assert (ran.check("/accepted")["diagnosis"]["code"], connections) == ("closed-at-once", 3)


def test_an_ending_that_is_expected_asks_nothing(tmp_path: Path) -> None:
    ran, connections = _asked(tmp_path, servers.hang_up, "{associate: {}, expect: {closed: true}}")
    assert (ran.status, connections) == (0, 1)


def test_an_ending_that_is_expected_explains_no_other_failure(tmp_path: Path) -> None:
    ran, connections = _asked(tmp_path, servers.hang_up, "{associate: {}, expect: {closed: true, within: 0.001 ms}}")
    assert (ran.check("/within")["diagnosis"]["code"], connections) == ("too-slow", 1)


def test_an_association_that_is_to_be_refused_may_be_refused_without_a_word(tmp_path: Path) -> None:
    step = "{associate: {}, expect: {accepted: false, within: 0.001 ms}}"
    ran, connections = _asked(tmp_path, servers.hang_up, step)
    assert (ran.check("/within")["diagnosis"]["code"], connections) == ("too-slow", 1)


def test_who_has_answered_before_is_not_looked_at(tmp_path: Path) -> None:
    def serve(connection: socket.socket) -> None:
        accept_everything(connection)
        connection.close()

    ran, connections = _asked(tmp_path, serve, "echo: {}")
    assert (ran.check("/status")["diagnosis"]["code"], connections) == ("closed-in-service", 1)


def test_a_failure_with_an_answer_is_not_looked_at(tmp_path: Path) -> None:
    with peer_that("rejection") as address:
        here = AEAddress("PEER", "127.0.0.1", address.port)
        ran = run_text(tmp_path, SCENARIO.format(address=here, step="echo: {}", patience="20 s"))
    diagnosis = ran.check("/status")["diagnosis"]
    assert (diagnosis["code"], len(diagnosis["evidence"])) == ("called-ae-title-refused", 1)


@pytest.mark.usefixtures("patient")
def test_the_echo_of_the_terminal_looks_too(tmp_path: Path) -> None:
    with servers.listener(servers.hang_up) as port:
        done = adhoc("echo", f"PEER@127.0.0.1:{port}")
    assert done.exit_code == 1
    assert "closed-at-once" in done.stdout
