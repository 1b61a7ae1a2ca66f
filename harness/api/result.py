"""What a run brought, for Python code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.reporting.console_text import scenario_lines, summary_lines
from harness.reporting.outline import ScenarioView, outline
from harness.reporting.text import printable
from harness.results.model import Check, PeerRecord, RunResult, Verdict
from harness.results.particulars import LeftBehind
from harness.results.rollup import ExitStatus, counts, exit_status
from harness.results.summary import needs_attention


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run. All texts in it are redacted as the reports are; `reports` are the files that were written.

    `seal` is what the bundle of evidence is known by, if one was written.
    """

    run: RunResult
    reports: Mapping[str, Path]
    seal: str = ""

    @property
    def exit_status(self) -> ExitStatus:
        """What `dicom-harness run` would have ended with."""
        return exit_status(self.run)

    @property
    def passed(self) -> bool:
        """Whether everything required passed, and something was executed."""
        return self.exit_status is ExitStatus.OK

    @property
    def checks(self) -> list[Check]:
        """Every check, in the order of execution."""
        return self.run.checks

    @property
    def problems(self) -> list[Check]:
        """The checks that somebody should look at, worst first: failures, errors, what was blocked, warnings."""
        return needs_attention(self.run)

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many checks have each verdict."""
        return counts(self.run)

    @property
    def scenarios(self) -> list[ScenarioView]:
        """The scenarios with their steps and checks, each with its verdict."""
        return outline(self.run)

    @property
    def peers(self) -> Mapping[str, PeerRecord]:
        """What is known of the peers, by name."""
        return self.run.peers

    @property
    def left_behind(self) -> list[LeftBehind]:
        """What the run wrote to peers that it did not start."""
        return self.run.left_behind

    @property
    def text(self) -> str:
        """The run as the console tells it."""
        lines = [line for view in self.scenarios for line in scenario_lines(view)]
        lines += summary_lines(self.run, self.reports)
        return "".join("".join(printable(text) for text, _ in line).rstrip() + "\n" for line in lines)
