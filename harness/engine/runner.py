"""Runs scenario files: emits events, prints nothing, and leaves nothing running behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from harness.engine.collector import Collector
from harness.engine.events import (
    Event,
    PeerStarting,
    PeerUpdated,
    RunFinished,
    RunStarted,
)
from harness.engine.options import RunOptions
from harness.engine.plan import planned
from harness.engine.query_files import QueryFiles
from harness.engine.scenario_run import ScenarioRun
from harness.engine.session import Session
from harness.engine.wire_files import WireFiles
from harness.errors import PeerStartError
from harness.observe.outcomes import Observation
from harness.results.model import PeerRecord, RunResult
from harness.results.redaction import Redactor
from harness.scenario.model import Scenario, ScenarioFile
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
        self._queries = QueryFiles(options.report_directory)
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
                ScenarioRun(self, session, scenario).execute()
        finally:
            session.stop()
            shutil.rmtree(folder, ignore_errors=True)

    # What the runs of single scenarios share

    @property
    def redactor(self) -> Redactor:
        """The redaction gate of the file that runs now."""
        return self._redactor

    @property
    def queries(self) -> QueryFiles:
        """Where queries go that are to be kept."""
        return self._queries

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


def _traceback(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_tb(error.__traceback__))
