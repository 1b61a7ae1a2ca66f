"""What `probe` does with policies: read one, hold what was found against it, write one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.checks.acceptance import Drift
    from harness.observe.probe import Probe
    from harness.scenario.acceptance import PolicySpec


def policy_of(given: dict[str, Any]) -> PolicySpec | None:
    """The policy to compare with. Raises `UsageError`, `ScenarioError`."""
    if given["save"] is not None and given["save"].exists():
        raise UsageError(f"--save: {given['save']} is there already, and may hold what somebody wrote")
    if given["add_new"] and (given["against"] is None or is_table(given["against"])):
        raise UsageError("--add-new needs --against with a policy in YAML")
    statement = given["statement"]
    if statement is not None and not is_table(statement) and statement.suffix.lower() != ".md":
        raise UsageError(f"--conformance-statement: {statement} ends neither in .csv nor in .md")
    if given["against"] is None:
        return None
    from harness.scenario.acceptance_file import read_acceptance

    return read_acceptance(given["against"])


def is_table(path: Path) -> bool:
    """Whether a file holds a table of presentation contexts, going by its name."""
    return path.suffix.lower() == ".csv"


def with_named(
    names: Sequence[str], chosen: Callable[[Sequence[str]], tuple[str, ...]], of_policy: tuple[str, ...]
) -> tuple[str, ...]:
    """What the options choose; where they choose nothing, all there is and what the policy names besides."""
    return chosen(names) if names else tuple(dict.fromkeys((*chosen(names), *of_policy)))


def add_new(found: Probe, compared: Drift | None, path: Path) -> str:
    """Add what is new to a policy and say so; empty where nothing is. Raises `UsageError`, OSError."""
    if compared is None or not compared.new:
        return ""
    from harness.reporting.probe_policy import entries_of
    from harness.results.files import write_atomically
    from harness.scenario.acceptance_edit import with_required

    entries = entries_of(compared.new, f"new on {found.started:%Y-%m-%d}")
    write_atomically(path, with_required(path, entries, compared.new))
    return f"{path}: {len(compared.new)} new added as required"


def compared_with(policy: PolicySpec | None, found: Probe) -> Drift | None:
    """What is not as the policy says; None without a policy, and of a peer that could not be asked."""
    if policy is None or found.ending is not None:
        return None
    from harness.checks.acceptance import drift

    return drift(found.matrix, found.peer, policy, found.limits.at_once)
