"""Runs scenario files: emits events, prints nothing, and leaves nothing running behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from harness.checks.expectations import evaluate, expected_of
from harness.engine.collector import Collector
from harness.engine.contexts import needs_of_shared
from harness.engine.details import details_of
from harness.engine.events import (
    Event,
    ObjectLeftBehind,
    PeerStarting,
    PeerUpdated,
    RunFinished,
    RunStarted,
    ScenarioFinished,
    ScenarioStarted,
    StepFinished,
    StepStarted,
)
from harness.engine.execute import execute
from harness.engine.options import RunOptions
from harness.engine.plan import planned
from harness.engine.policy import refusal_of_peer, refusal_of_step
from harness.engine.records import association_record
from harness.engine.requirements import unmet_requirement
from harness.engine.saving import NothingToSave, saved_value
from harness.engine.session import Session
from harness.engine.verdicts import FailureWatch, check_of, failed, known_failure_check, step_id, without_result
from harness.engine.wire_files import WireFiles
from harness.errors import HarnessError, PeerStartError, ScenarioError
from harness.observe.outcomes import Observation, StoreObservation
from harness.results.model import Check, LeftBehind, Level, PeerRecord, RunResult, ScenarioRecord, StepResult, Verdict
from harness.results.redaction import Redactor
from harness.scenario.model import ResolvedStep, Scenario, ScenarioFile, Step
from harness.scenario.peers import PeerSpec

Listener = Callable[[Event], None]


class Runner:
    """Carries out one run over all its files."""

    def __init__(self, run: RunResult, options: RunOptions, listeners: Sequence[Listener]) -> None:
        self.run = run
        self.options = options
        self._listeners: list[Listener] = [Collector(run), *listeners]
        self._redactor = Redactor(show_values=options.show_values)
        self._wire = WireFiles(options.report_directory, everything=options.trace)
        self._reported_peers: set[str] = set()

    def emit(self, event: Event) -> None:
        """Tell every listener."""
        for listener in self._listeners:
            listener(event)

    def execute(self, files: Sequence[ScenarioFile]) -> None:
        """Run all files; afterwards `run` is complete. A KeyboardInterrupt ends the run, it does not pass."""
        plans = [(file, planned(file, self.options.selection)) for file in files]
        steps = sum(len(scenario.steps) for _, scenarios in plans for scenario in scenarios)
        self.emit(RunStarted(self.run, sum(len(scenarios) for _, scenarios in plans), steps))
        try:
            for file, scenarios in plans:
                if scenarios:
                    self._run_file(file, scenarios)
        except KeyboardInterrupt:
            self.run.interrupted = True
        except Exception as error:  # noqa: BLE001 - a defect of ours must still leave complete reports
            self.run.internal_error = f"{type(error).__name__}: {self._redactor.without_secrets(str(error))}"
            self.run.traceback = _traceback(error)
        self.emit(RunFinished(self.run))

    def _run_file(self, file: ScenarioFile, scenarios: Sequence[Scenario]) -> None:
        self._redactor = Redactor(file.stated, file.secrets, show_values=self.options.show_values)
        folder = Path(tempfile.mkdtemp(prefix="dicom-harness-"))
        full = self.options.trace and self.options.show_values
        session = Session(file, folder, full_capture=full)
        try:
            for scenario in scenarios:
                _ScenarioRun(self, session, scenario).execute()
        finally:
            session.stop()
            shutil.rmtree(folder, ignore_errors=True)

    # What the runs of single scenarios share

    @property
    def redactor(self) -> Redactor:
        """The redaction gate of the file that runs now."""
        return self._redactor

    @property
    def wire(self) -> WireFiles:
        """Where captures go."""
        return self._wire

    def ensure_peer(self, session: Session, name: str) -> None:
        """Start a peer if it does not run yet, and report it. Raises `PeerStartError`."""
        spec = session.spec(name)
        if name in self._reported_peers:
            session.peer(name)
            return
        if spec.kind != "address":
            self.emit(PeerStarting(name, spec.kind))
        try:
            peer = session.peer(name)
        except PeerStartError as error:
            self._report_peer(name, spec, "", "", error)
            raise
        self._report_peer(name, spec, str(peer.address), peer.version, None)

    def _report_peer(self, name: str, spec: PeerSpec, address: str, version: str, error: PeerStartError | None) -> None:
        lines = tuple(self._redactor.log_line(line) for line in error.log_tail.splitlines()) if error else ()
        record = PeerRecord(
            name,
            spec.kind,
            address,
            spec.effective_environment.value,
            version=version or None,
            error=self._redactor.without_secrets(error.reason) if error else "",
            log_tail=lines,
        )
        self._reported_peers.add(name)
        self.emit(PeerUpdated(record))

    def learn(self, name: str, observation: Observation) -> None:
        """Note what a peer said of its implementation."""
        record = self.run.peers.get(name)
        for trace in observation.traces:
            if record is None or record.implementation_class_uid is not None:
                return
            if trace.role == "requestor" and trace.peer_implementation_class_uid is not None:
                record = replace(
                    record,
                    implementation_class_uid=trace.peer_implementation_class_uid,
                    implementation_version_name=trace.peer_implementation_version_name,
                )
                self.emit(PeerUpdated(record))

    def keep_log(self, session: Session, name: str) -> None:
        """Keep the end of a peer's log, because something failed."""
        record = self.run.peers.get(name)
        if record is None or record.kind == "address":
            return
        lines = tuple(self._redactor.log_line(line) for line in session.peer(name).log_tail())
        self.emit(PeerUpdated(replace(record, log_tail=lines)))


