"""What the administrator of a peer wants to know first: what works, what does not, what to do about it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from harness.reporting.outline import CheckView, ScenarioView, StepView
from harness.results.model import RunResult, Verdict
from harness.results.particulars import DiagnosisRecord, LeftBehind
from harness.results.rollup import severity

CASE = "conform"
"""The service of a step that is a case of the conformance suite; its scenario is a group of them."""

_WRONG = (Verdict.FAIL, Verdict.ERROR, Verdict.WARNING)


@dataclass(frozen=True, slots=True)
class Place:
    """A check, and where it stands."""

    scenario: ScenarioView
    step: StepView
    item: CheckView


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong at a peer, however many checks show it. The first place shows it best."""

    peer: str
    verdict: Verdict
    places: tuple[Place, ...]

    @property
    def diagnosis(self) -> DiagnosisRecord | None:
        """What is known of the cause."""
        return self.places[0].item.check.diagnosis

    @property
    def title(self) -> str:
        """The cause; while nothing is known of it, the rule that is broken, or where it was noticed."""
        place = self.places[0]
        if self.diagnosis is not None:
            return self.diagnosis.title
        if _is_linted(place):
            return place.item.check.expected
        return place.step.step.title if place.step.step.service == CASE else place.scenario.scenario.name


def places(scenarios: Sequence[ScenarioView]) -> Iterator[Place]:
    """Every check with its scenario and step."""
    for scenario in scenarios:
        for step in scenario.steps:
            for item in step.checks:
                yield Place(scenario, step, item)


def problems(scenarios: Sequence[ScenarioView]) -> list[Problem]:
    """What is wrong, worst first; checks that show the same are told of together."""
    alike: dict[Hashable, list[Place]] = {}
    for place in places(scenarios):
        if place.item.verdict in _WRONG:
            alike.setdefault(likeness(place), []).append(place)
    found = [Problem(group[0].item.check.peer, group[0].item.verdict, tuple(group)) for group in alike.values()]
    return sorted(found, key=lambda problem: severity(problem.verdict))


def likeness(place: Place) -> Hashable:
    """What checks that show the same have in common: the cause at a peer, or else what was expected and observed."""
    check, verdict = place.item.check, place.item.verdict
    if check.diagnosis is not None:
        return check.peer, verdict, check.diagnosis.code, check.diagnosis.explanation, check.diagnosis.request
    if _is_linted(place):
        return check.peer, verdict, place.item.name
    return check.peer, verdict, place.item.name, check.expected, check.observed, check.reason


def _is_linted(place: Place) -> bool:
    """Whether a rule of the wire lint is broken."""
    return place.item.name.startswith("lint/")


def blocked(scenarios: Sequence[ScenarioView]) -> dict[tuple[str, str], int]:
    """How many checks were blocked, by scenario and reason."""
    return _counted(scenarios, Verdict.BLOCKED)


def skipped(scenarios: Sequence[ScenarioView]) -> dict[tuple[str, str], int]:
    """How many checks were skipped, by scenario and reason; what followed a skipped step has the reason of that."""
    reasons: dict[tuple[str, str], int] = {}
    for (scenario, reason), number in _counted(scenarios, Verdict.SKIPPED).items():
        key = (scenario, reason.partition(" was skipped: ")[2] or reason)
        reasons[key] = reasons.get(key, 0) + number
    return reasons


def _counted(scenarios: Sequence[ScenarioView], verdict: Verdict) -> dict[tuple[str, str], int]:
    reasons: dict[tuple[str, str], int] = {}
    for place in places(scenarios):
        if place.item.verdict is verdict:
            key = (place.scenario.scenario.name, place.item.check.reason)
            reasons[key] = reasons.get(key, 0) + 1
    return reasons


def working(scenarios: Sequence[ScenarioView]) -> dict[str, list[ScenarioView]]:
    """The scenarios in which everything passed, by peer."""
    found: dict[str, list[ScenarioView]] = {}
    for view in scenarios:
        if view.verdict is Verdict.PASS:
            found.setdefault(view.scenario.peer, []).append(view)
    return found


def left_behind_by_peer(result: RunResult) -> dict[tuple[str, str], list[LeftBehind]]:
    """What stays on each peer, by its name and address."""
    by_peer: dict[tuple[str, str], list[LeftBehind]] = {}
    for left in result.left_behind:
        by_peer.setdefault((left.peer, left.address), []).append(left)
    return by_peer
