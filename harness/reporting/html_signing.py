"""What a person signs: what was tested, how binding it was, what is accepted although it fails, what nobody tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.reporting.outline import ScenarioView
from harness.reporting.text import number_of
from harness.results.left_behind import objects_in
from harness.results.model import Check, Level, RunResult, Verdict
from harness.results.rollup import effective


@dataclass(frozen=True, slots=True)
class FileScope:
    """A scenario file (or group of conformance cases) with its scenarios in short."""

    name: str
    scenarios: int
    checks: int


def scope(scenarios: Sequence[ScenarioView]) -> list[FileScope]:
    """What was carried out, by file."""
    by_file: dict[str, list[ScenarioView]] = {}
    for view in scenarios:
        by_file.setdefault(view.scenario.id.partition("/")[0], []).append(view)
    return [
        FileScope(name, len(views), sum(len(step.checks) for view in views for step in view.steps))
        for name, views in by_file.items()
    ]


def level_counts(result: RunResult) -> dict[Level, dict[Verdict, int]]:
    """How many checks of each requirement level have each verdict; levels without checks are left out."""
    counted: dict[Level, dict[Verdict, int]] = {}
    for level in Level:
        checks = [check for check in result.checks if check.level is level]
        if checks:
            counted[level] = {
                verdict: sum(effective(check, strict=result.strict) is verdict for check in checks)
                for verdict in Verdict
            }
    return counted


def accepted_deviations(result: RunResult) -> list[Check]:
    """The checks that failed as somebody has accepted for a while."""
    return [check for check in result.checks if check.expected_failure]


def attestations(result: RunResult) -> list[str]:
    """What only a person can check, before the run may be taken for more than it is."""
    asked = [f"The peers above are the systems meant, in the configuration that will be used: {_names(result)}."]
    asked += result.attestations
    for peer in dict.fromkeys(left.peer for left in result.left_behind):
        number = objects_in(left for left in result.left_behind if left.peer == peer)
        asked.append(f"What the run left behind on {peer} ({number_of(number, 'object')}) was removed, or may stay.")
    return asked


def _names(result: RunResult) -> str:
    return ", ".join(peer.address or peer.name for peer in result.peers.values()) or "none"
