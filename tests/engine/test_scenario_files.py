"""The scenario files that ship pass on the real products they are written for."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from harness.scenario.load import load_scenarios
from tests.support.certificates import PASSPHRASE, make_certificates
from tests.support.runs import run_files

SCENARIOS = Path(__file__).parents[2] / "scenarios"
DOCS = SCENARIOS.parent / "docs"
RESERVED = "reserved"
"""The one rule that DCMTK breaks as an SCU, and so do Orthanc and all who are built on it; see `docs/interop.md`."""


def unhurried(folder: Path, name: str) -> Path:
    """A copy of a scenario file with time for what must be fast: where tests run the machine stalls now and then."""
    text = (SCENARIOS / name).read_text(encoding="utf-8")
    copy = folder / name
    copy.write_text(re.sub(r"\bwithin: \d+ s\b", "within: 1 min", text), encoding="utf-8")
    return copy


def test_quickstart(tmp_path: Path) -> None:
    ran = run_files(tmp_path, unhurried(tmp_path, "quickstart.yaml"))
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() == set()
    services = {step["service"] for step in ran.results["steps"]}
    assert services == {"echo", "associate", "negotiate", "store", "find", "move", "get"}
    (move,) = [step for step in ran.results["steps"] if step["service"] == "move"]
    assert [association["role"] for association in move["associations"]] == ["requestor", "acceptor"]


@pytest.mark.peer("storescp")
def test_policy(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "policy.yaml", "--allow-commands")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}


@pytest.mark.peer("dcmqrscp")
def test_offis_howto(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "offis-howto.yaml")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() == {RESERVED}


@pytest.mark.slow
@pytest.mark.peer("Orthanc")
def test_orthanc_as_process(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "orthanc.yaml", "--tag", "process")
    assert ran.status == 0, ran.output
    assert ran.rules_broken() == {RESERVED}


@pytest.mark.slow
@pytest.mark.peer("Orthanc")
def test_go_live_finds_what_the_sample_report_shows(tmp_path: Path) -> None:
    ran = run_files(tmp_path, unhurried(tmp_path, "go-live.yaml"))
    assert ran.status == 1, ran.output
    assert ran.with_verdict("fail") == ["go-live/unknown-called-ae-title/1/rejected"]
    assert ran.check("1/rejected")["diagnosis"]["code"] == "not-refused"
    sample = json.loads((SCENARIOS.parent / "reports" / "sample" / "results.json").read_text(encoding="utf-8"))
    shown = {check["id"]: check["verdict"] for check in sample["checks"]}
    assert {check["id"]: check["verdict"] for check in ran.results["checks"]} == shown, "`make sample-report`"


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp")
def test_go_live_holds_nobody_to_what_the_standard_leaves_open(tmp_path: Path) -> None:
    """dcmqrscp counts no instances of a study (optional, PS3.4 Table C.6-5), and takes no compressed images here."""
    site = tmp_path / "site.yaml"
    site.write_text("version: 1\npeers: {archive: {process: {recipe: dcmqrscp, knows: [local]}}}\n", encoding="utf-8")
    scenarios = unhurried(tmp_path, "go-live.yaml")
    ran = run_files(tmp_path, scenarios, "--peers", str(site), "--exclude", "unknown-destination")
    failed = {check.partition("[")[0] for check in ran.with_verdict("fail")}
    assert failed == {"go-live/transfer-syntax"}, ran.output
    assert "go-live/study-list/2/every" in ran.with_verdict("warning")


@pytest.mark.slow
@pytest.mark.container
def test_orthanc_in_containers(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "orthanc.yaml", "--tag", "container")
    assert ran.status == 0, ran.output


@pytest.mark.slow
@pytest.mark.container
@pytest.mark.peer("dcmqrscp", "Orthanc")
def test_all_together(tmp_path: Path) -> None:
    names = ("quickstart.yaml", "offis-howto.yaml", "orthanc.yaml")
    ran = run_files(tmp_path, *(unhurried(tmp_path, name) for name in names))
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() == {RESERVED}


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp", "Orthanc")
def test_cancel(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "cancel.yaml")
    assert ran.status == 0, ran.output
    (originator,) = ran.with_verdict("warning")
    assert originator.startswith("cancel/cancel[pynetdicom]/")
    assert originator.endswith("/originator"), "its SCP names itself in the place of who asked for the C-MOVE"
    assert "fail" not in ran.verdicts().values()
    assert ran.rules_broken() == {RESERVED, "data-set-presence", "default-transfer-syntax", "failed-list"}


@pytest.mark.peer("dcmqrscp")
def test_retrieves_that_go_wrong(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "retrieve.yaml")
    assert ran.status == 0, ran.output
    assert "fail" not in ran.verdicts().values()
    assert ran.rules_broken() == {RESERVED}


@pytest.mark.slow
@pytest.mark.peer("storescp", "dcmrecv", "simple_storage")
def test_receivers(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "receivers.yaml")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() == set()


@pytest.mark.peer("dcmqrscp")
def test_stores(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "stores.yaml")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() == set()


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp", "Orthanc")
def test_negotiation(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "negotiation.yaml")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() == set()
    deviations = [text for step in ran.results["steps"] for a in step["associations"] for text in a["deviations"]]
    assert not any("maximum length" in text for text in deviations)


@pytest.mark.slow
@pytest.mark.peer("storescp", "dcmrecv", "Orthanc")
def test_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With certificates made as the documentation says."""
    (commands, _) = re.findall(r"```bash\n(.*?)```", (DOCS / "tls.md").read_text(), re.DOTALL)
    subprocess.run(["bash", "-e", "-c", commands], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    monkeypatch.setenv("TLS_FOLDER", str(tmp_path / "tls"))
    ran = run_files(tmp_path, SCENARIOS / "tls.yaml")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}


def test_the_peers_of_the_tls_page_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "tls"
    made.mkdir()
    make_certificates(made)
    monkeypatch.setenv("KEY_PASSPHRASE", PASSPHRASE)
    (block,) = re.findall(r"```yaml\n(local:.*?)```", (DOCS / "tls.md").read_text(), re.DOTALL)
    path = tmp_path / "example.yaml"
    path.write_text(f"version: 1\n{block}scenarios:\n  - {{id: one, peer: archive, steps: [{{echo: {{}}}}]}}\n")
    assert load_scenarios([path])


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp", "Orthanc")
def test_matching(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "matching.yaml")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() == set()


def test_archive_consistency(tmp_path: Path) -> None:
    """With the empty archive that stands in it; `test_relations.py` runs it on archives that hold something."""
    ran = run_files(tmp_path, SCENARIOS / "archive-consistency.yaml")
    assert ran.status == 5, ran.output
    assert set(ran.verdicts().values()) == {"skipped"}
    assert {check["reason"] for check in ran.results["checks"]} == {
        "the archive has no studies: there is nothing to compare"
    }
    assert ran.rules_broken() == set()


@pytest.mark.slow
@pytest.mark.timed
def test_load(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "load.yaml")
    assert ran.status == 0, ran.output
    # Where the machine is busy it is the tool that is at its limit, which it says.
    verdicts = {name: verdict for name, verdict in ran.verdicts().items() if not name.endswith("/own-share")}
    assert set(verdicts.values()) == {"pass"}
    assert ran.rules_broken() == set()
