"""What `run` keeps and is held against from Python, as from the command line: baseline, evidence, comparison."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from harness import ExitStatus, Peer, Result, UsageError, loads, run
from harness.cli.run import command
from tests.support.adhoc import adhoc

TEXT = """\
version: 1
scenarios:
  - {id: answers, peer: archive, steps: [{associate: {user_identity: {username: me, passcode: hunter2}}}]}
  - {id: holds, peer: archive, steps: [{find: {level: STUDY, keys: {PatientID: "*"}}, expect: {count: 3}}]}
"""
CHECK = "scenario/holds/1/count"
PAGE = Path(__file__).parents[2] / "docs" / "python-api.md"


def ran(**options: object) -> Result:
    with Peer(reference={}) as archive:
        return run(loads(TEXT, peers={"archive": archive}), **options)  # type: ignore[arg-type]  # any of them


def test_it_has_the_options_of_the_command_line() -> None:
    given = {"tag": "tags", "peer": "peers", "peers": "peers_file"}
    names = [name.removeprefix("--") for parameter in command.params for name in parameter.opts if "--" in name]
    options = {given.get(name, name.replace("-", "_")) for name in names} - {"list", "dry_run"}
    assert set(inspect.signature(run).parameters) - {"files", "on_event"} == options
    assert options <= set(re.findall(r"`(\w+)`", PAGE.read_text(encoding="utf-8")))


def test_what_is_known_to_fail_is_recorded_and_then_passes(tmp_path: Path) -> None:
    known = tmp_path / "known.yaml"
    assert ran(record_baseline=known).exit_status is ExitStatus.FAILED
    agreed = (
        known.read_text(encoding="utf-8").replace('owner: ""', "owner: PACS team").replace('reason: ""', "reason: so")
    )
    known.write_text(agreed.replace('expires: ""', "expires: 2999-12-31"), encoding="utf-8")
    result = ran(baseline=known)
    assert result.passed, result.text
    assert [check.id for check in result.checks if check.deviation is not None] == [CHECK]
    with pytest.raises(UsageError, match="is there already"):
        ran(record_baseline=known)


def test_evidence_alone_leaves_no_reports_and_has_what_was_asked_for(tmp_path: Path) -> None:
    bundle = tmp_path / "evidence.zip"
    result = ran(evidence=bundle)
    assert (result.exit_status, result.reports, len(result.seal)) == (ExitStatus.FAILED, {}, 64)
    with ZipFile(bundle) as opened:
        assert {"results.json", "report.html", "scenarios/scenario.yaml"} <= set(opened.namelist())
        assert opened.read("scenarios/scenario.yaml").decode() == TEXT.replace("hunter2", "<secret>")
    assert adhoc("verify", bundle, "--seal", result.seal).exit_code == 0
    with pytest.raises(UsageError, match="is there already"):
        ran(evidence=bundle)


def test_a_bundle_that_cannot_be_written_is_an_error_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.reporting.evidence.write_evidence", full)
    result = ran(evidence=tmp_path / "evidence.zip")
    assert (result.exit_status, result.seal) == (ExitStatus.INTERNAL, "")
    assert "evidence.zip could not be written: No space left on device" in result.text


def test_a_former_run_is_compared_with_and_no_host_is_told(tmp_path: Path) -> None:
    files = loads(TEXT, peers={"archive": "ARCHIVE@pacs.hospital.invalid:104"})
    former = run(files, report_dir=tmp_path / "former")
    later = run(files, report_dir=tmp_path / "later", compare_with=tmp_path / "former", redact_addresses=True)
    assert 'id="past"' in later.reports["html"].read_text(encoding="utf-8")
    assert 'id="past"' not in former.reports["html"].read_text(encoding="utf-8")
    assert all("hospital.invalid" not in path.read_text(encoding="utf-8") for path in later.reports.values())
    assert "hospital.invalid" in former.reports["json"].read_text(encoding="utf-8")
