"""`dicom-harness diagnose`: each layer broken for real, and the code that it must yield."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from harness.net.negotiation import accept
from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.storage_scp import StorageSCP
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from harness.ul.pdu import AssociateRJ, AssociateRQ
from tests.support import servers
from tests.support.accepting import choose_first
from tests.support.adhoc import adhoc
from tests.support.misbehaving import peer_that
from tests.support.scripted import read_pdu

PATIENT = "30 s"
"""For peers that answer: nothing waits so long, unless the machine is busy with other tests."""
BRIEF = "3 s"
"""For peers that fall silent: all of it is waited out."""
LATE = 8.0
"""Seconds that a ladder may outlive its deadline on a busy machine."""


def diagnose(address: object, *options: object, timeout: str = PATIENT) -> dict[str, Any]:
    """What the command found, as JSON; its exit status says the same."""
    done = adhoc("diagnose", address, "--json", "--timeout", timeout, *options)
    found: dict[str, Any] = json.loads(done.stdout)
    healthy = found["code"] == "nothing-wrong"
    assert done.exit_code == (0 if healthy else 1)
    assert (found["diagnosis"] is None) == healthy
    return found


def broken(found: dict[str, Any]) -> str:
    """The rung that does not hold; those below it must."""
    *below, last = found["rungs"]
    assert all(rung["state"] == "holds" for rung in below)
    assert last["state"] == "broken"
    return str(last["name"])


def test_nothing_wrong() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        found = diagnose(scp.address)
    assert found["code"] == "nothing-wrong"
    names = ["configuration", "name", "route", "protocol", "association", "presentation contexts", "service"]
    assert [(rung["name"], rung["state"]) for rung in found["rungs"]] == [(name, "holds") for name in names]


def test_a_healthy_peer_is_asked_for_one_association_only(tmp_path: Path) -> None:
    scp = StorageSCP("PEER", tmp_path)
    scp.start()
    try:
        assert diagnose(f"PEER@127.0.0.1:{scp.port}")["code"] == "nothing-wrong"
        assert scp.wait_until_quiet(30)
        assert len(scp.take_traces()) == 1
    finally:
        scp.stop()


@pytest.mark.parametrize(
    ("serve", "code"),
    [
        (servers.greeting(b"SSH-2.0-OpenSSH_9.2p1\r\n"), "ssh-server"),
        (servers.greeting(b"220 mail.example.org ESMTP Postfix\r\n"), "smtp-server"),
        (servers.greeting(b"220 (vsFTPd 3.0.5)\r\n"), "ftp-server"),
        (servers.answering(b"\x0bMSH|^~\\&|A|B|C|D||ACK\r\x1c\r"), "hl7-listener"),
        (servers.answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "http-server"),
        (servers.answering(b"\x15\x03\x03\x00\x02\x02\x28"), "tls-where-plain-expected"),
        (servers.answering(b"\xde\xad\xbe\xef\xde\xad\xbe\xef"), "not-dicom"),
        pytest.param(servers.mute, "silent-listener", marks=pytest.mark.slow),
        (servers.hang_up, "closed-at-once"),
        (servers.hang_up_after_a_word, "closed-after-request"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_else_speaks_there(serve: Any, code: str) -> None:
    with servers.listener(serve) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", timeout=BRIEF if serve is servers.mute else PATIENT)
    assert found["code"] == code
    assert broken(found) == "protocol"


@pytest.mark.slow
def test_a_real_http_server() -> None:
    with servers.http_server() as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", timeout="20 s")
    assert found["code"] == "http-server"
    assert "HTTP/1.0 200 OK" in " ".join(found["diagnosis"]["evidence"])


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (b"Date: Wed, 21 Oct 2015 07:28:00 GMT\r\n", "minutes behind ours"),
        (b"date: Wed, 21 Oct 2065 07:28:00 GMT\r\n", "minutes ahead of ours"),
        (b"Date: now\r\n", ""),
        (b"Date: Wed, 21 Oct 2015 07:28:00\r\n", ""),
        (b"Date: %s\r\n", ""),
    ],
)
def test_what_time_a_web_server_says_it_is(date: bytes, said: str) -> None:
    header = date.replace(b"%s", formatdate(usegmt=True).encode())
    with servers.listener(servers.answering(b"HTTP/1.1 400 Bad Request\r\n" + header + b"\r\n")) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}")
    assert found["code"] == "http-server"
    evidence = " ".join(found["diagnosis"]["evidence"])
    assert said in evidence
    assert ("its clock is" in evidence) == bool(said)


def test_our_clock_is_told() -> None:
    found = diagnose(f"PEER@127.0.0.1:{free_port()}")
    began = datetime.fromisoformat(found["started"])
    assert f"our clock says {began:%Y-%m-%d %H:%M} UTC" in found["rungs"][0]["text"]
    assert abs((datetime.now(UTC) - began).total_seconds()) < 60


def test_a_closed_port() -> None:
    found = diagnose(f"PEER@127.0.0.1:{free_port()}")
    assert (found["code"], broken(found)) == ("connection-refused", "route")


def test_a_name_that_nobody_knows() -> None:
    found = diagnose("PEER@nobody.invalid:104")
    assert (found["code"], broken(found)) == ("name-not-found", "name")


def test_a_listener_whose_queue_is_full() -> None:
    """Linux drops what finds no place in the queue: as a firewall does that drops packets."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = []
        for _ in range(3):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(full.getsockname())
            waiting.append(client)
        found = diagnose(f"PEER@127.0.0.1:{full.getsockname()[1]}", timeout=BRIEF)
        for client in waiting:
            client.close()
    assert (found["code"], broken(found)) == ("connection-timeout", "route")


