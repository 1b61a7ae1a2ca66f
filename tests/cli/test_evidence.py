"""`--evidence` and `verify`: all there is of a run in one file, and whether it is still that."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from click.testing import CliRunner, Result

from harness.cli.main import cli
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from tests.support.runs import run_text

SCENARIO = """
    version: 1
    peers:
      bundled: {reference: {}}
    scenarios:
      - id: fails
        peer: bundled
        steps:
          - find: {keys: {PatientID: "1"}, store_query: true}
            expect: {count: 1}
      - id: passes
        peer: bundled
        steps:
          - associate: {user_identity: {username: me, passcode: hunter2}}
"""


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A bundle, and what the run printed."""
    folder = tmp_path_factory.mktemp("evidence")
    stale = folder / "reports" / "wire" / "stale.pcapng"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"of another run")
    bundle = folder / "evidence.zip"
    ran = run_text(folder, SCENARIO, "--evidence", str(bundle))
    assert ran.status == 1, ran.output
    return bundle, ran.output


def names_of(bundle: Path) -> set[str]:
    with ZipFile(bundle) as opened:
        return set(opened.namelist())


def test_it_holds_all_of_the_run_and_nothing_of_others(made: tuple[Path, str]) -> None:
    names = names_of(made[0])
    assert {"results.json", "junit.xml", "report.html", "summary.md", "left-behind.csv"} <= names
    assert {"scenarios/scenario.yaml", "versions.json", "SHA256SUMS"} <= names
    assert [name for name in names if name.startswith("wire/")] == ["wire/scenario_fails_1-1.pcapng"]
    assert [name for name in names if name.startswith("queries/")] == ["queries/scenario_fails_1.dcm"]


def test_it_holds_no_secret_and_names_the_versions(made: tuple[Path, str]) -> None:
    with ZipFile(made[0]) as bundle:
        assert all(b"hunter2" not in bundle.read(name) for name in bundle.namelist())
        assert b"passcode: <secret>" in bundle.read("scenarios/scenario.yaml")
        versions = json.loads(bundle.read("versions.json"))
    assert versions["tool"].startswith("dicom-harness ")
    assert versions["packages"]["pydicom"].startswith("3.")
    assert "OpenSSL" in versions["openssl"]
    assert versions["peers"]["bundled"]["implementation_version_name"].startswith("HARNESS_")


def test_sha256sum_reads_its_list(made: tuple[Path, str], tmp_path: Path) -> None:
    with ZipFile(made[0]) as bundle:
        bundle.extractall(tmp_path)
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True)


def test_an_intact_bundle_is_found_so(made: tuple[Path, str]) -> None:
    bundle, printed = made
    done = invoke("verify", bundle)
    assert done.exit_code == 0, done.output
    assert f"{len(names_of(bundle)) - 1} files unchanged" in done.output
    with ZipFile(bundle) as opened:
        seal = hashlib.sha256(opened.read("SHA256SUMS")).hexdigest()
    assert f"Seal: {seal}" in printed
    assert f"Seal: {seal}" in done.output
    assert invoke("verify", bundle, "--seal", seal.upper()).exit_code == 0
    other = invoke("verify", bundle, "--seal", "0" * 64)
    assert other.exit_code == 1
    assert "not the bundle that the run wrote" in other.output


