"""Runs of scenario text through the command line in this process, and what came of them."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from harness.cli.main import cli

LINT = "/lint/"
"""In the ids of checks that the wire lint made."""


@dataclass
class Ran:
    """One finished run: exit status, console text, report folder."""

    status: int
    output: str
    reports: Path

    @property
    def results(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.reports / "results.json").read_text())
        return loaded

    def verdicts(self) -> dict[str, str]:
        """Verdict of each check by id, without what the wire lint found."""
        return {check["id"]: check["verdict"] for check in self.results["checks"] if LINT not in check["id"]}

    def linted(self) -> dict[str, set[str]]:
        """Names of the rules that were broken, by id of the step; those that we broke are named `ours/…`."""
        found: dict[str, set[str]] = {}
        for check in self.results["checks"]:
            step, lint, rule = check["id"].partition(LINT)
            if lint:
                found.setdefault(step, set()).add(rule)
        return found

    def rules_broken(self) -> set[str]:
        """Names of all rules of the lint that were broken in the run."""
        return set().union(*self.linted().values())

    def with_verdict(self, verdict: str) -> list[str]:
        return [identifier for identifier, found in self.verdicts().items() if found == verdict]

    def check(self, ending: str) -> dict[str, Any]:
        """The one check whose id ends so."""
        (found,) = [check for check in self.results["checks"] if check["id"].endswith(ending)]
        assert isinstance(found, dict)
        return found


def run_text(folder: Path, text: str, *options: str) -> Ran:
    """Run a scenario file with this text."""
    path = folder / "scenario.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return run_files(folder, path, *options)


def run_files(folder: Path, *arguments: object) -> Ran:
    reports = folder / "reports"
    done = CliRunner().invoke(cli, ["run", "--report-dir", str(reports), *map(str, arguments)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Ran(done.exit_code, done.output, reports)
