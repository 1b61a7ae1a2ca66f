"""Folds the stream of events into the result of the run, so that it is complete at every moment."""

from __future__ import annotations

from harness.engine.events import Event, ObjectLeftBehind, PeerUpdated, ScenarioStarted, StepFinished
from harness.results.model import RunResult


class Collector:
    """A listener that keeps what the reports need."""

    def __init__(self, run: RunResult) -> None:
        self.run = run

    def __call__(self, event: Event) -> None:
        """Take one event."""
        if isinstance(event, PeerUpdated):
            self.run.peers[event.peer.name] = event.peer
        elif isinstance(event, ScenarioStarted):
            self.run.scenarios.append(event.scenario)
        elif isinstance(event, StepFinished):
            self.run.steps.append(event.step)
        elif isinstance(event, ObjectLeftBehind):
            self.run.left_behind.append(event.left_behind)