def tampered(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with ZipFile(source) as bundle:
        members = {name: bundle.read(name) for name in bundle.namelist()}
    change(members)
    with ZipFile(target, "w", ZIP_DEFLATED) as bundle:
        for name, data in members.items():
            bundle.writestr(name, data)
    return target


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda members: members.update({"junit.xml": b"<all-is-well/>"}), "changed  junit.xml"),
        (lambda members: members.pop("report.html"), "missing  report.html"),
        (lambda members: members.update({"wire/planted.pcapng": b""}), "added    wire/planted.pcapng"),
        (lambda members: members.update({"../\x1b[2J": b""}), r"added    ../\x1b[2J"),
    ],
    ids=["changed", "missing", "added", "hostile name"],
)
def test_what_was_done_to_it_is_told(
    made: tuple[Path, str], tmp_path: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    done = invoke("verify", tampered(made[0], tmp_path / "t.zip", change))
    assert done.exit_code == 1, done.output
    assert said in done.output


def test_a_second_file_of_a_name_is_a_change(made: tuple[Path, str], tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    path.write_bytes(made[0].read_bytes())
    with pytest.warns(UserWarning, match="Duplicate"), ZipFile(path, "a") as bundle:
        bundle.writestr("junit.xml", b"<all-is-well/>")
    done = invoke("verify", path)
    assert done.exit_code == 1
    assert "changed  junit.xml" in done.output


def test_damaged_bytes_are_a_change(made: tuple[Path, str], tmp_path: Path) -> None:
    data = bytearray(made[0].read_bytes())
    with ZipFile(made[0]) as bundle:
        info = bundle.getinfo("report.html")
    data[info.header_offset + 200] ^= 0xFF
    path = tmp_path / "t.zip"
    path.write_bytes(data)
    done = invoke("verify", path)
    assert done.exit_code == 1
    assert "changed  report.html" in done.output


def _unlisted(members: dict[str, bytes]) -> None:
    del members["SHA256SUMS"]


def _garbled(members: dict[str, bytes]) -> None:
    members["SHA256SUMS"] = b"\xff these are no hashes"


@pytest.mark.parametrize("change", [_unlisted, _garbled], ids=["no list", "garbled list"])
def test_what_has_no_list_of_hashes_is_no_bundle(
    made: tuple[Path, str], tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    assert invoke("verify", tampered(made[0], tmp_path / "t.zip", change)).exit_code == 2


def test_what_is_no_zip_is_no_bundle(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    assert invoke("verify", path).exit_code == 2
    path.write_text("PK but no more")
    done = invoke("verify", path)
    assert done.exit_code == 2
    assert "no evidence bundle" in done.output


@pytest.mark.parametrize("name", ["there.zip", "no folder/e.zip"])
def test_evidence_is_not_written_over_and_needs_a_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "there.zip").write_text("older evidence")
    ran = run_text(tmp_path, SCENARIO, "--evidence", str(tmp_path / name))
    assert ran.status == 2
    assert "--evidence" in ran.output
    assert not ran.reports.exists()
    assert (tmp_path / "there.zip").read_text() == "older evidence"


def test_a_bundle_that_cannot_be_written_is_an_error_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.reporting.evidence.write_evidence", full)
    ran = run_text(tmp_path, SCENARIO, "--evidence", str(tmp_path / "e.zip"))
    assert ran.status == 4
    assert "could not be written: No space left on device" in ran.output


def test_conform_makes_evidence_without_a_folder_for_reports(tmp_path: Path) -> None:
    bundle = tmp_path / "conform.zip"
    with ReferenceSCP(ReferenceSettings()) as scp:
        done = invoke("conform", scp.address, "--only", "verification/", "--evidence", bundle)
    assert done.exit_code == 0, done.output
    assert "Report:" not in done.output
    assert invoke("verify", bundle).exit_code == 0
    assert "report.html" in names_of(bundle)


def test_addresses_are_masked_in_all_files_for_sharing(tmp_path: Path) -> None:
    settings = ReferenceSettings(host="127.0.0.2")
    bundle, peers = tmp_path / "shared.zip", tmp_path / "site.yaml"
    text = """
        version: 1
        scenarios:
          - {id: fails, peer: archive, steps: [{echo: {}, expect: {status: failure}}]}
    """
    with ReferenceSCP(settings) as scp:
        peers.write_text(f"version: 1\npeers: {{archive: {{address: 'REFERENCE@127.0.0.2:{scp.address.port}'}}}}\n")
        former = run_text(tmp_path, text, "--peers", str(peers))
        assert b"127.0.0.2" in (former.reports / "results.json").read_bytes()
        options = ("--redact-addresses", "--peers", str(peers), "--evidence", str(bundle))
        ran = run_text(tmp_path, text, *options, "--compare-with", str(former.reports))
    assert ran.status == 1, ran.output
    assert ran.results["peers"]["archive"]["address"] == f"REFERENCE@host-1:{scp.address.port}"
    with ZipFile(bundle) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    assert f"REFERENCE@host-1:{scp.address.port}".encode() in members["peers/site.yaml"]
    assert any(name.endswith(".pcapng") for name in members)
    for name, data in members.items():
        assert b"127.0.0.2" not in data, name
        assert bytes([127, 0, 0, 2]) not in data, name


def test_an_interrupted_run_leaves_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("harness.engine.scenario_run.ScenarioRun.execute", interrupted)
    bundle = tmp_path / "e.zip"
    ran = run_text(tmp_path, SCENARIO, "--evidence", str(bundle))
    assert ran.status == 130
    assert invoke("verify", bundle).exit_code == 0
