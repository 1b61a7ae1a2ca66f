"""`dicom-harness conform` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from junitparser import JUnitXml

from harness.engine.conform.cases.catalogue import CASES
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.support.adhoc import adhoc
from tests.support.conforming import good, verifier


def test_the_list_names_the_cases_that_the_peer_would_get() -> None:
    safe = adhoc("conform", "PEER@host:104", "--list").output.splitlines()
    strict = adhoc("conform", "PEER@host:104", "--environment", "test", "--profile", "strict", "--list").output
    assert any(line.startswith("ul/request/plain  ") for line in safe)
    assert len(safe) < len(strict.splitlines()) == sum(not case.waits for case in CASES)
    timers = adhoc("conform", "PEER@host:104", "--timers", "--list").output
    assert "ul/timers/no-request" in timers
    assert "ul/timers/" not in strict
    assert "ul/timers/" not in adhoc("conform", "PEER@host:104", "--only", "ul/", "--list").output
    assert "ul/timers/no-request" in adhoc("conform", "PEER@host:104", "--only", "ul/", "--timers", "--list").output
    named = adhoc("conform", "PEER@host:104", "--only", "ul/timers/no-request", "--list").output
    assert "ul/timers/no-request" in named
    required = adhoc("conform", "PEER@host:104", "--level", "required", "--list").output
    assert "[recommended" not in required


def test_cases_are_chosen_by_id_beginning_and_wildcard() -> None:
    def chosen(*options: str) -> list[str]:
        lines = adhoc("conform", "PEER@host:104", "--list", *options).output.splitlines()
        return [line.split()[0] for line in lines]

    assert chosen("--only", "ul/request/plain") == ["ul/request/plain"]
    assert chosen("--only", "*/version-*-bits", "--exclude", "*/version-all-*") == ["ul/request/version-and-more-bits"]
    assert set(chosen("--only", "ul/request/")) >= {"ul/request/plain", "ul/request/version-zero"}


def test_what_cannot_be_meant_is_refused() -> None:
    for words in (
        ("PEER@host:104", "--only", "ul/nothing"),
        ("PEER@host", "--profile", "safe"),
        ("PEER@host:104", "--calling", "MUCH-TOO-LONG-A-TITLE"),
        ("PEER@host:104", "--timeout", "soon"),
        ("PEER@host:104", "--tls-ca", "/nowhere.pem"),
    ):
        assert adhoc("conform", *words).exit_code == 2
    assert "no case fits ul/nothing" in adhoc("conform", "PEER@host:104", "--only", "ul/nothing").output


def test_the_reference_scp_passes_and_every_report_is_written(tmp_path: Path) -> None:
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD")) as scp:
        done = adhoc("conform", scp.address, "--environment", "test", "--only", "ul/request/", "--report-dir", tmp_path)
    assert done.exit_code == 0, done.output
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["peers"]["peer"]["implementation_class_uid"]
    assert {check["verdict"] for check in results["checks"]} == {"pass"}
    assert JUnitXml.fromfile(str(tmp_path / "junit.xml")).failures == 0
    assert "ul/request/plain" in (tmp_path / "report.html").read_text()
    assert (tmp_path / "summary.md").exists()


def test_a_failure_is_told_on_the_console_and_in_the_reports(tmp_path: Path) -> None:
    def strict(request: AssociateRQ) -> AssociateAC | AssociateRJ:
        return AssociateRJ(1, 2, 2) if request.protocol_version != 1 else good(request)

    with verifier(strict) as peer:
        done = adhoc("conform", peer.address, "--only", "ul/request/version-*", "--report-dir", tmp_path)
        again = f"dicom-harness conform {peer.address} --only ul/request/version-all-bits"
    assert done.exit_code == 1
    assert "step version-all-bits: outcome" in done.output
    assert "clauses   PS3.8 9.3.2" in done.output
    assert "bytes     came A-ASSOCIATE-RJ, 10 bytes: 03 00 00 00 00 04 00 01 02 02" in done.output
    assert again in done.output
    for report in ("report.html", "junit.xml"):
        text = (tmp_path / report).read_text()
        assert "03 00 00 00 00 04 00 01 02 02" in text
        assert again in text


def test_the_command_to_run_a_case_again_has_what_was_said_of_the_peer() -> None:
    with verifier(lambda request: AssociateRJ(1, 1, 1)) as peer:
        done = adhoc("conform", peer.address, "--calling", "MODALITY 1", "--environment", "test", "--timeout", "3 s")
    assert f"conform {peer.address} --calling 'MODALITY 1' --timeout '3 s' --environment test" in done.output
    assert done.exit_code == 3
