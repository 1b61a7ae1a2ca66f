"""One scenario with one set of parameters: its steps prepared, carried out, and judged."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from harness.checks.expectations import evaluate
from harness.checks.implied import expected_of
from harness.checks.outcome import Outcome
from harness.engine.at_once import at_once
from harness.engine.contexts import needs_of_shared
from harness.engine.events import (
    ObjectLeftBehind,
    ScenarioFinished,
    ScenarioStarted,
    StepFinished,
    StepObserved,
    StepProgressed,
    StepStarted,
)
from harness.engine.execute import execute
from harness.engine.policy import refusal_of_peer, refusal_of_step
from harness.engine.requirements import unmet_requirement
from harness.engine.saving import NothingToSave, saved_value
from harness.engine.session import Session
from harness.engine.step_facts import know_own_values, left_behind
from harness.engine.step_results import StepResults
from harness.engine.verdicts import FailureWatch, check_of, failed, known_failure_check, step_id, without_result
from harness.errors import HarnessError, PeerStartError, ScenarioError
from harness.observe.load import LoadObservation
from harness.observe.outcomes import FindObservation, Observation, StoreObservation
from harness.observe.trace import Trace
from harness.results.model import Check, Level, ScenarioRecord, StepResult, Verdict
from harness.scenario.expect import Expectation
from harness.scenario.model import Eventually, ResolvedStep, Scenario, Step

if TYPE_CHECKING:
    from harness.engine.runner import Runner


@dataclass(slots=True)
class _Performed:
    """A step that was carried out: what was observed last, and what became of the expectations."""

    observation: Observation
    outcomes: list[Outcome]
    attempts: int = 1
    earlier: list[Trace] = field(default_factory=list)
    """The associations of attempts that do not count."""

    def judged(self, wait: Eventually | None) -> Iterator[Outcome]:
        """The outcomes; one that was not met in all its time says so."""
        for outcome in self.outcomes:
            if wait is None or outcome.met:
                yield outcome
            else:
                tried = f"still so after {wait.within:g} s and {self.attempts} attempts"
                yield replace(outcome, reason=f"{outcome.reason}; {tried}" if outcome.reason else tried)


class ScenarioRun:
    """Runs the steps of one scenario in order; those of a `parallel` at once."""

    def __init__(self, runner: Runner, session: Session, scenario: Scenario) -> None:
        self.runner = runner
        self.session = session
        self.scenario = scenario
        self.watch = FailureWatch(scenario.expected_failure)
        self.results = StepResults(scenario, runner.wire, session.folder, runner.options.baseline)
        self.variables: dict[str, str] = {}
        self.record = ScenarioRecord(
            scenario.id, scenario.name, scenario.peer, scenario.tags, Level(scenario.level), scenario.source
        )
        self._interrupted = False
        session.progress = lambda text: runner.emit(StepProgressed(self.record, text))
        self._stopper: tuple[Verdict, str] | None = None
        self._seen: list[tuple[str, Observation]] = []
        """What may explain a later step, with the peer of whom it was seen."""

    def execute(self) -> None:
        """Run all steps, each with its events."""
        self.runner.emit(ScenarioStarted(self.record))
        ran = False
        try:
            for _, group in itertools.groupby(self.scenario.steps, lambda step: step.parallel or step.id):
                for result in self._group(list(group)):
                    ran = ran or bool(result.associations)
                    self.runner.emit(StepFinished(self.record, result))
                if self._interrupted:
                    raise KeyboardInterrupt
            self._finish(ran)
        finally:
            self.session.close_shared()
        rest = self.results.afterwards(self.record)
        if rest is not None:
            self.runner.emit(StepFinished(self.record, rest))
        self.runner.emit(ScenarioFinished(self.record))

    def _finish(self, ran: bool) -> None:
        check = known_failure_check(self.scenario, self.watch, ran)
        if check is not None:
            result = StepResult(
                check.step, self.scenario.id, "expected failure", "expected-failure", self.scenario.peer, (check,)
            )
            self.runner.emit(StepFinished(self.record, result))

    def _group(self, steps: Sequence[Step]) -> Sequence[StepResult]:
        """The results of steps that are carried out at once; most often it is a single one."""
        prepared: list[tuple[Step, ResolvedStep | StepResult]] = []
        for step in steps:
            self.runner.emit(StepStarted(self.record, step_id(self.scenario, step), step.title))
            prepared.append((step, self._prepare(step)))
        ready = [(step, resolved) for step, resolved in prepared if isinstance(resolved, ResolvedStep)]
        performed = dict(zip((step.id for step, _ in ready), self._perform(ready), strict=True))
        return [
            outcome if isinstance(outcome, StepResult) else self._conclude(step, performed[step.id])
            for step, outcome in prepared
        ]

    def _perform(self, ready: Sequence[tuple[Step, ResolvedStep]]) -> list[_Performed | HarnessError]:
        if len(ready) == 1:
            return [self._carry_out(*ready[0])]
        return at_once([partial(self._carry_out, step, resolved) for step, resolved in ready])

    # Before

    def _prepare(self, step: Step) -> ResolvedStep | StepResult:
        """The step with its values and its peers running, or the result of a step that can't be carried out."""
        if self._stopper is not None:
            verdict, reason = self._stopper
            return self.results.without(step, without_result(self.scenario, step, verdict, reason))
        try:
            resolved = step.resolve(self.variables)
            refusal = self._refusal(step, resolved)
            if refusal:
                return self._stop(step, Verdict.SKIPPED, refusal)
            self._ensure_peers(step, resolved)
            missing = unmet_requirement(self.session, self.scenario, step)
            if missing:
                return self._stop(step, Verdict.SKIPPED, missing)
            self._prepare_shared(step)
        except HarnessError as error:
            return self._could_not(step, error)
        return resolved

    def _prepare_shared(self, step: Step) -> None:
        session, name = self.session, step.association
        if name is not None and not session.is_shared_open(name):
            session.shared_needs[name] = needs_of_shared(session, self.scenario, name, self.variables)

    def _refusal(self, step: Step, resolved: ResolvedStep) -> str:
        granted = self.runner.options.permissions
        spec = self.session.spec(step.peer)
        return refusal_of_peer(step.peer, spec, granted) or refusal_of_step(
            step.peer, spec, step.service, resolved.params, granted
        )

    def _ensure_peers(self, step: Step, resolved: ResolvedStep) -> None:
        self.runner.peers.ensure(self.session, step.peer, self.runner.redactor)
        destination = getattr(getattr(resolved.params, "destination", None), "peer", None)
        if isinstance(destination, str):
            self.runner.peers.ensure(self.session, destination, self.runner.redactor)

    def _stop(self, step: Step, verdict: Verdict, reason: str) -> StepResult:
        """End the scenario at a step that could not be carried out; what follows depends on it."""
        following = Verdict.SKIPPED if verdict is Verdict.SKIPPED else Verdict.BLOCKED
        words = "was skipped" if verdict is Verdict.SKIPPED else "could not be tested"
        self._stopper = (following, f"step {step.id} {words}: {reason}")
        return self.results.without(step, without_result(self.scenario, step, verdict, reason))

    def _could_not(self, step: Step, error: HarnessError) -> StepResult:
        if isinstance(error, PeerStartError):
            return self._stop(step, Verdict.ERROR, f"the peer could not be started: {error.reason}")
        return self._stop(step, Verdict.ERROR, self.runner.redactor.without_secrets(str(error)))

    # The step itself; of a `parallel`, in a thread of its own

    def _carry_out(self, step: Step, resolved: ResolvedStep) -> _Performed | HarnessError:
        """Carry out a step; with `eventually`, again until it is as expected or its time is up."""
        expect = expected_of(step.service, resolved.params, resolved.expect)
        wait = step.eventually
        end = time.monotonic() + (wait.within if wait is not None else 0.0)
        attempts, earlier = 0, list[Trace]()
        try:
            while True:
                attempts += 1
                performed = self._attempt(step, resolved, expect)
                performed.attempts, performed.earlier = attempts, earlier
                if wait is None or all(outcome.met for outcome in performed.outcomes):
                    return performed
                left = end - time.monotonic()
                if left <= 0:
                    return performed
                earlier += [*performed.observation.traces, *performed.observation.quiet]
                time.sleep(min(wait.every, left))
        except (PeerStartError, ScenarioError) as error:
            return error

    def _attempt(self, step: Step, resolved: ResolvedStep, expect: Expectation) -> _Performed:
        observation = execute(self.session, step, resolved.params)
        know_own_values(observation, self.runner.redactor)
        self.runner.queries.keep(
            step_id(self.scenario, step),
            resolved.params,
            observation,
            self.session.file.local,
            self.runner.redactor,
        )
        return _Performed(observation, evaluate(step.service, expect, observation, self.runner.redactor.value))

    # After

    def _conclude(self, step: Step, performed: _Performed | HarnessError) -> StepResult:
        if isinstance(performed, HarnessError):
            return self._could_not(step, performed)
        observation = performed.observation
        self.runner.emit(StepObserved(self.record, step_id(self.scenario, step), observation))
        self.runner.peers.learn(self.session, step.peer, observation)
        outcomes = list(performed.judged(step.eventually))
        checks = [check_of(self.scenario, step, outcome, observation.seconds, self.watch) for outcome in outcomes]
        self._note_left_behind(step, observation)
        self._interrupted |= isinstance(observation, LoadObservation) and observation.interrupted
        if any(check.verdict in (Verdict.FAIL, Verdict.WARNING) for check in checks):
            checks = self._explained(step, checks, outcomes, observation)
        self._remember(step, observation)
        checks = self.runner.options.baseline.judged(checks)
        if failed(checks):
            self._stopper = (Verdict.BLOCKED, f"step {step.id} failed")
            self.runner.peers.keep_log(self.session, step.peer, self.runner.redactor)
        elif any(check.expected_failure for check in checks):
            self._stopper = (Verdict.SKIPPED, f"step {step.id} failed as expected")
        else:
            checks += self._save(step, observation)
        return self.results.of(step, checks, observation, performed.attempts, performed.earlier)

    def _explained(
        self, step: Step, checks: list[Check], outcomes: Sequence[Outcome], observation: Observation
    ) -> list[Check]:
        # Here, so that runs without failures do not wait for its import.
        from harness.engine.explaining import with_diagnoses
        from harness.engine.explaining_load import with_load_diagnoses

        address = self.session.peer(step.peer).address
        if isinstance(observation, LoadObservation):
            return with_load_diagnoses(checks, outcomes, observation, address)
        earlier = [seen for peer, seen in self._seen if peer == step.peer]
        return with_diagnoses(checks, outcomes, observation, step.service, address, earlier)

    def _remember(self, step: Step, observation: Observation) -> None:
        if isinstance(observation, StoreObservation | FindObservation):
            self._seen.append((step.peer, observation))

    def _save(self, step: Step, observation: Observation) -> list[Check]:
        """Keep what later steps use; a value that is not there fails the step that should have brought it."""
        missing = []
        for name, path in step.save.items():
            try:
                self.variables[name] = saved_value(path, observation)
            except NothingToSave as error:
                self._stopper = (Verdict.BLOCKED, f"step {step.id} brought no value for `{name}`")
                check = without_result(self.scenario, step, Verdict.FAIL, str(error), f"a value for `{name}` at {path}")
                missing.append(
                    replace(check, id=f"{step_id(self.scenario, step)}/save-{name}", observed="nothing there")
                )
        return missing

    def _note_left_behind(self, step: Step, observation: Observation) -> None:
        address = self.session.spec(step.peer).address
        if address is not None:
            for left in left_behind(step.peer, str(address), observation, self.runner.redactor):
                self.runner.emit(ObjectLeftBehind(left))
