"""Which check catches which fault, as it was computed last; `kills.json` holds it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from harness.checks.lint.catalogue import RULES
from harness.engine.conform.cases.catalogue import CASES
from harness.proxy.catalogue import FAULTS
from harness.results.model import Level

KILLS = Path(__file__).with_name("kills.json")
LETTERS = {"finding": "l", "fail": "f", "warning": "w"}
"""What stands for a verdict in a row; a point is for none."""

DECIDING = tuple(case for case in CASES if case.level is not Level.INFORMATIONAL and not case.waits)
"""The cases that can fail, but for those of timers: they wait for minutes, and no fault of the proxy changes them."""

_UNSTEADY = frozenset(("garbage-after",))
"""What comes of them depends on whether the requestor reads on: nothing to hold a case against."""

_VERDICTS = {letter: verdict for verdict, letter in LETTERS.items()}


@dataclass
class Matrix:
    """The checks that catch each fault, by its name, with the verdict that they give; `tried` are all that could."""

    kills: dict[str, dict[str, str]] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)

    def add(self, fault: str, found: dict[str, str]) -> None:
        """These checks catch it, too."""
        self.kills.setdefault(fault, {}).update(found)
        self.tried.update(found)

    def forget_rules(self) -> None:
        """Without what the lint found: that is computed anew every time."""
        for checks in self.kills.values():
            for check in [check for check in checks if check.startswith("lint/")]:
                del checks[check]

    def faults_of(self, check: str) -> list[str]:
        """What a check catches."""
        return [fault for fault, checks in self.kills.items() if check in checks]

    def specific_fault_of(self, check: str) -> str:
        """The fault by which a check is tried: the one that fewest others catch; empty where there is none."""
        return min(self.faults_of(check), key=lambda fault: (fault in _UNSTEADY, len(self.kills[fault])), default="")

    def quickest_check_of(self, fault: str) -> str:
        """The check by which it is tried that a fault is caught; empty where there is none."""
        return min(self.kills.get(fault, ()), key=_cost, default="")

    def columns(self) -> list[str]:
        """The checks in the order of pages: rules, cases, and expectations of scenarios."""
        known = all_checks()
        return [check for check in known if check in self.tried] + sorted(self.tried.difference(known))

    def row(self, fault: str, checks: Iterable[str]) -> str:
        """A letter for each check."""
        found = self.kills[fault]
        return "".join(LETTERS[found[check]] if check in found else "." for check in checks)

    def save(self) -> None:
        """Keep it."""
        checks = self.columns()
        rows = {fault: self.row(fault, checks) for fault in FAULTS if fault in self.kills}
        KILLS.write_text(json.dumps({"checks": checks, "faults": rows}, indent=1) + "\n")


def load() -> Matrix:
    """What was kept, but for faults and checks that are no more."""
    known = json.loads(KILLS.read_text())
    checks = {*all_checks(), *(check for check in known["checks"] if check.startswith("run/"))}
    kills = {
        fault: {check: _VERDICTS[letter] for check, letter in zip(known["checks"], row, strict=True) if letter != "."}
        for fault, row in known["faults"].items()
        if fault in FAULTS
    }
    kept = {
        fault: {check: verdict for check, verdict in found.items() if check in checks} for fault, found in kills.items()
    }
    return Matrix(kept, checks.intersection(known["checks"]))


def all_checks() -> list[str]:
    """Every check that has to catch something: rules of the lint, and cases that can fail."""
    return [*(rule.id for rule in RULES.values()), *(case.id for case in DECIDING)]


def _cost(check: str) -> tuple[int, str]:
    """The lint takes milliseconds, a run less than most cases."""
    return (0 if check.startswith("lint/") else 1 if check.startswith("run/") else 2, check)
