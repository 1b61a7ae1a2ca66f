"""Watching: what is told, metrics that others read, a bounded history, and an end that leaves nothing."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE

import pytest
from click.testing import CliRunner, Result
from junitparser import JUnitXml
from prometheus_client import parser as prometheus
from prometheus_client.openmetrics import parser as openmetrics

from harness import ExitStatus, Peer
from harness.cli.main import cli
from harness.reporting.metrics import metrics_text
from harness.reporting.watch_text import change_line, first_lines
from harness.results.begin import new_result
from harness.results.model import Check, Level, RunResult, ScenarioRecord, StepResult, Verdict
from harness.results.states import States
from harness.results.store import load_results
from tests.support.servers import listener, mute

TEXT = """\
version: 1
peers: {archive: {address: "%s"}}
scenarios:
  - {id: answers, peer: archive, tags: [smoke], steps: [{echo: {}}]}
  - {id: is-written-to, peer: archive, steps: [{store: {generate: {modality: CT}}}]}
"""
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def run_of(verdict: Verdict, reason: str = "") -> RunResult:
    run = new_result("watch")
    check = Check("f/a/1/status", "f/a", "f/a/1", "archive", Level.REQUIRED, verdict, "success", "refused", reason)
    run.scenarios.append(ScenarioRecord("f/a", "A", "archive"))
    run.steps.append(StepResult("f/a/1", "f/a", "echo", "echo", "archive", (check,), seconds=0.25))
    return run


def test_only_changes_are_told() -> None:
    states = States()
    told = []
    for minute, verdict in enumerate((Verdict.PASS, Verdict.PASS, Verdict.FAIL, Verdict.FAIL, Verdict.PASS)):
        when = NOON + timedelta(minutes=minute)
        changes = states.take(run_of(verdict), when)
        told += [change_line(change, when) for change in changes] if minute else []
    assert told == [
        "2026-11-21 12:02:00 UTC  f/a: pass -> fail: expected success; observed refused, pass for 2 min 0 s",
        "2026-11-21 12:04:00 UTC  f/a: fail -> pass, fail for 2 min 0 s",
    ]
    state = states.by_scenario["f/a"]
    assert (state.runs, state.failures, state.since) == (5, 2, NOON + timedelta(minutes=4))


def test_the_beginning_tells_what_does_not_pass() -> None:
    states = States()
    states.take(run_of(Verdict.BLOCKED, "step 1 failed"), NOON)
    assert list(first_lines(states.by_scenario.values(), NOON, "60 s")) == [
        "2026-11-21 12:00:00 UTC  0 of 1 scenario passed; again every 60 s, and only changes are told",
        "2026-11-21 12:00:00 UTC  f/a: blocked: step 1 failed",
    ]
    (change,) = States().take(run_of(Verdict.PASS), NOON)
    assert change_line(change, NOON) == "2026-11-21 12:00:00 UTC  f/a: new -> pass"


def samples(text: str) -> dict[tuple[str, str, str], float]:
    """Name, scenario and verdict of each sample, as Prometheus reads them."""
    return {
        (sample.name, sample.labels.get("scenario", ""), sample.labels.get("verdict", "")): sample.value
        for family in openmetrics.text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
        for sample in family.samples
    }


def test_metrics_are_read_by_prometheus() -> None:
    states = States()
    run = run_of(Verdict.FAIL)
    run.scenarios[0] = ScenarioRecord("f/a", "A", 'arch"i\\ve')
    states.take(run, NOON)
    text = metrics_text(states.by_scenario.values(), NOON, ExitStatus.FAILED, 3, "dicom-harness 1")
    found = samples(text)
    assert found["dicom_harness_scenario_passed", "f/a", ""] == 0
    assert found["dicom_harness_scenario_verdict", "f/a", "fail"] == 1
    assert found["dicom_harness_scenario_verdict", "f/a", "pass"] == 0
    assert found["dicom_harness_scenario_seconds", "f/a", ""] == 0.25
    assert found["dicom_harness_scenario_failures", "f/a", ""] == 1
    assert found["dicom_harness_exit_status", "", ""] == 1
    assert found["dicom_harness_runs", "", ""] == 3
    assert found["dicom_harness_last_run_timestamp_seconds", "", ""] == NOON.timestamp()
    assert 'peer="arch\\"i\\\\ve"' in text
    # A textfile collector reads the older format.
    assert len(list(prometheus.text_string_to_metric_families(text))) == text.count("# TYPE")
    assert samples(metrics_text([], None, None, 0, "dicom-harness 1"))["dicom_harness_runs", "", ""] == 0


def watch(*options: object) -> Result:
    return CliRunner().invoke(cli, ["watch", *map(str, options)])


def test_history_is_bounded_and_textfiles_stay_after_the_last_run(tmp_path: Path) -> None:
    path, history, textfile = tmp_path / "site.yaml", tmp_path / "history", tmp_path / "dicom.prom"
    for name in ("watch-20200101-000000", "watch-20200101-000001-2", "of-another"):
        (history / name).mkdir(parents=True)
    with Peer(reference={}) as archive:
        path.write_text(TEXT % archive.address, encoding="utf-8")
        done = watch(path, "--times", 1, "--history", history, "--keep", 2, "--textfile", textfile)
    assert done.exit_code == 0, done.output
    kept = sorted(entry.name for entry in history.iterdir())
    assert kept[:2] == ["of-another", "watch-20200101-000001-2"]
    assert len(kept) == 3
    assert (history / kept[2] / "report.html").is_file()
    assert samples(textfile.read_text(encoding="utf-8"))["dicom_harness_scenario_passed", "site/answers", ""] == 1
    assert "site/is-written-to: skipped: `archive` is unspecified: writing to it needs" in done.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--every", "soon"), "--every: `soon` is not a duration"),
        (("--every", "10 ms"), "too often; at least 1 s"),
        (("--only", "nothing"), "no scenario fits --only nothing"),
        (("--exclude", "*"), "no scenario is selected"),
        (("--peer", "archiv=A@h:1"), "did you mean `archive`"),
        (("--times", "1", "--only", "answers", "--textfile", "/nowhere/x.prom"), "/nowhere/x.prom cannot be written"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(TEXT % "ARCHIVE@127.0.0.1:1", encoding="utf-8")
    done = watch(path, *options)
    assert done.exit_code == ExitStatus.USAGE
    assert words in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_peer_that_goes_is_told_and_ctrl_c_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    path, textfile = tmp_path / "site.yaml", tmp_path / "metrics" / "dicom.prom"
    textfile.parent.mkdir()
    archive = Peer(reference={}).start()
    path.write_text(TEXT % archive.address, encoding="utf-8")
    command = [sys.executable, "-c", "from harness.cli.start import main; main()", "watch", str(path)]
    options = ["--tag", "smoke", "--every", "1 s", "--metrics-port", "0", "--textfile", str(textfile)]
    with subprocess.Popen([*command, *options], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        deadline = threading.Timer(120, process.kill)
        deadline.start()
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            assert "1 of 1 scenario passed; again every 1 s" in process.stdout.readline()
            with urllib.request.urlopen(url, timeout=30) as answer:
                assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
                assert samples(answer.read().decode())["dicom_harness_scenario_passed", "site/answers", ""] == 1
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(url.replace("metrics", "other"), timeout=30)
            archive.stop()
            assert "site/answers: pass -> fail: expected success" in process.stdout.readline()
            assert textfile.is_file()
            process.send_signal(number)
            rest, _ = process.communicate(timeout=60)
        finally:
            deadline.cancel()
            archive.stop()
            process.kill()
    assert (process.returncode, rest) == (130, "")
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["metrics", "site.yaml"]


IN_THE_MIDDLE = """\
version: 1
peers:
  archive: {{address: "{archive}"}}
  silent: {{address: "SILENT@127.0.0.1:{port}", timeouts: {{association: 10 min}}}}
