"""Failed checks of scenarios name the cause that `diagnose` names, in every report; those that hold name none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.peers.ports import free_port
from harness.standard.ae import AEAddress
from tests.support import servers
from tests.support.adhoc import adhoc
from tests.support.misbehaving import peer_that
from tests.support.runs import Ran, run_text

SCENARIO = """
    version: 1
    name: A fault
    peers:
      peer: {{address: {address}, timeouts: {{response: {response} s, association: {association} s}}}}
    scenarios:
      - id: echo
        name: The peer answers
        peer: peer
        steps:
          - echo: {{}}
"""
REFERENCE = """
    version: 1
    name: What came of it
    peers:
      peer: {{reference: {{}}}}
    scenarios:
      - id: what
        name: What came of it
        peer: peer
        steps:
          - {step}
"""


@contextmanager
def _listening(serve: Any) -> Iterator[AEAddress]:
    with servers.listener(serve) as port:
        yield AEAddress("PEER", "127.0.0.1", port)


@contextmanager
def _nobody() -> Iterator[AEAddress]:
    yield AEAddress("PEER", "127.0.0.1", free_port())


@contextmanager
def _unknown() -> Iterator[AEAddress]:
    yield AEAddress("PEER", "nobody.invalid", 104)


FAULTS: dict[str, Callable[[], AbstractContextManager[AEAddress]]] = {
    "name-not-found": _unknown,
    "connection-refused": _nobody,
    "ssh-server": lambda: _listening(servers.greeting(b"SSH-2.0-OpenSSH_9.2p1\r\n")),
    "http-server": lambda: _listening(servers.answering(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    "hl7-listener": lambda: _listening(servers.answering(b"\x0bMSH|^~\\&|A|B|C|D||ACK\r\x1c\r")),
    "tls-where-plain-expected": lambda: _listening(servers.answering(b"\x15\x03\x03\x00\x02\x02\x28")),
    "silent-listener": lambda: _listening(servers.mute),
    "closed-after-request": lambda: _listening(servers.hang_up_after_a_word),
    "called-ae-title-refused": lambda: peer_that("rejection"),
    "sop-class-not-supported": lambda: peer_that("no context"),
    "no-response": lambda: peer_that("silence"),
    "aborted-at-request": lambda: peer_that("abort"),
    "closed-in-service": lambda: peer_that("close"),
    "out-of-resources": lambda: peer_that("failure"),
    "status-nonstandard": lambda: peer_that("unknown status"),
}


LADDER = {"silent-listener": "3 s", "no-response": "9 s"}
"""What `diagnose` may take at peers that do not answer; no part of it is waited out at others."""


@pytest.mark.slow
@pytest.mark.parametrize("code", FAULTS)
def test_run_and_diagnose_say_the_same_in_every_report(tmp_path: Path, code: str) -> None:
    association, response = (1 if code == silent else 20 for silent in ("silent-listener", "no-response"))
    with FAULTS[code]() as address:
        ran = run_text(tmp_path, SCENARIO.format(address=address, association=association, response=response))
        diagnosed = json.loads(adhoc("diagnose", address, "--json", "--timeout", LADDER.get(code, "30 s")).stdout)
    diagnosis = _only_diagnosis(ran)
    assert (diagnosis["code"], diagnosed["code"]) == (code, code)
    for text in (ran.output, *((ran.reports / name).read_text() for name in ("junit.xml", "report.html"))):
        assert code in text
        assert diagnosis["next_steps"][0][:25] in text


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("{find: {level: STUDY, keys: {PatientID: NOBODY}}, expect: {count: 1}}", "nothing-found"),
        (
            "move: {level: STUDY, keys: {StudyInstanceUID: 1.2.3}, destination: {ae_title: NOWHERE}}",
            "move-destination-unknown",
        ),
        ("{associate: {}, expect: {rejected: {}}}", "not-refused"),
        ("{echo: {}, expect: {within: 0.001 ms}}", "too-slow"),
        ("{echo: {}, expect: {status: failure}}", "result-differs"),
        (
            "negotiate: {abstract_syntax: 1.2.3.4, transfer_syntaxes: [ImplicitVRLittleEndian]}",
            "sop-class-not-supported",
        ),
    ],
)
def test_what_came_of_it(tmp_path: Path, step: str, code: str) -> None:
    ran = run_text(tmp_path, REFERENCE.format(step=step))
    assert ran.status == 1, ran.output
    assert {check["diagnosis"]["code"] for check in _failed(ran)} == {code}


def test_what_holds_has_no_diagnosis(tmp_path: Path) -> None:
    ran = run_text(tmp_path, REFERENCE.format(step="echo: {}"))
    assert [check["diagnosis"] for check in ran.results["checks"]] == [None]


def _failed(ran: Ran) -> list[dict[str, Any]]:
    return [check for check in ran.results["checks"] if check["verdict"] == "fail"]


def _only_diagnosis(ran: Ran) -> dict[str, Any]:
    (check,) = _failed(ran)
    diagnosis = check["diagnosis"]
    assert isinstance(diagnosis, dict)
    return diagnosis


WITHIN = """
    version: 1
    peers: {{peer: {{address: {address}}}}}
    scenarios:
      - {{id: echo, peer: peer, steps: [{{echo: {{}}, expect: {{within: 1 min}}}}]}}
      - {{id: wanted, peer: peer, steps: [{{associate: {{}}, expect: {{closed: true, within: 1 min}}}}]}}
"""


def test_who_does_not_answer_is_not_fast(tmp_path: Path) -> None:
    """Unless not to answer is what was wanted."""
    with _listening(servers.hang_up) as address:
        ran = run_text(tmp_path, WITHIN.format(address=address))
    verdicts = ran.verdicts()
    assert verdicts["scenario/echo/1/status"] == "fail"
    assert verdicts["scenario/echo/1/within"] == "skipped"
    assert verdicts["scenario/wanted/1/closed"] == verdicts["scenario/wanted/1/within"] == "pass"
    assert ran.check("echo/1/within")["reason"] == "how fast it would have been is not known"
