"""Cases in which the peer sends to us: with a peer that knows us, and with one that does not."""

from __future__ import annotations

import pytest

from harness.cli.result import new_result
from harness.engine.conform.cases import commitment_result, qr_move_here
from harness.engine.conform.destination import listening
from harness.engine.conform.request import ConformRequest, Target
from harness.engine.conform.running import ConformRun
from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.results.model import RunResult, Verdict
from harness.scenario.peers import Environment
from harness.standard.ae import AEAddress
from tests.support.adhoc import adhoc
from tests.support.conforming import run_cases, verdicts

CASES = (*qr_move_here.CASES, *commitment_result.CASES)


def listened(scp: ReferenceSCP, port: int) -> RunResult:
    target = Target(scp.address, timeout=5)
    run = new_result()
    with listening(target, "127.0.0.1", port) as ours:
        ConformRun(run, ConformRequest(target, Environment.TEST), None, [], ours).execute(CASES)
    return run


@pytest.mark.slow
def test_the_reference_scp_sends_what_it_says() -> None:
    port = free_port()
    known = {"HARNESS": AEAddress("HARNESS", "127.0.0.1", port)}
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD", move_destinations=known)) as scp:
        run = listened(scp, port)
    assert {check.id: check.observed for check in run.checks if check.verdict is not Verdict.PASS} == {}
    assert len(run.checks) == len(CASES)


def test_a_peer_that_does_not_know_us_is_not_blamed() -> None:
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD")) as scp:
        run = listened(scp, 0)
    assert {check.verdict for check in run.checks} == {Verdict.SKIPPED}
    assert "is it registered at the peer?" in run.checks[0].reason


def test_without_a_listener_they_are_skipped_with_the_remedy() -> None:
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD")) as scp:
        run = run_cases(scp.address, CASES)
    assert set(verdicts(run).values()) == {"skipped"}
    assert run.checks[0].reason == "the peer has nowhere to send to: it needs `--listen PORT`"


def test_listening_from_the_command_line() -> None:
    with ReferenceSCP(ReferenceSettings(ae_title="GOOD")) as scp:
        taken = adhoc("conform", scp.address, "--listen", scp.address.port, "--only", "verification/")
        done = adhoc("conform", scp.address, "--listen", "0", "--only", "verification/", "--environment", "test")
    assert taken.exit_code == 2
    assert "--listen: Address already in use" in taken.output
    assert done.exit_code == 0
    assert adhoc("conform", scp.address, "--listen-host", "127.0.0.1").exit_code == 2
    assert adhoc("conform", scp.address, "--listen", "many").exit_code == 2
