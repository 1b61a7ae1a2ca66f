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


def compared_with(policy: PolicySpec | None, found: Probe) -> Drift | None:
    """What is not as the policy says; None without a policy, and of a peer that could not be asked."""
    if policy is None or found.ending is not None:
        return None
    from harness.checks.acceptance import drift

    return drift(found.matrix, found.peer, policy, found.limits.at_once)
