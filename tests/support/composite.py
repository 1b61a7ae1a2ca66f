"""Carries out the steps of a composite action of GitHub as its runner does, as far as that needs no GitHub."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


@dataclass
class Job:
    """What a job leaves: its status, what the steps wrote to the runner's files, and what others were used for."""

    status: int = 0
    output: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    used: dict[str, dict[str, str]] = field(default_factory=dict)


def run_action(
    action: Path,
    inputs: Mapping[str, str],
    workspace: Path,
    temp: Path,
    environment: Mapping[str, str],
    *,
    done: tuple[str, ...] = (),
) -> Job:
    """Run the steps until one fails; then only those that always run. Those that are `done` already are left out."""
    described: dict[str, Any] = yaml.safe_load(action.read_text(encoding="utf-8"))
    assert described["runs"]["using"] == "composite"
    unknown = set(inputs) - set(described["inputs"])
    assert not unknown, unknown
    given = {name: str(inputs.get(name, entry.get("default", ""))) for name, entry in described["inputs"].items()}
    files = {name: temp / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("", encoding="utf-8")
    runner = {"GITHUB_ACTION_PATH": str(action.parent), "RUNNER_TEMP": str(temp)}
    runner |= {name: str(file) for name, file in files.items()}
    job = Job()
    for step in described["runs"]["steps"]:
        if step["name"] in done:
            continue
        if job.status and "always()" not in step.get("if", ""):
            continue
        if "uses" in step:
            job.used[step["uses"]] = {key: _filled(str(value), given) for key, value in step["with"].items()}
            continue
        own = {name: _filled(value, given) for name, value in step.get("env", {}).items()}
        # What comes from outside reaches a script by its environment only, where it cannot become a command.
        assert not _EXPRESSION.search(step["run"])
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=workspace,
            env={**os.environ, **runner, **own, **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        job.status = job.status or ran.returncode
        job.output += ran.stdout + ran.stderr
    job.outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines())
    job.summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
    return job


def _filled(text: str, inputs: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        kind, _, name = found[1].partition(".")
        assert kind == "inputs", found[0]
        return inputs[name]

    return _EXPRESSION.sub(value, text)
