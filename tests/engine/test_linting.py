"""The wire lint in a run: what the peer got wrong is a warning, what we got wrong an error; all goes through it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import harness.net.association
from harness.dimse.command import CommandSet, decode_command, encode_command
from harness.dimse.elements import Tag
from harness.dimse.messages import response_to
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from tests.support.adhoc import adhoc
from tests.support.runs import Ran, run_text
from tests.support.scripted import ScriptedPeer, accept_everything, read_pdu

PEER_UID = "1.2.276.0.4711.31415"
ECHOES = """\
version: 1
peers: {{there: {{address: "THERE@127.0.0.1:{port}"}}}}
scenarios:
  - id: echoes
    peer: there
    steps:
      - echo: {{}}
{shared}
      - echo: {{}}
{shared}
"""


def wrong(answer: CommandSet) -> CommandSet:
    """A group length that is not right, and a SOP class of its own."""
    return CommandSet({**answer.elements, Tag.COMMAND_GROUP_LENGTH: 1, Tag.AFFECTED_SOP_CLASS_UID: PEER_UID})


@contextmanager
def careless(*, release: bytes = encode_pdu(p.ReleaseRP()), careful: bool = False) -> Iterator[int]:
    """A peer that answers every C-ECHO, not quite right unless it is `careful`; its port."""

    def serve(connection: socket.socket) -> None:
        accept_everything(connection)
        while True:
            pdu, _ = decode_pdu(*read_pdu(connection))
            if isinstance(pdu, p.ReleaseRQ):
                connection.sendall(release)
                return
            assert isinstance(pdu, p.PDataTF)
            request, _ = decode_command(bytes(pdu.pdvs[0].fragment))
            answer = response_to(request, 0)
            octets = encode_command(answer if careful else wrong(answer))
            connection.sendall(encode_pdu(p.PDataTF((p.PDV(pdu.pdvs[0].context_id, True, True, octets),))))

    with ScriptedPeer(serve) as peer:
        yield peer.port


def echoes(folder: Path, port: int, *options: str, shared: str = "") -> Ran:
    return run_text(folder, ECHOES.format(port=port, shared=shared), *options)


def test_what_the_peer_sent_is_a_warning_of_its_step(tmp_path: Path) -> None:
    with careless() as port:
        ran = echoes(tmp_path, port)
    assert ran.status == 0, ran.output
    broken = {"group-length", "response-sop-class"}
    assert ran.linted() == {f"scenario/echoes/{step}": broken for step in (1, 2)}
    assert ran.results["lint"] == {"associations": 2}
    check = ran.check("1/lint/group-length")
    assert check["verdict"] == "warning"
    assert check["expected"] == "A command set begins with its group length, and that is right"
    assert check["observed"] == "Command Group Length is 1, and 68 bytes follow it"
    assert check["clauses"] == ["PS3.7 E.1"]
    assert check["reason"].startswith("PDU 4 of association 1, received: 00 00 00 00 04 00 00 00 01 00 00 00 |")
    assert (ran.reports / check["wire"]).exists()


def test_every_report_tells_of_it(tmp_path: Path) -> None:
    with careless() as port:
        ran = echoes(tmp_path, port)
    for name in ("report.html", "junit.xml", "summary.md"):
        text = (ran.reports / name).read_text().replace("\\", "")
        assert "lint/group-length" in text, name
        assert "PS3.7 E.1" in text, name
        assert "04 00 00 00 01 00 00 00" in text, name
    assert "2 associations linted" in ran.output
    assert "PS3.7 E.1" in ran.output
    assert "2 associations" in (ran.reports / "report.html").read_text()
    assert "Wire lint: 2 associations" in (ran.reports / "summary.md").read_text()
    assert 'name="associations_linted" value="2"' in (ran.reports / "junit.xml").read_text()


def test_it_fails_when_warnings_do(tmp_path: Path) -> None:
    with careless() as port:
        ran = echoes(tmp_path, port, "--strict")
    assert ran.status == 1
    assert ran.check("1/lint/group-length")["verdict"] == "fail"
    assert ran.check("2/status")["verdict"] == "pass", "what the lint finds blocks nothing"


def test_values_of_the_peer_are_not_shown(tmp_path: Path) -> None:
    with careless() as port:
        ran = echoes(tmp_path, port, "--trace")
    assert "response-sop-class" in ran.output
    for path in ran.reports.rglob("*.*"):
        if path.suffix != ".pcapng":
            text = path.read_text()
            assert PEER_UID not in text
            assert PEER_UID.encode().hex(" ") not in text


def test_what_we_sent_is_an_error_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def encode(command: CommandSet) -> bytes:
        return encode_command(CommandSet({**command.elements, Tag.COMMAND_GROUP_LENGTH: 1}))

    monkeypatch.setattr(harness.net.association, "encode_command", encode)
    with careless(careful=True) as port:
        ran = echoes(tmp_path, port)
    assert ran.status == 3, ran.output
    assert ran.linted() == {f"scenario/echoes/{step}": {"ours/group-length"} for step in (1, 2)}
    check = ran.check("1/lint/ours/group-length")
    assert check["verdict"] == "error"
    assert check["reason"].endswith("a defect of dicom-harness, please report it")


def test_a_shared_association_is_linted_once_and_to_its_end(tmp_path: Path) -> None:
    with careless(release=bytes((6, 0, 0, 0, 0, 4, 0, 0, 0, 9))) as port:
        ran = echoes(tmp_path, port, shared="        association: one")
    broken = {"group-length", "response-sop-class"}
    assert ran.linted() == {
        "scenario/echoes/1": broken,
        "scenario/echoes/2": broken,
        "scenario/echoes/afterwards": {"reserved"},
    }
    assert ran.results["lint"] == {"associations": 1}
    assert ran.check("1/lint/group-length")["observed"].endswith("follow it"), "and not `(and 1 more)`"
    assert ran.check("afterwards/lint/reserved")["observed"] == "the reserved byte 10 is 09H"


@pytest.mark.slow
def test_attempts_that_do_not_count_are_linted(tmp_path: Path) -> None:
    text = """\
    version: 1
    peers: {there: {address: "THERE@127.0.0.1:PORT"}}
    scenarios:
      - id: later
        peer: there
        steps:
          - echo: {}
            expect: {status: failure}
            eventually: {within: 5 s, every: 100 ms}
    """
    with careless() as port:
        ran = run_text(tmp_path, text.replace("PORT", str(port)))
    assert ran.results["lint"]["associations"] > 1
    assert "(and " in ran.check("1/lint/group-length")["observed"]


def test_ad_hoc_commands_are_linted_and_the_plain_echo_starts_faster(tmp_path: Path) -> None:
    with careless() as port:
        address = f"THERE@127.0.0.1:{port}"
        reported = adhoc("echo", address, "--report-dir", tmp_path)
        plain = adhoc("echo", address)
    assert "lint/group-length" in reported.stdout
    assert "lint" not in plain.stdout
    assert reported.exit_code == plain.exit_code == 0