class _ScenarioRun:
    """One scenario with one set of parameters."""

    def __init__(self, runner: Runner, session: Session, scenario: Scenario) -> None:
        self.runner = runner
        self.session = session
        self.scenario = scenario
        self.watch = FailureWatch(scenario.expected_failure)
        self.variables: dict[str, str] = {}
        self.record = ScenarioRecord(
            scenario.id, scenario.name, scenario.peer, scenario.tags, Level(scenario.level), scenario.source
        )
        self._stopper: tuple[Verdict, str] | None = None

    def execute(self) -> None:
        self.runner.emit(ScenarioStarted(self.record))
        ran = False
        try:
            for step in self.scenario.steps:
                self.runner.emit(StepStarted(self.record, step_id(self.scenario, step), step.title))
                result = self._step(step)
                ran = ran or bool(result.associations)
                self.runner.emit(StepFinished(self.record, result))
            self._finish(ran)
        finally:
            self.session.close_shared()
        self.runner.emit(ScenarioFinished(self.record))

    def _finish(self, ran: bool) -> None:
        check = known_failure_check(self.scenario, self.watch, ran)
        if check is not None:
            result = StepResult(
                check.step, self.scenario.id, "expected failure", "expected-failure", self.scenario.peer, (check,)
            )
            self.runner.emit(StepFinished(self.record, result))

    def _step(self, step: Step) -> StepResult:
        if self._stopper is not None:
            verdict, reason = self._stopper
            return self._result(step, [without_result(self.scenario, step, verdict, reason)])
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
            observation = execute(self.session, step, resolved.params)
        except PeerStartError as error:
            return self._stop(step, Verdict.ERROR, f"the peer could not be started: {error.reason}")
        except (ScenarioError, HarnessError) as error:
            return self._stop(step, Verdict.ERROR, self.runner.redactor.without_secrets(str(error)))
        return self._judged(step, resolved, observation)

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
        self.runner.ensure_peer(self.session, step.peer)
        destination = getattr(getattr(resolved.params, "destination", None), "peer", None)
        if isinstance(destination, str):
            self.runner.ensure_peer(self.session, destination)

    def _stop(self, step: Step, verdict: Verdict, reason: str) -> StepResult:
        """End the scenario at a step that could not be carried out; what follows depends on it."""
        following = Verdict.SKIPPED if verdict is Verdict.SKIPPED else Verdict.BLOCKED
        words = "was skipped" if verdict is Verdict.SKIPPED else "could not be tested"
        self._stopper = (following, f"step {step.id} {words}: {reason}")
        return self._result(step, [without_result(self.scenario, step, verdict, reason)])

    def _judged(self, step: Step, resolved: ResolvedStep, observation: Observation) -> StepResult:
        self._know_own_values(observation)
        self.runner.learn(step.peer, observation)
        show = self.runner.redactor.value
        expect = expected_of(step.service, resolved.params, resolved.expect)
        outcomes = evaluate(step.service, expect, observation, show)
        checks = [check_of(self.scenario, step, outcome, observation.seconds, self.watch) for outcome in outcomes]
        self._note_left_behind(step, observation)
        if failed(checks):
            self._stopper = (Verdict.BLOCKED, f"step {step.id} failed")
            self.runner.keep_log(self.session, step.peer)
        elif any(check.expected_failure for check in checks):
            self._stopper = (Verdict.SKIPPED, f"step {step.id} failed as expected")
        else:
            checks += self._save(step, observation)
        return self._result(step, checks, observation)

    def _know_own_values(self, observation: Observation) -> None:
        if isinstance(observation, StoreObservation):
            for instance in observation.instances:
                self.runner.redactor.allow(
                    instance.sop_instance_uid,
                    instance.study_instance_uid,
                    instance.series_instance_uid,
                    instance.patient_id,
                )

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
        spec = self.session.spec(step.peer)
        if not isinstance(observation, StoreObservation) or spec.address is None:
            return
        for instance in observation.instances:
            # Without an answer nobody knows whether the instance was kept, so it is listed too.
            if instance.context_id is None:
                continue
            status = f"{instance.status:04X}H" if instance.status is not None else "no answer"
            left = LeftBehind(
                step.peer,
                str(spec.address),
                instance.sop_class_uid,
                instance.sop_instance_uid,
                instance.study_instance_uid,
                self.runner.redactor.value(instance.patient_id, "LO"),
                status,
            )
            self.runner.emit(ObjectLeftBehind(left))

    def _result(self, step: Step, checks: list[Check], observation: Observation | None = None) -> StepResult:
        traces = observation.traces if observation is not None else []
        bad = any(check.verdict in (Verdict.FAIL, Verdict.ERROR, Verdict.WARNING) for check in checks)
        records = tuple(
            association_record(trace, self.runner.wire.write(step_id(self.scenario, step), number, trace, failed=bad))
            for number, trace in enumerate(traces, start=1)
        )
        wire = records[0].wire if records else None
        return StepResult(
            id=step_id(self.scenario, step),
            scenario=self.scenario.id,
            title=step.title,
            service=step.service.value,
            peer=step.peer,
            checks=tuple(replace(check, wire=wire) for check in checks),
            associations=records,
            details=details_of(observation, self.session.folder),
            seconds=observation.seconds if observation is not None else 0.0,
            source=step.source,
        )


def _traceback(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_tb(error.__traceback__))