scenarios:
  - {{id: answers, peer: archive, steps: [{{echo: {{}}}}]}}
  - {{id: hangs, peer: silent, steps: [{{echo: {{}}}}]}}
  - {{id: never-came, peer: archive, steps: [{{echo: {{}}}}]}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_in_the_middle_of_a_run_keeps_what_was_found(tmp_path: Path, number: signal.Signals) -> None:
    """While a peer says nothing for minutes: the reports are whole, and say how far the run came."""
    path, history, textfile = tmp_path / "site.yaml", tmp_path / "history", tmp_path / "dicom.prom"
    asked = threading.Event()

    def hang(connection: socket.socket) -> None:
        asked.set()
        mute(connection)

    with Peer(reference={}) as archive, listener(hang) as port:
        path.write_text(IN_THE_MIDDLE.format(archive=archive.address, port=port), encoding="utf-8")
        command = [sys.executable, "-c", "from harness.cli.start import main; main()", "watch", str(path)]
        command += ["--history", str(history), "--textfile", str(textfile)]
        with subprocess.Popen(command, cwd=tmp_path, stdout=PIPE, stderr=PIPE, text=True) as process:
            try:
                assert asked.wait(120)
                process.send_signal(number)
                told = process.communicate(timeout=120)
            finally:
                process.kill()
    assert (process.returncode, told) == (ExitStatus.INTERRUPTED, ("", ""))
    assert not textfile.exists()
    (folder,) = history.iterdir()
    run = load_results(folder)
    assert run.interrupted
    assert {check.id: check.verdict for check in run.checks}["site/answers/1/status"] is Verdict.PASS
    assert not [check.id for check in run.checks if "never-came" in check.id]
    junit = JUnitXml.fromfile(str(folder / "junit.xml"))
    assert (junit.errors, junit.failures) == (1, 0)
    assert all("interrupted" in (folder / name).read_text(encoding="utf-8") for name in ("summary.md", "report.html"))
    assert [entry.name for entry in folder.iterdir() if entry.name.startswith(".")] == []


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    with Peer(reference={}) as archive:
        path.write_text(TEXT % archive.address, encoding="utf-8")
        done = watch(path, "--metrics-port", archive.address.port)
    assert done.exit_code == ExitStatus.USAGE
    assert done.stderr.startswith("--metrics-port: ")
