"""Fixtures for tests that are written in Python, and sessions with several workers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from harness.api import Peer
from harness.errors import PeerStartError
from harness.pytest_plugin.alone import alone_with
from harness.standard.ae import AEAddress
from tests.support.plugin import run_pytest

pytest_plugins = ["pytester"]

CHECKS = """\
version: 1
peers: {archive: {address: "NOBODY@127.0.0.1:1"}}
scenarios:
  - {id: answers, peer: archive, steps: [{echo: {}}]}
  - {id: moves, peer: archive, steps: [
      {store: {generate: {modality: CT, instances: 2}}, save: {study: "stored.studies[0].StudyInstanceUID"}},
      {move: {level: STUDY, keys: {StudyInstanceUID: "${study}"}, destination: local}}]}
"""


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    (pytester.path / "checks").mkdir()
    (pytester.path / "checks" / "site.yaml").write_text(CHECKS, encoding="utf-8")
    return pytester.path


def test_the_reference_scp_takes_the_place_of_a_peer(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(
        """
        def test_passes(reference_scp, harness_run, tmp_path):
            result = harness_run("checks/site.yaml", peers={"archive": reference_scp})
            assert result.passed and (tmp_path / "dicom-reports" / "report.html").is_file()
            found = reference_scp.step("find", {"level": "STUDY", "keys": {"PatientID": "*"}}, expect={"count": 1})
            assert found.passed

        def test_is_empty(reference_scp, harness_run):
            harness_run(text="version: 1\\nscenarios: [{id: a, peer: p, steps: [{find: {level: STUDY, keys: "
                "{PatientID: '*'}}, expect: {count: 1}}]}]", peers={"p": reference_scp})

        def test_tells(reference_scp, harness_run):
            assert not harness_run("checks", only=["answers"], check=False).passed

        def test_says_what_is_not_there(harness_run):
            harness_run("checks", "nothing.yaml")
        """
    )
    ran = run_pytest(pytester, "test_the_reference_scp_takes_the_place_of_a_peer.py")
    ran.assert_outcomes(passed=2, failed=2)
    ran.stdout.fnmatch_lines(["      observed  0 matches", "1 of 2 checks failed.", "*there is no file or folder*"])


def test_a_given_peer(pytester: pytest.Pytester, folder: Path) -> None:
    pytester.makepyfile(
        """
        import pytest

        def test_any(dicom_peer):
            assert str(dicom_peer.address) == "A@127.0.0.1:1" and not dicom_peer.echo().passed

        @pytest.mark.dicom_peer("other")
        def test_other(dicom_peer):
            assert str(dicom_peer.address) == "B@127.0.0.1:2"

        def test_of_the_command_line(harness_run):
            result = harness_run("checks/site.yaml", check=False, only=["answers"])
            assert result.peers["archive"].address == "A@127.0.0.1:1"
        """
    )
    module = "test_a_given_peer.py"
    first, second = "--dicom-peer=archive=A@127.0.0.1:1", "--dicom-peer=other=B@127.0.0.1:2"
    ran = run_pytest(pytester, "-k", "any or other", module)
    ran.assert_outcomes(skipped=2, deselected=1)
    ran.stdout.fnmatch_lines(["SKIPPED*needs --dicom-peer NAME=AE@HOST:PORT", "SKIPPED*needs --dicom-peer other=*"])
    run_pytest(pytester, module, "checks", first, "-k", "any or command").assert_outcomes(passed=2, deselected=3)
    ran = run_pytest(pytester, module, "checks", first, second, "-k", "any or other")
    ran.assert_outcomes(errors=1, passed=1, deselected=3)
    ran.stdout.fnmatch_lines(["*several peers were given*"])


def test_a_given_peer_is_whichever_a_test_is_to_have(pytester: pytest.Pytester) -> None:
    """Unless files are run, too, of which a mistyped name would leave the peer as it is."""
    alone = "def test_it(dicom_peer): assert dicom_peer.address.ae_title == 'A'\n"
    pytester.makepyfile(test_alone=alone, test_with_files=alone + "def test_file(harness_run): pass\n")
    given = "--dicom-peer=pacs=A@127.0.0.1:1"
    run_pytest(pytester, "test_alone.py", given).assert_outcomes(passed=1)
    ran = run_pytest(pytester, "test_with_files.py", given)
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["*no test has the marker dicom_peer('pacs'), which says that it is meant"])


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp", "Orthanc")
def test_installed_servers(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from harness import PeerStartError

        def test_dcmqrscp(dcmqrscp):
            assert dcmqrscp.echo().passed and dcmqrscp.address.ae_title == "DCMQRSCP"

        def test_orthanc(orthanc):
            assert orthanc.step("store", {"generate": {"modality": "CT"}}).passed
            assert orthanc.step("move", {"level": "STUDY", "keys": {"PatientID": "*"}}).exit_status == 1
        """
    )
    run_pytest(pytester).assert_outcomes(passed=2)


