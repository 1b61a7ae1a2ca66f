"""A load from its beginning to its end: threads that ask, a clock, and bounds."""

from __future__ import annotations

import time
from collections.abc import Callable

from harness.load.closed import ClosedModel
from harness.load.knee import knee_of
from harness.load.meter import Meter
from harness.load.open import OpenModel
from harness.load.plan import LoadPlan, Progress
from harness.load.sampled import Sampled
from harness.load.threads import LoadThreads
from harness.load.worker import Open, Worker
from harness.observe.load import LoadModel, LoadObservation, OwnShare

TICK = 0.1
"""Seconds between two looks at the bounds."""
GRACE = 1.0
"""Seconds that a load which was broken off waits for its threads."""


def run_load(
    plan: LoadPlan, ask: Open, *, progress: Callable[[Progress], None] | None = None, peer_within: bool = False
) -> LoadObservation:
    """Carry out a load. `ask` opens an association, from several threads at once.

    `progress` is called about ten times a second. A KeyboardInterrupt ends the load within two seconds, and is in
    what was observed. `peer_within` says that the peer runs in this process, so that its costs can't be told from ours.
    """
    return _Load(plan, ask).run(progress, peer_within)


class _Load:
    def __init__(self, plan: LoadPlan, ask: Open) -> None:
        self.plan = plan
        self.meter = Meter(plan.shape.seconds)
        self.sampled = Sampled()
        self.begun = time.monotonic()
        self.model: LoadThreads = (
            ClosedModel(plan, self._worker)
            if plan.model is LoadModel.CLOSED
            else OpenModel(plan, self._worker, self.meter)
        )
        self._ask = ask

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.begun

    def _worker(self) -> Worker:
        return Worker(self._ask, self.meter, self.sampled, self.plan.per_association, self.begun)

    def run(self, progress: Callable[[Progress], None] | None, peer_within: bool) -> LoadObservation:
        observation = LoadObservation(model=self.plan.model, planned_seconds=self.plan.shape.seconds)
        spent = time.process_time()
        try:
            self.model.start()
            while not observation.stopped and self.elapsed < self.plan.shape.seconds:
                time.sleep(TICK)
                observation.stopped = self._bound_reached()
                if progress is not None:
                    progress(self._progress())
            observation.seconds = min(self.elapsed, self.plan.shape.seconds)
            self.model.finish()
        except KeyboardInterrupt:
            observation.stopped, observation.interrupted = "it was interrupted", True
            observation.seconds = min(self.elapsed, self.plan.shape.seconds)
            self.model.break_off(GRACE)
        except BaseException:
            self.model.break_off(GRACE)
            raise
        own = (time.process_time() - spent) / max(self.elapsed, TICK)
        observation.own = OwnShare(own, self.meter.late, peer_within)
        return self._observed(observation)

    def _bound_reached(self) -> str:
        """Why the load is to end before its time; empty when it is not."""
        meter, plan = self.meter, self.plan
        if self.model.error is not None:
            return "a defect of ours"
        if self.model.problem is not None:
            return str(self.model.problem)
        if meter.failed and self.elapsed - (meter.last_success or 0.0) > plan.patience:
            return f"nothing succeeded for {plan.patience:g} s"
        return ""

    def _progress(self) -> Progress:
        now = self.elapsed
        meter = self.meter
        return Progress(now, self.plan.shape.level(now), meter.succeeded, meter.failed, self.model.connected)

    def _observed(self, observation: LoadObservation) -> LoadObservation:
        observation.overall = self.meter.overall()
        observation.operations = self.meter.operations()
        observation.windows = self.meter.windows(observation.seconds, self.plan.shape.level)
        observation.failures = self.meter.failures()
        observation.knee = knee_of(observation.windows)
        observation.last_success = self.meter.last_success
        observation.traces = list(self.sampled.traces)
        return observation
