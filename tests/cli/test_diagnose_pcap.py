"""`dicom-harness diagnose --pcap`: traffic of real clients, each fault explained by the code that `diagnose` gives."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from harness.diagnosis.catalogue import CAUSES
from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from tests.support import servers
from tests.support.adhoc import adhoc
from tests.support.captures import run_tool
from tests.support.misbehaving import peer_that
from tests.support.sniffing import captured

pytestmark = [pytest.mark.slow, pytest.mark.peer("dumpcap", "tshark", "echoscu", "dcmsend", "findscu")]

Place = tuple[str, int]


def explain(path: Path, *words: object) -> dict[str, Any]:
    """What the command made of a capture, as JSON; its exit status says the same."""
    done = adhoc("diagnose", "--pcap", path, "--json", *words)
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.exit_code == (0 if found["code"] == "nothing-wrong" else 1)
    return found


def say(words: bytes, port: int) -> None:
    """Connect, say this, and wait for the peer."""
    with suppress(ConnectionResetError), socket.create_connection(("127.0.0.1", port), 30) as client:
        client.sendall(words)
        client.recv(100)


@contextmanager
def _listening(serve: Any) -> Iterator[int]:
    with servers.listener(serve) as port:
        yield port


@contextmanager
def _peer(name: str) -> Iterator[int]:
    with peer_that(name) as address:
        yield address.port


@contextmanager
def _nobody() -> Iterator[int]:
    yield free_port()


FAULTS: dict[str, Callable[[], AbstractContextManager[int]]] = {
    "connection-refused": _nobody,
    "ssh-server": lambda: _listening(servers.greeting(b"SSH-2.0-OpenSSH_9.2p1\r\n")),
    "http-server": lambda: _listening(servers.answering(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    "hl7-listener": lambda: _listening(servers.answering(b"\x0bMSH|^~\\&|A|B|C|D||ACK\r\x1c\r")),
    "tls-where-plain-expected": lambda: _listening(servers.answering(b"\x15\x03\x03\x00\x02\x02\x28")),
    "not-dicom": lambda: _listening(servers.answering(b"\xde\xad\xbe\xef" * 4)),
    "silent-listener": lambda: _listening(servers.mute),
    "closed-after-request": lambda: _listening(servers.hang_up_after_a_word),
    "reset-after-request": lambda: _listening(servers.reset_after_a_word),
    "called-ae-title-refused": lambda: _peer("rejection"),
    "sop-class-not-supported": lambda: _peer("no context"),
    "no-response": lambda: _peer("silence"),
    "aborted-at-request": lambda: _peer("abort"),
    "closed-in-service": lambda: _peer("close"),
    "out-of-resources": lambda: _peer("failure"),
    "status-nonstandard": lambda: _peer("unknown status"),
}
"""Each met by echoscu."""

SILENT = "silent-listener", "no-response"
"""Those at which it loses patience."""

WAITED_FOR: dict[str, Callable[[], AbstractContextManager[int]]] = {
    "closed-at-once": lambda: _listening(servers.hang_up),
    "connection-reset-at-once": lambda: _listening(servers.reset),
}
"""Each met by a client that waits: a request may be under way before a peer has closed."""


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Place]]:
    """All faults and a peer at which nothing is wrong, one after the other in one file, and where each was."""
    folder = tmp_path_factory.mktemp("traffic")
    path = folder / "traffic.pcapng"
    generate(GenerateSpec(instances=5), folder / "source", "pcap")
    with ExitStack() as stack:
        scp = stack.enter_context(ReferenceSCP(ReferenceSettings()))
        ports = {code: stack.enter_context(fault()) for code, fault in (FAULTS | WAITED_FOR).items()}
        ports["nothing-wrong"] = scp.address.port
        ports["foreign-client"] = (other := stack.enter_context(ReferenceSCP(ReferenceSettings()))).address.port
        with captured(path, " or ".join(f"tcp port {port}" for port in ports.values())):
            for code in FAULTS:
                # The association with who does not answer is accepted all the same, however late.
                patience = ("-ta", 2 if code == SILENT[0] else 20, "-td", 2 if code in SILENT else 20)
                run_tool("echoscu", *patience, "-aec", "PEER", "127.0.0.1", ports[code])
            here = ("-aec", "REFERENCE", "127.0.0.1", scp.address.port)
            run_tool("echoscu", *here)
            run_tool("dcmsend", *here, "--scan-directories", folder / "source")
            run_tool("findscu", "-S", *here, "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID")
            for code in WAITED_FOR:
                say(b"", ports[code])
            say(b"GET / HTTP/1.1\r\nHost: pacs\r\n\r\n", other.address.port)
    return path, {code: ("127.0.0.1", port) for code, port in ports.items()}


def _codes_at(found: dict[str, Any], place: Place) -> set[str]:
    return {one["code"] for one in found["connections"] if tuple(one["to"]) == place}


@pytest.mark.parametrize("code", [*FAULTS, *WAITED_FOR, "foreign-client", "nothing-wrong"])
def test_each_fault_is_explained(traffic: tuple[Path, dict[str, Place]], code: str) -> None:
    path, places = traffic
    host, port = places[code]
    found = explain(path, f"ANY@{host}:{port}")
    assert found["code"] == code
    assert _codes_at(found, places[code]) == {code}


def test_what_is_in_order_says_what_was_seen(traffic: tuple[Path, dict[str, Place]]) -> None:
    path, places = traffic
    done = adhoc("diagnose", "ANY@{}:{}".format(*places["nothing-wrong"]), "--pcap", path)
    assert done.exit_code == 0
    assert "Nothing wrong was found in 3 connections." in done.output
    assert "5 C-STORE answered 0000H (success) (CT Image Storage); released" in done.output


def test_the_whole_file_in_one(traffic: tuple[Path, dict[str, Place]]) -> None:
    path, _ = traffic
    done = adhoc("diagnose", "--pcap", path)
    assert done.exit_code == 1
    wrong = len(FAULTS) + len(WAITED_FOR) + 1
    assert f"Of {wrong + 3} connections 3 are in order, {wrong} went wrong." in done.output
    for code in FAULTS:
        assert done.output.count(f"{CAUSES[code].title} [{code}]") == 1


def test_the_old_format(traffic: tuple[Path, dict[str, Place]], tmp_path: Path) -> None:
    old = tmp_path / "traffic.pcap"
    subprocess.run(["/usr/bin/editcap", "-F", "pcap", str(traffic[0]), str(old)], check=True, timeout=60)
    new = explain(traffic[0])["connections"]
    assert [one["code"] for one in explain(old)["connections"]] == [one["code"] for one in new]
