"""The stream of events of a run. Whoever listens (console, collector of results) decides what to do with it."""

from __future__ import annotations

from dataclasses import dataclass

from harness.observe.outcomes import Observation
from harness.results.model import PeerRecord, RunResult, ScenarioRecord, StepResult
from harness.results.particulars import LeftBehind


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The plan is made; nothing has been contacted yet."""

    run: RunResult
    scenarios: int
    steps: int


@dataclass(frozen=True, slots=True)
class PeerStarting:
    """A peer that the run owns is being started."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class PeerUpdated:
    """Something is now known of a peer: it is ready, could not be started, or told its implementation."""

    peer: PeerRecord


@dataclass(frozen=True, slots=True)
class ScenarioStarted:
    """A scenario begins."""

    scenario: ScenarioRecord


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step begins; `title` is a short human text."""

    scenario: ScenarioRecord
    step_id: str
    title: str


@dataclass(frozen=True, slots=True)
class StepProgressed:
    """A step that takes long is under way; `title` says how far it has come."""

    scenario: ScenarioRecord
    title: str


@dataclass(frozen=True, slots=True)
class StepObserved:
    """What a step saw, with every value that the peer sent.

    It is for who shows the values to the person who asked for them; nothing of it may be kept.
    """

    scenario: ScenarioRecord
    step_id: str
    observation: Observation


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step ended in one way or another; its checks carry the verdicts."""

    scenario: ScenarioRecord
    step: StepResult


@dataclass(frozen=True, slots=True)
class ObjectLeftBehind:
    """The run wrote an object to a peer."""

    left_behind: LeftBehind


@dataclass(frozen=True, slots=True)
class ScenarioFinished:
    """A scenario ended."""

    scenario: ScenarioRecord


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The last event, also after an interruption."""

    run: RunResult


Event = (
    RunStarted
    | PeerStarting
    | PeerUpdated
    | ScenarioStarted
    | StepStarted
    | StepProgressed
    | StepObserved
    | StepFinished
    | ObjectLeftBehind
    | ScenarioFinished
    | RunFinished
)
