"""Puts a fault through `diagnose` and through `run`, and says what they made of it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.fault import NOTHING_WRONG, Fault, Target, Way

OURS = "from harness.cli.start import main; main()"
SECONDS = 300
"""Far beyond every deadline of ours; a command that takes longer hangs."""
LADDER, ANSWER = 10, 4
"""Seconds that the whole of `diagnose` has, and each answer in a `run`, by the patience of one."""


@dataclass(frozen=True)
class Found:
    """The diagnosis that a command gave: its code and those that it does not rule out.

    `complaint` is what is wrong with the way in which it was said, empty when nothing is.
    """

    code: str
    others: tuple[str, ...] = ()
    complaint: str = ""

    def is_right(self, fault: Fault) -> bool:
        """Whether this is what the label says."""
        return self.code == fault.code and set(fault.others) <= set(self.others) and not self.complaint


def judge(fault: Fault, folder: Path, patience: int = 1) -> dict[Way, Found]:
    """Start the fault and ask each way about it; with more patience all deadlines are as many times as long."""
    asked = {Way.DIAGNOSE: _diagnose, Way.RUN: _run}
    (folder / "fault").mkdir(parents=True)
    with fault.start(folder / "fault") as target:
        return {way: asked[way](target, folder, patience) for way in fault.ways}


def judge_again(fault: Fault, folder: Path) -> dict[Way, Found]:
    """As `judge`; when an answer is wrong the fault is made once more, and asked about with more patience.

    A machine that stands still for a second makes peers silent that are not, and slow what is not.
    """
    found = judge(fault, folder / "first")
    if all(one.is_right(fault) for one in found.values()):
        return found
    return judge(fault, folder / "again", patience=3)


def _diagnose(target: Target, folder: Path, patience: int) -> Found:
    deadline = ("--timeout", f"{LADDER * patience} s")
    words = ["diagnose", target.address, "--json", *deadline, "--calling", target.calling, *target.options]
    done = _command(target, words, folder)
    if done.returncode not in (0, 1):
        return Found("", complaint=f"exit status {done.returncode}: {done.stderr}")
    said = json.loads(done.stdout)
    if said["diagnosis"] is None:
        return Found(said["code"])
    return Found(said["code"], tuple(said["diagnosis"]["others"]))


def _run(target: Target, folder: Path, patience: int) -> Found:
    path = folder / "fault.yaml"
    path.write_text(json.dumps(_scenario(target, patience), indent=1), encoding="utf-8")
    reports = folder / "reports"
    done = _command(target, ["run", path, "--report-dir", reports, "--allow-writes", "peer"], folder)
    if done.returncode not in (0, 1):
        return Found("", complaint=f"exit status {done.returncode}: {done.stdout}{done.stderr}")
    checks = json.loads((reports / "results.json").read_text(encoding="utf-8"))["checks"]
    diagnoses = {check["diagnosis"]["code"]: check["diagnosis"] for check in checks if check["diagnosis"]}
    if not diagnoses:
        return Found(NOTHING_WRONG)
    code, *more = diagnoses
    complaint = f"further diagnoses {', '.join(more)}" if more else _missing(code, done.stdout, reports)
    return Found(code, tuple(diagnoses[code]["others"]), complaint)


def _missing(code: str, console: str, reports: Path) -> str:
    """Where the code is not said, of all that a run writes for people."""
    texts = {"console": console}
    texts |= {name: (reports / name).read_text(encoding="utf-8") for name in ("junit.xml", "report.html", "summary.md")}
    return ", ".join(f"the code is not in {name}" for name, text in texts.items() if code not in text)


def _scenario(target: Target, patience: int) -> dict[str, Any]:
    timeouts = dict.fromkeys(("connect", "association", "response"), f"{ANSWER * patience} s")
    peer = {"address": str(target.address), "environment": "test", "timeouts": timeouts, **target.peer}
    scenario = {"id": "fault", "name": "A fault of the lab", "peer": "peer", "steps": list(target.steps)}
    return {
        "version": 1,
        "name": "A fault of the lab",
        "local": {"ae_title": target.calling, **target.local},
        "peers": {"peer": peer},
        "scenarios": [scenario],
    }


def _command(target: Target, words: list[object], folder: Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, in the surroundings of the fault."""
    command = [sys.executable, "-c", OURS, *map(str, words)]
    if target.shell:
        script = "\n".join(("set -e", "ip link set lo up", *target.shell, 'exec "$@"'))
        command = ["unshare", "--user", "--map-root-user", "--net", "--mount", "sh", "-c", script, "sh", *command]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, cwd=folder)
