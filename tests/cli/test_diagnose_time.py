"""`dicom-harness diagnose` on a way that works: where the time goes, and what costs it."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.dimse.messages import response_to
from harness.net import transport
from harness.net.association import Association
from harness.peers.dcmtk import BANNER as DCMTK
from harness.peers.programs import find_program
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from tests.cli.test_diagnose import diagnose
from tests.support import servers
from tests.support.accepting import accepting
from tests.support.adhoc import adhoc
from tests.support.archives import wait_until
from tests.support.namespaces import in_world, late_name_server, until_open
from tests.support.paced import RECIPES, after, running
from tests.support.relay import Relay
from tests.support.scripted import ScriptedPeer, accept_everything

pytestmark = pytest.mark.timed

_PROGRAMS = [pytest.param(name, marks=pytest.mark.peer(name)) for name in RECIPES]
_40 = "delayed-acknowledgement-40ms"
_200 = "delayed-acknowledgement-200ms"
_TRIES = 3


def hints(found: dict[str, Any]) -> list[str]:
    return [hint["code"] for hint in found["hints"]]


def hinted(address: object, *expected: str, options: tuple[object, ...] = ()) -> dict[str, Any]:
    """What was found; tried anew where it is not as expected, for a machine that is busy blurs milliseconds."""
    for _ in range(_TRIES):
        found = diagnose(address, *options)
        if hints(found) == list(expected):
            break
    assert (found["code"], hints(found)) == ("nothing-wrong", list(expected))
    return found


@pytest.mark.parametrize("program", _PROGRAMS)
def test_a_peer_that_waits_for_acknowledgements(tmp_path: Path, program: str) -> None:
    """We acknowledge at once, so C-ECHO is fast here; every other program would wait."""
    with running(tmp_path, program) as address:
        found = hinted(address, _40)
    (evidence,) = found["hints"][0]["evidence"]
    assert "acknowledged at once, as we do" in evidence
    assert found["stages"]["service"] < found["seconds"] / 2, "what was only there to measure does not count"


@pytest.mark.parametrize("program", _PROGRAMS)
def test_the_remedy_helps(tmp_path: Path, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCP_NODELAY", "1")
    with running(tmp_path, program) as address:
        hinted(address)


@pytest.mark.peer("storescp")
def test_a_relay_that_acknowledges_late(tmp_path: Path) -> None:
    """What stands between waits, whatever we do: all that is seen is that each answer takes 40 ms."""
    with running(tmp_path, "storescp") as address, Relay(address.port, lambda *_: False, lambda: None) as relay:
        found = hinted(f"PEER@127.0.0.1:{relay.port}", _40)
    assert re.match(r"5 answers took [45]\d\.\d ms each", found["hints"][0]["evidence"][0])


@pytest.mark.peer("storescp")
def test_where_acknowledgements_are_left_to_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere than on Linux nothing can be compared."""
    monkeypatch.setattr(transport, "_QUICKACK", None)
    with running(tmp_path, "storescp") as address:
        found = hinted(address, _40)
    assert "10 answers took " in found["hints"][0]["evidence"][0]


def test_each_answer_after_200_ms() -> None:
    with accepting(after(lambda _: 0.2)) as address:
        hinted(address, _200)


@pytest.mark.parametrize(
    "seconds",
    [lambda _: 0.0, lambda _: 0.1, lambda number: 0.04 if number == 0 else 0.0, lambda number: 0.03 * (1 + number % 3)],
    ids=["fast", "slow", "slow once", "slow by chance"],
)
def test_a_peer_whose_answers_lie_on_no_plateau(seconds: Callable[[int], float]) -> None:
    with accepting(after(seconds)) as address:
        hinted(address)


def test_a_peer_that_was_slow_by_chance_when_acknowledgements_were_late() -> None:
    """Fast at first, then every answer takes 42 ms, however it is acknowledged."""
    with accepting(after(lambda number: 0.042 if number else 0.0)) as address:
        found = hinted(address, _40)
    assert "acknowledged at once" not in found["hints"][0]["evidence"][0]


def test_a_peer_that_takes_one_request_only() -> None:
    def serve(association: Association) -> None:
        message = association.receive(30)
        association.send(message.context_id, response_to(message.command, 0))
        association.receive(30)
        association.drop()

    with accepting(serve) as address:
        found = diagnose(address)
    assert (found["code"], hints(found)) == ("nothing-wrong", [])
    assert any("a second C-ECHO on one association: the peer closed" in text for text in found["not_verified"])


