"""Which scenarios run: tags, ids, and the rest left out with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from harness.scenario.model import Scenario, ScenarioFile


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for on the command line; patterns match scenario ids, with or without file and parameters.

    `ids` are those of one of several parts, of which each runs on its own; None for all.
    """

    tags: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ids: frozenset[str] | None = None

    def includes(self, scenario: Scenario) -> bool:
        """Whether a scenario is to run."""
        if self.ids is not None and scenario.id not in self.ids:
            return False
        if self.tags and not self.tags & set(scenario.tags):
            return False
        if self.only and not any(_matches(pattern, scenario) for pattern in self.only):
            return False
        return not any(_matches(pattern, scenario) for pattern in self.exclude)


def _matches(pattern: str, scenario: Scenario) -> bool:
    without_parameters = scenario.id.partition("[")[0]
    names = (scenario.id, without_parameters, scenario.slug, without_parameters.partition("/")[0])
    return pattern in names or any(fnmatchcase(name, pattern) for name in names)


def unmatched_patterns(files: Sequence[ScenarioFile], selection: Selection) -> list[str]:
    """Patterns and tags that fit no scenario at all: most likely typing mistakes."""
    scenarios = [scenario for file in files for scenario in file.scenarios]
    tags = {tag for scenario in scenarios for tag in scenario.tags}
    unmatched = [f"--tag {tag}" for tag in sorted(selection.tags - tags)]
    for option, patterns in (("--only", selection.only), ("--exclude", selection.exclude)):
        unmatched += [
            f"{option} {pattern}"
            for pattern in patterns
            if not any(_matches(pattern, scenario) for scenario in scenarios)
        ]
    return unmatched


def planned(file: ScenarioFile, selection: Selection) -> list[Scenario]:
    """The scenarios of a file that run, in order."""
    return [scenario for scenario in file.scenarios if selection.includes(scenario)]
