"""Folds the stream of events into the result of the run, so that it is complete at every moment."""

from __future__ import annotations

from collections.abc import Callable

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


def note_defect(run: RunResult, error: Exception, clean: Callable[[str], str]) -> None:
    """Note an exception that is a defect of ours; `clean` takes secrets and values of peers out of its text."""
    import traceback

    run.internal_error = f"{type(error).__name__}: {clean(str(error))}"
    run.traceback = "".join(traceback.format_tb(error.__traceback__))
