"""Each check catches its fault, each fault is caught, the good peer fails nothing: the pairs of `make kill-matrix`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.proxy.catalogue import FAULTS
from harness.results.model import Verdict
from tests.kill_matrix.case_kills import GoodPeer, behind, case_kills, good_peer, judging, verdict_of
from tests.kill_matrix.lint_kills import lint_kills, rules_broken
from tests.kill_matrix.matrix import DECIDING, all_checks, load
from tests.kill_matrix.page import GRID, PAGE, grid, markdown
from tests.kill_matrix.run_kills import PATIENT, SECONDS, run_kills, run_verdicts
from tests.support.proxied import Said, called_back, replayed, speak

MATRIX = load()
CASE_OF = {case.id: case for case in DECIDING}
PAIRS = {check: fault for check in all_checks() if (fault := MATRIX.specific_fault_of(check))}
LINT_PAIRS = {check: fault for check, fault in PAIRS.items() if check not in CASE_OF}
CASE_PAIRS = {check: fault for check, fault in PAIRS.items() if check in CASE_OF}
CAUGHT_BY = {fault: check for fault in FAULTS if (check := MATRIX.quickest_check_of(fault))}
OTHERWISE_CAUGHT = {
    fault: check
    for fault, check in CAUGHT_BY.items()
    if not check.startswith("lint/") and CASE_PAIRS.get(check) != fault
}
"""Faults that no other pair tries, with what catches them: an expectation of a scenario, or a case."""

PERMITTED = [name for name, fault in FAULTS.items() if fault.permitted]
DEADLINES = (SECONDS, PATIENT)
"""A busy machine may need more than the short one for the associations without the fault that a check begins with."""
AGAIN = "run `python -m tests.kill_matrix --new`"


@pytest.fixture(scope="module")
def conversations(tmp_path_factory: pytest.TempPathFactory) -> list[list[Said]]:
    """One on an association that we ask for, and those that the peer asks for."""
    folder = tmp_path_factory.mktemp("conversations")
    return [speak(folder / "we-call"), *called_back(folder / "it-calls")]


@pytest.fixture(scope="module")
def peer() -> Iterator[GoodPeer]:
    with good_peer() as running:
        yield running


def test_every_fault_that_breaks_something_is_caught() -> None:
    uncaught = FAULTS.keys() - CAUGHT_BY.keys() - set(PERMITTED)
    assert not uncaught, f"nothing catches them; {AGAIN}, and give each a check"


def test_every_check_catches_something() -> None:
    toothless = set(all_checks()) - PAIRS.keys()
    assert not toothless, f"they catch no fault; {AGAIN}, and give each a fault in harness/proxy/faults, or remove it"


def test_the_pages_are_up_to_date() -> None:
    assert PAGE.read_text() == markdown(MATRIX), AGAIN
    assert GRID.read_text() == grid(MATRIX), AGAIN


def test_the_good_peer_breaks_no_rule(conversations: list[list[Said]]) -> None:
    assert [rules_broken(replayed(said)) for said in conversations] == [{}] * 3


@pytest.mark.slow
def test_the_good_peer_passes_every_case(peer: GoodPeer) -> None:
    with behind([], peer) as honest:
        verdicts = {case.id: verdict_of(case, honest, peer.facts, peer.stock, PATIENT) for case in DECIDING}
    assert {name: verdict for name, verdict in verdicts.items() if verdict is not Verdict.PASS} == {}


def test_the_good_peer_meets_every_expectation(tmp_path: Path, peer: GoodPeer) -> None:
    with behind([], peer) as honest:
        assert set(run_verdicts(tmp_path, honest, PATIENT).values()) == {"pass"}


@pytest.mark.parametrize(("rule", "fault"), LINT_PAIRS.items())
def test_a_rule_finds_its_fault(conversations: list[list[Said]], rule: str, fault: str) -> None:
    assert rule in lint_kills(conversations, fault)


def catches(case: str, fault: str, peer: GoodPeer) -> bool:
    """Whether a case catches a fault."""
    return any(case in case_kills([CASE_OF[case]], fault, peer, seconds) for seconds in DEADLINES)


@pytest.mark.slow
@pytest.mark.parametrize(("case", "fault"), CASE_PAIRS.items())
def test_a_case_fails_on_its_fault(peer: GoodPeer, case: str, fault: str) -> None:
    assert catches(case, fault, peer)


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "check"), OTHERWISE_CAUGHT.items())
def test_a_fault_is_caught(tmp_path: Path, peer: GoodPeer, fault: str, check: str) -> None:
    if check in CASE_OF:
        assert catches(check, fault, peer)
    else:
        with behind([fault], peer) as sabotaged:
            # A release that comes late is late for a short deadline only, whatever else needs its time.
            assert any(check in run_kills(tmp_path / f"{each:g}", sabotaged, each, SECONDS) for each in DEADLINES)


@pytest.mark.slow
@pytest.mark.parametrize("fault", PERMITTED)
def test_nobody_is_accused_of_what_is_permitted(
    tmp_path: Path, peer: GoodPeer, conversations: list[list[Said]], fault: str
) -> None:
    assert lint_kills(conversations, fault) == {}
    with behind([fault], peer) as unusual:
        assert run_kills(tmp_path, unusual, PATIENT) == {}
    assert case_kills(judging(fault), fault, peer, PATIENT) == {}