def test_orthanc_neither_here_nor_in_a_container(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing must not look like a skip."""

    def missing(peer: Peer) -> Peer:
        raise PeerStartError(f"no {peer.spec.kind}")

    monkeypatch.setattr(Peer, "start", missing)
    pytester.makepyfile("def test_it(orthanc): pass")
    ran = run_pytest(pytester)
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*no process; and in a container: no container"])


@pytest.mark.slow
def test_scenarios_of_one_peer_stay_with_one_worker(pytester: pytest.Pytester, folder: Path) -> None:
    (folder / "checks" / "other.yaml").write_text(CHECKS, encoding="utf-8")
    own = CHECKS.replace('address: "NOBODY@127.0.0.1:1"', "reference: {}").replace("archive", "bundled")
    (folder / "checks" / "own.yaml").write_text(own, encoding="utf-8")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.dicom_peer("archive")
        def test_it(dicom_peer): assert not dicom_peer.echo().passed
        """
    )
    options = ("-p", "xdist", "-p", "harness.pytest_plugin", "-n", "2", "--dist", "loadgroup", "-v")
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *options,
            "--dicom-peer",
            "archive=A@127.0.0.1:1",
            "--dicom-report-dir",
            "out",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=environment(),
    )
    found = re.findall(r"^\[(gw\d)\].*(PASSED|FAILED|SKIPPED) (\S+)", ran.stdout, re.MULTILINE)
    worker = {name.partition("@")[0]: worker for worker, _, name in found}
    outcome = {name.partition("@")[0]: outcome for _, outcome, name in found}
    assert len(worker) == 7, ran.stdout
    together = {worker[name] for name in worker if "site.yaml" in name or "other.yaml" in name}
    assert len(together) == 1, ran.stdout
    assert worker["checks/own.yaml::answers"] == worker["checks/own.yaml::moves"]
    assert set(worker.values()) == {"gw0", "gw1"}
    assert sorted(outcome.values()) == ["FAILED"] * 2 + ["PASSED"] * 3 + ["SKIPPED"] * 2
    assert {path.parent.name for path in folder.glob("out/*/results.json")} == {"gw0", "gw1"}


def test_one_worker_at_a_time_talks_to_a_peer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", tmp_path.name)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    here, there = AEAddress("A", "127.0.0.1", 104), AEAddress("B", "127.0.0.1", 105)
    talking: list[int] = []
    most = []

    def talk(first: AEAddress, second: AEAddress) -> None:
        for _ in range(50):
            with alone_with([first, second]):
                talking.append(1)
                most.append(len(talking))
                talking.pop()

    threads = [threading.Thread(target=talk, args=order) for order in ((here, there), (there, here))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert most == [1] * 100
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_other_suites_are_not_slowed_down(pytester: pytest.Pytester) -> None:
    """Nothing of the harness is imported but the hooks, and nothing of pytest's own choice is changed."""
    pytester.makepyfile(
        """
        import sys

        def test_it():
            loaded = {name for name in sys.modules if name.startswith("harness")}
            assert loaded == {"harness", *("harness.pytest_plugin" + name for name in ("", ".options", ".recognition"))}
            assert not {"pydicom", "pydantic", "yaml", "click"} & set(sys.modules)
        """
    )
    (pytester.path / "compose.yaml").write_text("version: 1\nservices: {scenarios: x}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "harness.pytest_plugin", "-q"],
        cwd=pytester.path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=environment(),
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("\n") == 2, done.stdout


@pytest.mark.slow
def test_our_own_tests_have_no_scenario_files_among_them() -> None:
    """Those in folders of tests are input, many with mistakes; the plugin is there wherever we are installed."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "harness.pytest_plugin",
            "--collect-only",
            "-q",
            "tests/scenario/golden",
        ],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=environment(),
    )
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout + done.stderr


def environment() -> dict[str, str]:
    """One in which this checkout is found, and only the plugins are there that are named."""
    root = str(Path(__file__).parents[2])
    return {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": root, "COLUMNS": "200"}
