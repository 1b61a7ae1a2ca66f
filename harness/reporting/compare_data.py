"""What changed between two runs, as data for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from harness.reporting.compare_words import sentence
from harness.results.check_changes import CheckChange
from harness.results.compare import Comparison, Side
from harness.results.time_changes import TimeChange


def compare_data(found: Comparison) -> dict[str, Any]:
    """The whole comparison. The schema number changes when something is taken away."""
    return {
        "schema": 1,
        "before": _side(found.before),
        "after": _side(found.after),
        "worse": found.is_worse,
        "sentence": sentence(found),
        "notes": list(found.notes),
        "same_checks": found.same_checks,
        "same_contexts": found.same_contexts,
        "checks": [_check(change) for change in found.checks],
        "capabilities": [asdict(change) for change in found.capabilities],
        "times": [_time(change) for change in found.times],
        "slow_steps": [asdict(step) for step in found.slow_steps],
    }


def _side(side: Side) -> dict[str, str]:
    return {"kind": side.kind.value, "name": side.name, "started": side.started.isoformat(), "tool": side.tool}


def _check(change: CheckChange) -> dict[str, Any]:
    check = change.check
    return {
        "id": check.id,
        "kind": change.kind.value,
        "worse": change.is_worse,
        "before": change.before,
        "after": change.after,
        "expected": check.expected,
        "observed": check.observed,
        "reason": check.reason,
        "diagnosis": check.diagnosis.code if check.diagnosis is not None else None,
    }


def _time(change: TimeChange) -> dict[str, Any]:
    judged = {"more_than_noise": change.is_more_than_noise, "slower": change.is_slower, "faster": change.is_faster}
    return {**asdict(change), **judged}
