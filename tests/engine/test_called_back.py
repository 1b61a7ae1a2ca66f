"""What a peer was to bring us and did not: who came to our Storage SCP, and what we refused, tells why."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.dimse.fragment import Message
from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services import receive
from harness.standard.ae import AEAddress
from harness.tls.contexts import tls_client
from tests.support.addresses import outward_address
from tests.support.archives import wait_until
from tests.support.certificates import Certificates, make_certificates
from tests.support.peers import ending_for
from tests.support.runs import run_text

SCENARIO = """
version: 1
name: What they bring us
local: {{listen: {port}, host: 127.0.0.1, {local}}}
peers:
  peer: {{address: {address}, environment: test}}
scenarios:
  - id: only
    name: The only one
    peer: peer
    steps:
      - store: {{generate: {{instances: 2}}}}
        save: {{study: "stored.studies[0].StudyInstanceUID"}}
      - {step}
"""
MOVE = "move: {level: STUDY, keys: {StudyInstanceUID: '${study}'}%s}"
COMMIT = "commit: {wait: %s}"
COMMIT_HERE, COMMIT_ASTRAY = COMMIT % "8 s", COMMIT % "300 ms"
"""For reports that come to us, however late, and are refused; and for those that never do."""


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("pki"))


def diagnosed(
    folder: Path,
    step: str,
    *,
    title: str = "HARNESS",
    astray: bool = False,
    local: str = "",
    meanwhile: Callable[[int], None] = lambda port: None,
    **settings: Any,
) -> dict[str, Any]:
    """The only diagnosis of a step of which an archive brings us something.

    It knows us by this title, at our port or astray. `meanwhile` is done with that port while the step is.
    """
    port = free_port()
    us = {"HARNESS": AEAddress(title, "127.0.0.1", free_port() if astray else port)}
    with ReferenceSCP(ReferenceSettings(move_destinations=us, **settings)) as scp:
        other = threading.Thread(target=meanwhile, args=(port,))
        other.start()
        ran = run_text(folder, SCENARIO.format(address=scp.address, step=step, port=port, local=local))
        other.join()
    found = {check["diagnosis"]["code"]: check["diagnosis"] for check in ran.results["checks"] if check["diagnosis"]}
    assert len(found) == 1, ran.output
    (diagnosis,) = found.values()
    assert isinstance(diagnosis, dict)
    return diagnosis


def said(diagnosis: dict[str, Any]) -> str:
    return " | ".join(diagnosis["evidence"])


REFUSED = pytest.mark.parametrize(
    ("step", "code"),
    [
        (MOVE % "", "move-refused-by-us"),
        pytest.param(COMMIT_HERE, "commitment-refused-by-us", marks=pytest.mark.slow),
    ],
)


@REFUSED
def test_another_title_is_called(tmp_path: Path, step: str, code: str) -> None:
    found = diagnosed(tmp_path, step, title="HARNES")
    assert found["code"] == code
    # It stands in the reason already.
    assert "seen: `REFERENCE` called" not in (tmp_path / "reports" / "junit.xml").read_text()
    assert "`REFERENCE` called our Storage SCP `HARNES`, and we rejected it: rejected-permanent" in said(found)
    assert "called AE title not recognized" in said(found)


@REFUSED
def test_only_they_speak_tls(tmp_path: Path, pki: Certificates, step: str, code: str) -> None:
    found = diagnosed(tmp_path, step, move_tls={"HARNESS": tls_client(pki.settings("client"))})
    assert found["code"] == code
    assert "begins with a TLS ClientHello: it expects TLS, and this connection is plain" in said(found)


@REFUSED
def test_only_we_speak_tls(tmp_path: Path, pki: Certificates, step: str, code: str) -> None:
    own = f"tls: {{certificate: {pki.folder}/server.pem, key: {pki.folder}/server.key, ca: {pki.ca}}}"
    found = diagnosed(tmp_path, step, local=own)
    assert found["code"] == code
    assert "the peer began with plain DICOM, and this listener expects TLS" in said(found)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (MOVE % "" + "\n        expect: {status: success, received: 2, unchanged: true}", "move-cannot-reach-us"),
        (COMMIT_ASTRAY + "\n        expect: {committed: 2, within: 1 ms}", "commitment-never-came"),
    ],
)
def test_who_calls_another_port_has_changed_nothing_and_is_not_slow(tmp_path: Path, step: str, code: str) -> None:
    found = diagnosed(tmp_path, step, astray=True)
    assert found["code"] == code
    assert "nobody connected to our Storage SCP, 127.0.0.1:" in said(found)
    assert any("Give our receiver a fixed port" in line for line in found["next_steps"])


def test_they_propose_nothing_that_we_accept(tmp_path: Path) -> None:
    found = diagnosed(tmp_path, MOVE % ", accept: [JPEG 2000]")
    assert found["code"] == "move-refused-by-us"
    assert "proposed nothing that we accept: CT Image Storage (transfer-syntaxes-not-supported)" in said(found)


def test_we_cannot_keep_what_they_send(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a full disk; the archive writes to the same one, so only our own folder is cut off."""
    judged = receive.InstanceReceiver._judged

    def full(self: receive.InstanceReceiver, part: Any, message: Message) -> receive.Judgment:
        if Path(part.path).parent.name == "received":
            part.failed = True
        return judged(self, part, message)

    monkeypatch.setattr(receive.InstanceReceiver, "_judged", full)
    found = diagnosed(tmp_path, MOVE % "")
    assert found["code"] == "move-refused-by-us"
    assert "our Storage SCP answered 2 C-STORE with A700H (failure: out of resources)" in said(found)


