"""Cases in which the peer sends to us: with a peer that knows us, and with one that does not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli.result import new_result
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases import commitment_result, qr_move_here
from harness.engine.conform.destination import listening
from harness.engine.conform.model import Case, Seen
from harness.engine.conform.request import ConformRequest, Target
from harness.engine.conform.running import ConformRun
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.results.model import RunResult, Verdict
from harness.scenario.caution import Environment
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.commitment import Delivery
from harness.tls.contexts import ClientCertificate, tls_client, tls_server
from tests.support.adhoc import adhoc
from tests.support.archives import make
from tests.support.certificates import make_certificates
from tests.support.conforming import run_cases, verdicts

CASES = (*qr_move_here.CASES, *commitment_result.CASES)


def listened(scp: ReferenceSCP, port: int, cases: Sequence[Case] = CASES) -> RunResult:
    target = Target(scp.address)
    run = new_result()
    with listening(target, "127.0.0.1", port) as ours:
        ConformRun(run, ConformRequest(target, Environment.TEST), None, [], ours).execute(cases)
    return run


@pytest.mark.slow
def test_the_reference_scp_sends_what_it_says() -> None:
    port = free_port()
    known = {"HARNESS": AEAddress("HARNESS", "127.0.0.1", port)}
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD", move_destinations=known)) as scp:
        run = listened(scp, port)
    assert {check.id: check.observed for check in run.checks if check.verdict is not Verdict.PASS} == {}
    assert len(run.checks) == len(CASES)


@pytest.mark.slow
def test_what_comes_late_of_another_request_is_not_counted(tmp_path: Path) -> None:
    (study,) = [case for case in qr_move_here.CASES if case.id == "qr/move-here/study"]
    late, port = make(tmp_path), free_port()

    def leaves_something(bench: Bench) -> Seen:
        seen = study.script(bench)
        proposal = Proposal("GOOD", "HARNESS", tuple(needed_contexts(late)))
        with request_association(AEAddress("HARNESS", "127.0.0.1", port), proposal, Timeouts()) as association:
            assert [one.status for one in store(association, late).instances] == [0]
        return seen

    known = {"HARNESS": AEAddress("HARNESS", "127.0.0.1", port)}
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD", move_destinations=known)) as scp:
        before = replace(study, id="qr/move-here/before", script=leaves_something)
        run = listened(scp, port, (before, study))
    assert [check.verdict for check in run.checks] == [Verdict.PASS] * 2, run.checks


def test_a_peer_that_does_not_know_us_is_not_blamed() -> None:
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD")) as scp:
        run = listened(scp, 0)
    assert {check.verdict for check in run.checks} == {Verdict.SKIPPED}
    assert "is it registered at the peer?" in run.checks[0].reason
    assert run.checks[-1].reason.startswith("the request was not accepted, so no report is owed: status 0110H")


def test_without_a_listener_they_are_skipped_with_the_remedy() -> None:
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD")) as scp:
        run = run_cases(scp.address, CASES)
    assert set(verdicts(run).values()) == {"skipped"}
    assert run.checks[0].reason == "the peer has nowhere to send to: it needs `--listen PORT`"


@pytest.mark.parametrize("listens", [True, False], ids=["listening", "not-listening"])
def test_a_report_may_come_on_the_association_of_the_request(listens: bool) -> None:
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD", commitment=Delivery.SAME_ASSOCIATION)) as scp:
        run = listened(scp, 0) if listens else run_cases(scp.address, commitment_result.CASES)
    of_reports = {name: verdict for name, verdict in verdicts(run).items() if name.startswith("commit/")}
    assert len(of_reports) == len(commitment_result.CASES)
    assert set(of_reports.values()) == {"pass"}


def test_a_report_that_does_not_come_is_waited_for_once_and_decides_nothing() -> None:
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD", commitment=Delivery.LATER)) as scp:
        run = run_cases(scp.address, commitment_result.CASES, report=0.5)
    assert sum(step.waited >= 0.5 for step in run.steps) == 1
    assert set(verdicts(run).values()) == {"skipped"}
    assert {check.reason for check in run.checks} == {
        "no report came on the association of the request within 0.5 s, and the peer has nowhere else to send it to: "
        "that needs `--listen PORT`"
    }


@pytest.mark.slow
def test_a_peer_that_sends_over_tls(tmp_path: Path) -> None:
    pki, port = make_certificates(tmp_path), free_port()
    known = {"HARNESS": AEAddress("HARNESS", "127.0.0.1", port)}
    settings = ReferenceSettings(
        ae_title="GOOD",
        move_destinations=known,
        move_tls={"HARNESS": tls_client(pki.settings("client"))},
        tls=tls_server(pki.settings("server", client_certificate=ClientCertificate.CHECKED)),
    )
    own = ("--tls-ca", pki.ca, "--tls-certificate", tmp_path / "server.pem", "--tls-key", tmp_path / "server.key")
    only = ("--only", "qr/move-here/study", "--only", "commit/result/stored", "--environment", "test")
    with ReferenceSCP(settings) as scp:
        done = adhoc("conform", scp.address, "--listen", port, "--listen-tls", *own, *only, "--report-dir", tmp_path)
        plain = adhoc("conform", scp.address, "--listen", port, *own, *only)
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "results.json").read_text())
    assert found["counts"]["pass"] == 2
    assert all("--listen-tls" in check["source"] for check in found["checks"])
    assert plain.exit_code == 5, "what comes over TLS to a listener without is nobody's fault"


def test_listening_from_the_command_line() -> None:
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD")) as scp:
        taken = adhoc("conform", scp.address, "--listen", scp.address.port, "--only", "verification/")
        done = adhoc("conform", scp.address, "--listen", "0", "--only", "verification/", "--environment", "test")
    assert taken.exit_code == 2
    assert "--listen: Address already in use" in taken.output
    assert done.exit_code == 0
    assert adhoc("conform", scp.address, "--listen-host", "127.0.0.1").exit_code == 2
    assert adhoc("conform", scp.address, "--listen", "many").exit_code == 2
    assert "there is no --listen" in adhoc("conform", scp.address, "--listen-tls").output
    assert "--tls-certificate" in adhoc("conform", scp.address, "--listen", "0", "--listen-tls").output