def test_where_the_time_went() -> None:
    with accepting(after(lambda _: 0.6)) as address:
        found = diagnose(address)
        shown = adhoc("diagnose", address).output
    assert list(found["stages"]) == ["name", "connect", "association", "service", "release"]
    # What was only there to measure does not count: it would take as long again.
    assert 0.59 < found["stages"]["service"] < 1.2
    assert max(found["stages"].values()) == found["stages"]["service"]
    assert re.search(
        r"^ +time: name \S+ m?s, connect \S+ m?s, association \S+ m?s, service (0\.|[6-9]\d\d |1\.)",
        shown,
        re.MULTILINE,
    )


def test_where_the_time_went_that_led_nowhere() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = diagnose(f"PEER@127.0.0.1:{silent.getsockname()[1]}", timeout="1 s")
    assert list(found["stages"]) == ["name", "connect", "association"]
    assert found["stages"]["association"] > 0.2


def test_hints_say_what_to_do() -> None:
    with accepting(after(lambda _: 0.2)) as address:
        tries = (adhoc("diagnose", address).output for _ in range(_TRIES))
        shown = next((shown for shown in tries if _200 in shown), "")
    assert f"hint: Each answer takes 200 ms, as if for a delayed acknowledgement  [{_200}]" in shown
    assert "TCP_NODELAY" in shown


def test_a_healthy_peer_has_no_hints() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        hinted(scp.address)


@pytest.mark.slow
@pytest.mark.peer("storescp")
@pytest.mark.parametrize(
    ("options", "expected"), [("", ["slow-accept"]), ("--disable-host-lookup", [])], ids=["stalls", "remedy"]
)
def test_a_peer_whose_name_server_is_dead(tmp_path: Path, options: str, expected: list[str]) -> None:
    """DCMTK's storescp looks up the name of who calls it before it answers; its name server answers nothing."""
    path, _ = find_program("storescp", DCMTK)
    world = (*late_name_server(tmp_path, 0, patience=1), f"TCP_NODELAY=1 {path} {options} 104 &", until_open(104))
    done = in_world(world, ["diagnose", "PEER@127.0.0.1:104", "--json", "--timeout", "30 s"])
    found = json.loads(done.stdout)
    assert (found["code"], hints(found)) == ("nothing-wrong", expected)
    assert (found["stages"]["association"] > 4) == bool(expected)


@pytest.mark.slow
def test_a_peer_that_stalls_longer_than_we_wait(tmp_path: Path) -> None:
    """What did not come was not late: nothing is said of how long it takes."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = diagnose(f"PEER@127.0.0.1:{silent.getsockname()[1]}", timeout="4 s")
    assert (found["code"], hints(found)) == ("silent-listener", [])


@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "expected"), [(1.2, ["slow-name-lookup"]), (0, [])], ids=["late", "at once"])
def test_our_name_server(tmp_path: Path, seconds: float, expected: list[str]) -> None:
    """A real resolver that asks a real name server; nobody listens at the address that it gives."""
    world = late_name_server(tmp_path, seconds)
    done = in_world(world, ["diagnose", "PEER@pacs.example.org:104", "--json"])
    found = json.loads(done.stdout)
    assert (found["code"], hints(found)) == ("connection-refused", expected)
    assert (found["stages"]["name"] > 1) == bool(expected)


@contextmanager
def busy_at_first(places: int) -> Iterator[int]:
    """A listener that accepts nobody until somebody has called; without a place in its queue Linux drops who does."""

    def serve(connection: socket.socket) -> None:
        accept_everything(connection)
        servers.mute(connection)

    peer = ScriptedPeer(serve)
    peer._listener.listen(places)
    caller = socket.create_connection(("127.0.0.1", peer.port))

    def begin() -> None:
        wait_until(lambda: _has_been_called(peer.port, caller.getsockname()[1]))
        caller.close()
        peer.__enter__()

    thread = threading.Thread(target=begin)
    thread.start()
    try:
        yield peer.port
    finally:
        thread.join()
        peer.__exit__()


def _has_been_called(port: int, known: int) -> bool:
    """Whether another than who is known has sent a SYN there: who gets no answer (02), or stands (01)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    there = f"0100007F:{port:04X}"
    return any(row[2] == there and row[3] in ("01", "02") and int(row[1][-4:], 16) != known for row in rows)


@pytest.mark.slow
@pytest.mark.parametrize(("places", "expected"), [(0, ["slow-connect"]), (5, [])], ids=["full", "free"])
def test_a_listener_whose_queue_is_full_for_a_moment(places: int, expected: list[str]) -> None:
    with busy_at_first(places) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", timeout="15 s")
    assert (found["code"], hints(found)) == ("no-response", expected)
    if expected:
        # Linux tries again after one second, and then again, by its version after one more or two.
        assert re.fullmatch(r"the TCP connection took [1-9]\.\d s", found["hints"][0]["evidence"][0])