@pytest.mark.parametrize(
    ("peer", "code", "rung"),
    [
        ("rejection", "called-ae-title-refused", "association"),
        ("no context", "sop-class-not-supported", "presentation contexts"),
        pytest.param("silence", "no-response", "service", marks=pytest.mark.slow),
        ("abort", "aborted-at-request", "service"),
        ("close", "closed-in-service", "service"),
    ],
)
def test_peers_that_speak_dicom(peer: str, code: str, rung: str) -> None:
    with peer_that(peer) as address:
        found = diagnose(address, timeout="15 s" if peer == "silence" else PATIENT)
    assert (found["code"], broken(found)) == (code, rung)


@pytest.mark.slow
def test_the_deadline_holds_for_the_whole_ladder() -> None:
    """There are four connections, and each could be waited for as long."""
    with servers.listener(servers.mute) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", timeout="4 s")
    assert found["seconds"] < 4 + LATE


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("PEER@127.0.0.1:104", ["--calling", "A TITLE THAT IS TOO LONG"]),
        ("PEER@127.0.0.1:104", ["--calling", " "]),
        ("A TITLE THAT IS TOO LONG@127.0.0.1:104", []),
        ("BACK\\SLASH@127.0.0.1:104", []),
    ],
)
def test_illegal_titles_are_not_sent(address: str, options: list[str]) -> None:
    found = diagnose(address, *options)
    assert (found["code"], broken(found)) == ("illegal-ae-title", "configuration")


def test_a_refused_title_is_shown_as_it_was_sent() -> None:
    with peer_that("rejection", title="Pacs") as address:
        found = diagnose(address)
    evidence = " ".join(found["diagnosis"]["evidence"])
    assert "called AE title `Pacs`, sent as 50 61 63 73 20 20 20" in evidence


@pytest.mark.parametrize(
    ("triple", "code"),
    [
        ((1, 1, 1), "rejected-no-reason"),
        ((1, 1, 2), "application-context-refused"),
        ((1, 1, 3), "calling-ae-title-refused"),
        ((2, 1, 2), "too-many-associations"),
        ((1, 2, 1), "rejected-no-reason"),
        ((1, 2, 2), "protocol-version-refused"),
        ((2, 3, 1), "temporary-congestion"),
        ((1, 3, 2), "too-many-associations"),
        ((1, 1, 9), "rejected-nonstandard"),
        ((1, 4, 1), "rejected-nonstandard"),
    ],
)
def test_rejections(triple: tuple[int, int, int], code: str) -> None:
    with servers.listener(servers.answering(encode_pdu(AssociateRJ(*triple)))) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}")
    assert (found["code"], broken(found)) == (code, "association")


@pytest.mark.parametrize("source", [1, 2])
def test_a_user_identity_that_is_not_accepted(source: int) -> None:
    with servers.listener(servers.answering(encode_pdu(AssociateRJ(1, source, 1)))) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", "--user", "somebody")
    assert found["code"] == "user-identity-refused"
    assert "somebody" not in json.dumps(found)


