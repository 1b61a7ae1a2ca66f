"""Levels, known failures, blocking, requirements, and what policy refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from tests.support.archives import wait_until
from tests.support.runs import run_text

BUNDLED = """\
version: 1
peers:
  bundled: {reference: {}}
scenarios:
  - id: one
    peer: bundled
"""


@pytest.fixture
def running() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings()) as scp:
        yield scp


def test_a_recommended_check_that_is_not_met_is_a_warning(tmp_path: Path) -> None:
    text = BUNDLED + "    level: recommended\n    steps:\n      - echo: {}\n        expect: {status: failure}\n"
    assert run_text(tmp_path, text).status == 0
    strict = run_text(tmp_path, text, "--strict")
    assert strict.status == 1


def test_an_informational_check_never_fails(tmp_path: Path) -> None:
    text = BUNDLED + "    level: informational\n    steps:\n      - echo: {}\n        expect: {status: failure}\n"
    assert run_text(tmp_path, text, "--strict").status == 0


def test_what_follows_a_failure_is_blocked(tmp_path: Path) -> None:
    ran = run_text(
        tmp_path, BUNDLED + "    steps:\n      - echo: {}\n        expect: {status: failure}\n      - echo: {}\n"
    )
    assert ran.with_verdict("blocked") == ["scenario/one/2/echo"]
    assert ran.check("2/echo")["reason"] == "step 1 failed"
    assert ran.status == 1


KNOWN = """\
    expected_failure: {{reason: being mended, owner: vendor, expires: {expires}, matches: "{matches}"}}
    steps:
      - echo: {{}}
        expect: {{status: {status}}}
"""


@pytest.mark.parametrize(
    ("expires", "matches", "status", "exit_status", "words"),
    [
        ("2999-01-01", "0000H", "failure", 0, "failed as expected"),
        ("2999-01-01", "0000H", "success", 1, "did not occur"),
        ("2999-01-01", "A700", "failure", 1, "did not occur"),
        ("2001-01-01", "0000H", "failure", 1, "expired"),
    ],
)
def test_expected_failure(
    tmp_path: Path, expires: str, matches: str, status: str, exit_status: int, words: str
) -> None:
    text = BUNDLED + KNOWN.format(expires=expires, matches=matches, status=status)
    ran = run_text(tmp_path, text)
    assert ran.status == exit_status, ran.output
    assert words in (ran.reports / "results.json").read_text()
    accepted = [check["deviation"] for check in ran.results["checks"] if check["expected_failure"]]
    known = {"reason": "being mended", "owner": "vendor", "expires": expires}
    assert accepted == ([known] if words == "failed as expected" else [])


def test_what_a_person_must_check_is_in_the_report(tmp_path: Path) -> None:
    text = BUNDLED.replace("version: 1\n", 'version: 1\nattestations: ["The images are shown right."]\n')
    ran = run_text(tmp_path, text + "    steps:\n      - echo: {}\n")
    assert ran.results["attestations"] == ["The images are shown right."]
    assert "The images are shown right." in (ran.reports / "report.html").read_text()


def test_an_unmet_requirement_skips_with_the_evidence(tmp_path: Path) -> None:
    steps = "    requires: [{sop_class: Verification, transfer_syntax: JPEG 2000}]\n    steps:\n      - echo: {}\n"
    ran = run_text(tmp_path, BUNDLED + steps)
    assert ran.status == 5
    assert "transfer-syntaxes-not-supported" in ran.check("1/echo")["reason"]


def test_a_met_requirement_runs(tmp_path: Path) -> None:
    steps = "    requires: [{sop_class: Verification}]\n    steps:\n      - echo: {}\n"
    assert run_text(tmp_path, BUNDLED + steps).status == 0


def remote(scp: ReferenceSCP, step: str, more: str = "") -> str:
    return (
        f"version: 1\npeers:\n  archive:\n    address: {scp.address}\n{more}"
        f"scenarios:\n  - id: one\n    peer: archive\n    steps:\n      - {step}\n"
    )


STORE = "store: {generate: {}}"
PRODUCTION = "    environment: production\n"
ALLOWED = "    environment: production\n    allow: [store]\n"


@pytest.mark.parametrize(
    ("step", "more", "options", "reason"),
    [
        (STORE, "", [], "needs `allow: [store]` at the peer and `--allow-writes archive`"),
        (STORE, PRODUCTION, ["--allow-writes", "archive"], "needs `allow: [store]`"),
        (STORE, ALLOWED, [], "needs `--allow-writes archive`"),
        ("associate: {called_ae_title: OTHER}", PRODUCTION, [], "probe-titles"),
        ("echo: {max_pdu_length: 127}", PRODUCTION, [], "probe-limits"),
        ("move: {level: STUDY}", PRODUCTION, [], "needs one value, or a list of UIDs, for StudyInstanceUID"),
        ("move: {level: STUDY, keys: {StudyInstanceUID: '*'}}", "", [], "StudyInstanceUID"),
        ("get: {level: STUDY, keys: {StudyInstanceUID: ''}}", "", [], "StudyInstanceUID"),
        (
            "move: {level: STUDY, keys: {StudyInstanceUID: '1.2.3'}, destination: {ae_title: OTHER}}",
            PRODUCTION,
            [],
            "needs `allow: [move]`",
        ),
    ],
)
def test_policy_refuses_with_the_remedy(
    tmp_path: Path, running: ReferenceSCP, step: str, more: str, options: list[str], reason: str
) -> None:
    ran = run_text(tmp_path, remote(running, step, more), *options)
    assert ran.status == 5, ran.output
    (check,) = ran.results["checks"]
    assert check["verdict"] == "skipped"
    assert reason in check["reason"]
    assert running.index.count() == 0
    # Nothing was sent at all.
    assert running.log_tail() == []


@pytest.mark.parametrize(
    ("more", "options"),
    [(ALLOWED, ["--allow-writes", "archive"]), ("    environment: test\n", [])],
)
def test_what_is_allowed_is_done_and_listed(
    tmp_path: Path, running: ReferenceSCP, more: str, options: list[str]
) -> None:
    ran = run_text(tmp_path, remote(running, STORE, more), *options)
    assert ran.status == 0, ran.output
    assert running.index.count() == 1
    (left,) = ran.results["left_behind"]
    assert left["sop_instance_uid"] in (ran.reports / "left-behind.csv").read_text()


def test_files_of_ones_own_need_a_permission_of_their_own(tmp_path: Path, running: ReferenceSCP) -> None:
    (tmp_path / "some.dcm").write_bytes(b"")
    ran = run_text(tmp_path, remote(running, "store: {files: [some.dcm]}", ALLOWED), "--allow-writes", "archive")
    (check,) = ran.results["checks"]
    assert "store-files" in check["reason"]


def test_options_of_a_recipe_need_a_permission(tmp_path: Path) -> None:
    text = (
        "version: 1\npeers:\n  own: {process: {recipe: storescp, options: [--fork]}}\n"
        "scenarios:\n  - id: one\n    peer: own\n    steps:\n      - echo: {}\n"
    )
    ran = run_text(tmp_path, text)
    assert ran.status == 5
    assert "--allow-commands" in ran.check("1/echo")["reason"]


def test_peer_override(tmp_path: Path, running: ReferenceSCP) -> None:
    ran = run_text(tmp_path, BUNDLED + "    steps:\n      - echo: {}\n", "--peer", f"bundled={running.address}")
    assert ran.status == 0
    wait_until(lambda: len(running.log_tail()) == 1)