def test_they_do_not_commit_to_what_they_do_not_have(tmp_path: Path) -> None:
    of_nobody = "commit: {instances: [{sop_class: CT Image Storage, sop_instance: 1.2.3}], wait: 30 s}"
    assert diagnosed(tmp_path, of_nobody)["code"] == "not-committed"


@pytest.mark.slow
def test_a_notification_of_who_is_not_let_in(tmp_path: Path) -> None:
    def call(port: int) -> None:
        scp = AEAddress("HARNESS", "127.0.0.1", port)
        wait_until(lambda: _is_rejected(scp))

    found = diagnosed(tmp_path, "instance-availability: {wait: 8 s}", meanwhile=call)
    assert found["code"] == "notification-refused-by-us"
    assert "`STRANGER` called our Storage SCP `HARNESS`, and we rejected it" in said(found)


def _is_rejected(scp: AEAddress) -> bool:
    ending = ending_for(scp, "STRANGER")
    return ending is not None and ending.rejection is not None


def test_nobody_notifies_us(tmp_path: Path) -> None:
    found = diagnosed(tmp_path, "instance-availability: {wait: 200 ms}")
    assert (found["code"], found["others"]) == ("notification-never-came", ["listener-on-loopback"])


def test_they_never_come(tmp_path: Path) -> None:
    moved = diagnosed(tmp_path, MOVE % "", astray=True)
    reported = diagnosed(tmp_path, COMMIT_ASTRAY, astray=True)
    assert (moved["code"], moved["others"]) == (
        "move-cannot-reach-us",
        ["listener-on-loopback", "sub-operations-failed"],
    )
    assert (reported["code"], reported["others"]) == ("commitment-never-came", ["listener-on-loopback"])


def test_our_listener_is_out_of_their_reach(tmp_path: Path) -> None:
    host = outward_address()
    moved = diagnosed(tmp_path, MOVE % "", astray=True, host=host)
    reported = diagnosed(tmp_path, COMMIT_ASTRAY, astray=True, host=host)
    assert (moved["code"], moved["others"]) == ("listener-on-loopback", ["move-destination-unknown"])
    assert (reported["code"], reported["others"]) == ("listener-on-loopback", ["commitment-never-came"])