def test_a_user_identity_explains_no_congestion() -> None:
    with servers.listener(servers.answering(encode_pdu(AssociateRJ(2, 3, 1)))) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", "--user", "somebody")
    assert found["code"] == "temporary-congestion"


def test_an_address_that_leads_nowhere_before_one_that_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A name with an IPv6 address first, on which nothing listens."""
    scp = StorageSCP("PEER", tmp_path)
    scp.start()
    known = socket.getaddrinfo

    def both(host: str | bytes, port: int, **more: Any) -> Any:
        if host != b"pacs.example.org":
            return known(host, port, **more)
        if more.get("flags"):
            raise socket.gaierror(socket.EAI_NONAME, "no number")
        return [*known("::1", port, type=socket.SOCK_STREAM), *known("127.0.0.1", port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    try:
        found = diagnose(f"PEER@pacs.example.org:{scp.port}")
    finally:
        scp.stop()
    assert found["code"] == "nothing-wrong"
    texts = {rung["name"]: rung["text"] for rung in found["rungs"]}
    assert texts["name"] == "pacs.example.org is ::1, 127.0.0.1"
    assert f"after [::1]:{scp.port}" in texts["route"]


@pytest.mark.slow
def test_the_deadline_holds_for_a_peer_that_is_slow_in_everything(tmp_path: Path) -> None:
    """It accepts every association just in time, and leaves nothing for what else was asked for."""

    def serve(connection: socket.socket) -> None:
        waiting = read_pdu(connection)
        time.sleep(0.9)
        request, _ = decode_pdu(*waiting)
        assert isinstance(request, AssociateRQ)
        connection.sendall(encode_pdu(accept(request, choose_first)))
        servers.mute(connection)

    with servers.listener(serve) as port:
        asked = ("--service", "find", "--move", "1.2.3", "--probe-titles")
        found = diagnose(f"PEER@127.0.0.1:{port}", *asked, timeout=BRIEF)
    assert found["seconds"] < 3 + LATE


def test_who_is_told_to_end_says_nothing_wrong_of_the_peer() -> None:
    asked = threading.Event()

    def serve(connection: socket.socket) -> None:
        asked.set()
        servers.mute(connection)

    with servers.listener(serve) as port:
        code = "from harness.cli.start import main; main()"
        running = subprocess.Popen(
            [sys.executable, "-c", code, "diagnose", f"PEER@127.0.0.1:{port}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert asked.wait(60)
            running.terminate()
            out, err = running.communicate(timeout=60)
        finally:
            running.kill()
    assert (running.returncode, out, err) == (130, "", "interrupted\n")


@pytest.mark.slow
def test_what_is_slow_on_a_way_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    known = socket.getaddrinfo

    def slowly(host: str | bytes, port: int, **more: Any) -> Any:
        if not more.get("flags"):
            time.sleep(1.05)
        elif host == b"localhost":
            raise socket.gaierror(socket.EAI_NONAME, "no number")
        return known(host, port, **more)

    def serve(connection: socket.socket) -> None:
        waiting = read_pdu(connection)
        time.sleep(1.05)
        request, _ = decode_pdu(*waiting)
        assert isinstance(request, AssociateRQ)
        connection.sendall(encode_pdu(accept(request, choose_first)))
        servers.mute(connection)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    with servers.listener(serve) as port:
        found = diagnose(f"PEER@localhost:{port}", timeout="15 s")
    # Where the machine stalls, the connection may be slow as well.
    slow = [hint["code"] for hint in found["hints"] if hint["code"] != "slow-connect"]
    assert slow == ["slow-name-lookup", "slow-accept"]
    assert found["code"] == "no-response"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["PEER@host"], "names no port"),
        (["PEER@host:104", "--timeout", "soon"], "soon"),
        (["PEER@host:104", "--tls-ca", "nowhere.pem"], "--tls-ca: there is no file `nowhere.pem`"),
        (["PEER@host:104", "--passcode-env", "X"], "--user"),
        (["PEER@host:104", "--user", "me", "--passcode-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE"),
    ],
)
def test_mistakes_are_told_before_anything_is_sent(words: list[str], said: str) -> None:
    done = adhoc("diagnose", *words)
    assert done.exit_code == 2
    assert said in done.stderr
