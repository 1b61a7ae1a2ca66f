"""`--baseline`: what is known passes while it fails as known; what passes, fails otherwise or is too old fails."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from tests.support.adhoc import adhoc
from tests.support.misbehaving import peer_that
from tests.support.runs import Ran, run_text

SCENARIO = """
    version: 1
    peers:
      peer: {{address: {address}}}
    scenarios:
      - id: echo
        peer: peer
        steps:
          - echo: {{}}
          - echo: {{}}
"""
CHECK = "scenario/echo/1/status"
LATER = date.today() + timedelta(days=1)
YESTERDAY = date.today() - timedelta(days=1)


def entry(check: str = CHECK, matches: str = "A700H", expires: date = LATER) -> str:
    known = f'check: "{check}", matches: "{matches}", reason: its disk is full, owner: PACS team, expires: {expires}'
    return f"version: 1\ndeviations:\n  - {{{known}}}\n"


def run_with(folder: Path, text: str, peer: str = "failure") -> Ran:
    baseline = folder / "baseline.yaml"
    baseline.write_text(text)
    with peer_that(peer) as address:
        return run_text(folder, SCENARIO.format(address=address), "--baseline", str(baseline))


def test_a_known_failure_passes_and_is_marked(tmp_path: Path) -> None:
    ran = run_with(tmp_path, entry())
    assert ran.status == 0, ran.output
    check = ran.check("1/status")
    assert check["verdict"] == "pass"
    assert f"known until {LATER} (its disk is full; owner: PACS team)" in ran.output
    assert check["deviation"] == {"reason": "its disk is full", "owner": "PACS team", "expires": str(LATER)}
    assert ran.with_verdict("skipped")  # what depends on it


@pytest.mark.parametrize(
    ("text", "peer", "said"),
    [
        (entry(), "success", "the baseline says that it fails (its disk is full), and it does not: remove the entry"),
        (entry(matches="0110H"), "failure", "it fails in another way than the baseline says, which has `0110H`"),
        (entry(expires=YESTERDAY), "failure", f"known, and expired on {YESTERDAY}"),
    ],
    ids=["passes", "fails otherwise", "expired"],
)
def test_an_entry_that_is_not_true_fails_the_run(tmp_path: Path, text: str, peer: str, said: str) -> None:
    ran = run_with(tmp_path, text, peer)
    assert ran.status == 1
    assert ran.check("1/status")["verdict"] == "fail"
    assert said in ran.check("1/status")["reason"]


def test_an_asterisk_stands_for_anything(tmp_path: Path) -> None:
    assert run_with(tmp_path, entry(matches="A7*H")).status == 0


def test_what_is_recorded_has_to_be_completed(tmp_path: Path) -> None:
    record = tmp_path / "recorded.yaml"
    with peer_that("failure") as address:
        scenario = SCENARIO.format(address=address)
        first = run_text(tmp_path, scenario, "--record-baseline", str(record))
        assert first.status == 1
        refused = run_text(tmp_path, scenario, "--baseline", str(record))
        assert refused.status == 2
        assert "the text is empty" in refused.output
        completed = record.read_text()
        for key, value in (("reason", "disk"), ("owner", "me"), ("expires", str(LATER))):
            completed = completed.replace(f'{key}: ""', f'{key}: "{value}"')
        record.write_text(completed)
        assert run_text(tmp_path, scenario, "--baseline", str(record)).status == 0
        again = run_text(tmp_path, scenario, "--record-baseline", str(record))
    assert again.status == 2
    assert "is there already" in again.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (entry(check="scenario/other/1/status"), "no check can have the id scenario/other/1/status"),
        ("version: 1\ndeviations: [{check: a}]", "`reason` is missing"),
        (entry().replace("PACS team", "''"), "the text is empty"),
        ("version: 1", "`deviations` is missing"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    ran = run_with(tmp_path, text)
    assert ran.status == 2
    assert said in ran.output


def test_conform_has_a_baseline_too(tmp_path: Path) -> None:
    record = tmp_path / "recorded.yaml"
    only = ("--only", "verification/", "--environment", "test")
    with ReferenceSCP(ReferenceSettings(refusals=Refusals())) as scp:
        done = adhoc("conform", scp.address, *only, "--record-baseline", record)
        assert done.exit_code == 0, done.output
        assert "deviations: []" in record.read_text()
        known = tmp_path / "known.yaml"
        known.write_text(entry(check="conform/no/such/case/outcome"))
        assert adhoc("conform", scp.address, *only, "--baseline", known).exit_code == 2
