"""Runs scenario files: emits events, prints nothing, and leaves nothing running behind."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from harness.engine.collector import Collector, note_defect
from harness.engine.events import (
    Event,
    RunFinished,
    RunStarted,
)
from harness.engine.options import RunOptions
from harness.engine.peer_records import PeerRecords
from harness.engine.plan import planned
from harness.engine.query_files import QueryFiles
from harness.engine.scenario_run import ScenarioRun
from harness.engine.session import Session
from harness.engine.wire_files import WireFiles
from harness.results.model import RunResult
from harness.results.redaction import Redactor
from harness.scenario.model import Scenario, ScenarioFile

Listener = Callable[[Event], None]


class Runner:
    """Carries out one run over all its files."""

    def __init__(self, run: RunResult, options: RunOptions, listeners: Sequence[Listener]) -> None:
        self.run = run
        self.options = options
        self._listeners: list[Listener] = [Collector(run), *listeners]
        self._redactor = Redactor(show_values=options.show_values)
        self._wire = WireFiles(
            options.report_directory, everything=options.trace, hide_addresses=options.address_mask is not None
        )
        self._queries = QueryFiles(options.report_directory)
        self.peers = PeerRecords(run, self.emit)

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
            note_defect(self.run, error, self._redactor.log_line)
        self.emit(RunFinished(self.run))

    def _run_file(self, file: ScenarioFile, scenarios: Sequence[Scenario]) -> None:
        with self.opened(file) as session:
            for scenario in scenarios:
                ScenarioRun(self, session, scenario).execute()

    @contextlib.contextmanager
    def opened(self, file: ScenarioFile) -> Iterator[Session]:
        """What scenarios of a file run in; one file at a time. Afterwards nothing of it is left running."""
        self._redactor = Redactor(file.stated, file.secrets, show_values=self.options.show_values)
        self.run.attestations += map(self._redactor.without_secrets, file.attestations)
        folder = Path(tempfile.mkdtemp(prefix="dicom-harness-"))
        full = self.options.trace and self.options.show_values
        session = Session(file, folder, full_capture=full)
        try:
            yield session
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
