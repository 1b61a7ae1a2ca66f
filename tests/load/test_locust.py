"""Locust with DICOM users: one master, two workers, one peer; and what it refuses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness.observe.ending import EndingKind
from harness.observe.trace import Trace
from harness.peers.ports import free_port
from harness.proxy.relay import Proxy
from harness.proxy.schedule import always, arming
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from tests.support.accepting import accepting
from tests.support.misbehaving import silent

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "load.md").read_text()
LOCUST = (sys.executable, "-m", "locust")
END = """

import json
from pathlib import Path

import gevent
from locust import events, runners

runners.HEARTBEAT_LIVENESS = 60  # seconds for which a busy machine may keep a worker from telling that it lives


@events.init.add_listener
def watch(environment, **_):
    def counted():
        entries = environment.stats.entries.items()
        return {name: (one.num_requests, one.num_failures) for (name, _), one in entries if one.num_requests}

    def end_soon():
        while not WANTED <= counted().keys():
            gevent.sleep(0.1)
        environment.runner.quit()

    def tell(**_):
        Path("told.json").write_text(json.dumps(counted()))

    if not isinstance(environment.runner, runners.WorkerRunner):
        environment.events.quit.add_listener(tell)
        gevent.spawn(end_soon)
"""
"""Behind the example: a busy machine takes its time until the first users begin, so no run-time is right.

What Locust counted is told at its very end: its CSV is written once in a second, by workers too.
"""


def locustfile(folder: Path, *wanted: str) -> Path:
    """The example of the page; the run ends soon after Locust has counted requests with these names."""
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    path = folder / "locustfile.py"
    path.write_text(example + (END.replace("WANTED", repr(set(wanted))) if wanted else ""))
    return path


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    command = (*LOCUST, "-f", str(folder / "locustfile.py"), "--headless", *words)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def ended(process: subprocess.Popen[str], seconds: float = 180) -> str:
    try:
        return process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        pytest.fail(f"it did not end: {process.communicate()[0]}")


def counted(folder: Path) -> dict[str, tuple[int, int]]:
    """How many requests there were of each name, and how many of them failed."""
    told = json.loads((folder / "told.json").read_text())
    return {name: (requests, failures) for name, (requests, failures) in told.items()}


def test_a_master_and_two_workers(tmp_path: Path) -> None:
    locustfile(tmp_path, "echo", "store", "find")
    port = str(free_port())
    with ReferenceSCP(ReferenceSettings()) as scp, ExitStack() as stack:
        load = ("--users", "4", "--spawn-rate", "4", "--host", str(scp.address))
        distributed = (
            "--master",
            "--expect-workers",
            "2",
            "--master-bind-port",
            port,
            "--master-bind-host",
            "127.0.0.1",
        )
        master = started(tmp_path, *distributed, *load)
        stack.callback(ended, master)
        workers = [started(tmp_path, "--worker", "--master-host", "127.0.0.1", "--master-port", port) for _ in range(2)]
        for worker in workers:
            stack.callback(ended, worker)
        said = ended(master)
        assert master.returncode == 0, said
        for worker in workers:
            assert "Traceback" not in ended(worker)
    told = counted(tmp_path)
    assert 2 <= told["association"][0] <= 4
    for name in ("echo", "store", "find"):
        requests, failures = told[name]
        assert requests > 0, said
        assert failures == 0, said


def test_what_fails_is_told(tmp_path: Path) -> None:
    locustfile(tmp_path, "association")
    nobody = f"PEER@127.0.0.1:{free_port()}"
    said = ended(started(tmp_path, "--users", "1", "--host", nobody))
    assert "connection refused" in said
    assert counted(tmp_path)["association"][1] > 0
    assert "echo" not in counted(tmp_path)


def test_only_peers_for_tests(tmp_path: Path) -> None:
    path = locustfile(tmp_path)
    path.write_text(path.read_text().replace('peer_environment = "test"', 'peer_environment = "production"'))
    with ReferenceSCP(ReferenceSettings()) as scp:
        said = ended(started(tmp_path, "--users", "1", "--run-time", "8s", "--host", str(scp.address)))
        assert "load is for peers that are there for tests" in said
        assert "echo" not in said


def test_the_associations_are_linted(tmp_path: Path) -> None:
    locustfile(tmp_path, "echo")
    too_long = arming(always(["ac-version-name-too-long"]))
    with ReferenceSCP(ReferenceSettings()) as scp, Proxy("127.0.0.1", scp.address.port, arm=too_long) as proxy:
        broken = f"{scp.address.ae_title}@127.0.0.1:{proxy.port}"
        said = ended(started(tmp_path, "--users", "2", "--host", broken))
    assert said.count("the peer breaks lint/version-name") == 1, said
    assert counted(tmp_path)["association"][1] == 0


def test_an_operation_that_is_cut_short_ends_in_an_abort(tmp_path: Path) -> None:
    """A release is for an association on which no answer is due."""
    locustfile(tmp_path, "association")
    traces: list[Trace] = []
    with accepting(silent, finished=traces.append) as address:
        said = ended(started(tmp_path, "--users", "1", "--host", str(address)))
    assert "lint/" not in said
    assert {trace.ending.kind for trace in traces if trace.ending} == {EndingKind.ABORTED}


def test_nobody_is_accused_who_is_right(tmp_path: Path) -> None:
    locustfile(tmp_path, "echo")
    with ReferenceSCP(ReferenceSettings()) as scp:
        said = ended(started(tmp_path, "--users", "2", "--host", str(scp.address)))
    assert "lint/" not in said
    assert counted(tmp_path)["echo"][0] > 0
