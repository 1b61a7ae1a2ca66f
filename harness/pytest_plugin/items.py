"""Scenario files as pytest sees them: a collector that keeps the peers of the file running, an item per scenario."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

import pytest

# pytest has no public names for these, and what is only text has no line in its summary and in JUnit.
from _pytest._code.code import ReprEntryNative, ReprExceptionInfo, ReprFileLocation, ReprTraceback

from harness.engine.collector import note_defect
from harness.engine.runner import Runner
from harness.engine.scenario_run import ScenarioRun
from harness.engine.session import Session
from harness.errors import ScenarioError, UsageError
from harness.pytest_plugin.alone import alone_with
from harness.pytest_plugin.session import REFUSAL, given_peers, peers_file, run_options, session_run
from harness.pytest_plugin.text import failure_text, headline, reasons
from harness.reporting.outline import ScenarioView, scenario_view
from harness.results.model import Verdict
from harness.scenario.load import known_names, load_documents
from harness.scenario.model import Scenario, ScenarioFile
from harness.scenario.nodes import Document
from harness.scenario.peers import PeerSpec
from harness.standard.ae import AEAddress

_MARKER = re.compile(r"[^\W_][\w.+-]*")
_OF_PYTEST = frozenset({"skip", "skipif", "xfail", "usefixtures", "parametrize", "filterwarnings"})
"""Markers by which a tag would change what pytest does."""


class ScenarioWarning(pytest.PytestWarning):
    """Advice of the standard, or a recommendation of a scenario file, that a peer does not follow."""


class ScenarioProblem(Exception):
    """A scenario that did not pass."""

    def __init__(self, view: ScenarioView) -> None:
        super().__init__(headline(view))
        self.view = view


class ScenarioFailed(ScenarioProblem):
    """A peer did not do what the scenario requires."""


class ScenarioNotTested(ScenarioProblem):
    """What the scenario requires could not be tested."""


class HarnessDefect(Exception):
    """A defect of the harness; the text is without secrets."""


class ScenarioYaml(pytest.File):
    """A scenario file. Its peers start with its first scenario and stop after the last."""

    def __init__(self, *, document: Document, **more: Any) -> None:
        super().__init__(**more)
        self.document = document
        self.runner = Runner(session_run(self.config), run_options(self.config), ())
        self._loaded: ScenarioFile | None = None
        self._session: Session | None = None
        self._open = contextlib.ExitStack()

    @classmethod
    def of(cls, parent: pytest.Collector, *, path: Path, document: Document) -> ScenarioYaml:
        """The collector of a file."""
        collector: ScenarioYaml = cls.from_parent(parent, path=path, document=document)
        return collector

    def collect(self) -> list[ScenarioItem]:
        """An item for each scenario and each combination of its parameters."""
        known = known_names(self.document)
        given = {name: PeerSpec(address=address) for name, address in given_peers(self.config).items() if name in known}
        try:
            (self._loaded,) = load_documents([self.document], peers_file(self.config), given)
        except (ScenarioError, UsageError) as error:
            raise self.CollectError(str(error)) from None
        return [ScenarioItem.of(self, scenario) for scenario in self._loaded.scenarios]

    @property
    def file(self) -> ScenarioFile:
        """The file, once collected."""
        assert self._loaded is not None
        return self._loaded

    def run(self, scenario: Scenario) -> ScenarioView:
        """Carry out a scenario. One that pytest runs again counts with its last run."""
        run = self.runner.run
        run.steps[:] = [step for step in run.steps if step.scenario != scenario.id]
        run.scenarios[:] = [record for record in run.scenarios if record.id != scenario.id]
        if self._session is None:
            self._session = self._open.enter_context(self.runner.opened(self.file))
        self._carry_out(self._session, scenario)
        (record,) = [record for record in run.scenarios if record.id == scenario.id]
        return scenario_view(record, [step for step in run.steps if step.scenario == scenario.id], strict=run.strict)

    def _carry_out(self, session: Session, scenario: Scenario) -> None:
        run = self.runner.run
        try:
            ScenarioRun(self.runner, session, scenario).execute()
        except KeyboardInterrupt:
            run.interrupted = True
            raise
        except Exception as error:  # noqa: BLE001 - a defect of ours, whose text may hold secrets
            note_defect(run, error, self.runner.redactor.log_line)
            raise HarnessDefect(f"internal error of the harness: {run.internal_error}\n{run.traceback}") from None

    def teardown(self) -> None:
        """Stop the peers."""
        self._session = None
        self._open.close()


class ScenarioItem(pytest.Item):
    """One scenario with one combination of its parameters."""

    def __init__(self, *, scenario: Scenario, **more: Any) -> None:
        super().__init__(**more)
        self.scenario = scenario
        self.line = int(scenario.source.rpartition(":")[2])
        self.extra_keyword_matches.add(scenario.peer)
        self.add_marker(pytest.mark.dicom_scenario)
        for tag in scenario.tags:
            if _MARKER.fullmatch(tag) and tag not in _OF_PYTEST:
                self.config.addinivalue_line("markers", f"{tag}: a tag of DICOM scenarios")
                self.add_marker(getattr(pytest.mark, tag))

    @classmethod
    def of(cls, parent: ScenarioYaml, scenario: Scenario) -> ScenarioItem:
        """The item of a scenario."""
        name = scenario.id.partition("/")[2]
        item: ScenarioItem = cls.from_parent(parent, name=name, scenario=scenario)
        return item

    @property
    def collector(self) -> ScenarioYaml:
        """The file that it stands in."""
        assert isinstance(self.parent, ScenarioYaml)
        return self.parent

    @property
    def addresses(self) -> list[AEAddress]:
        """The peers of its steps that run already."""
        specs = [self.collector.file.peers[name] for name in dict.fromkeys(step.peer for step in self.scenario.steps)]
        return [spec.address for spec in specs if spec.address is not None]

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the scenario stands in its file."""
        return self.path, self.line - 1, f"{self.scenario.peer}: {self.name}"

    def setup(self) -> None:
        """Nothing runs where the command line asks for something impossible."""
        if refusal := self.config.stash.get(REFUSAL, ""):
            raise pytest.UsageError(refusal)

    def runtest(self) -> None:
        """Carry out the scenario: fails, is skipped, or passes, perhaps with warnings."""
        with alone_with(self.addresses):
            view = self.collector.run(self.scenario)
        if view.verdict is Verdict.FAIL:
            raise ScenarioFailed(view)
        if view.verdict in (Verdict.ERROR, Verdict.BLOCKED):
            raise ScenarioNotTested(view)
        if view.verdict is Verdict.SKIPPED:
            why = "; ".join(reasons(view, Verdict.SKIPPED)) or "nothing was executed"
            raise pytest.skip.Exception(why, _use_item_location=True)
        if skipped := reasons(view, Verdict.SKIPPED):
            self.add_report_section("call", "skipped steps", "\n".join(skipped))
        self._advise(reasons(view, Verdict.WARNING))

    def _advise(self, texts: list[str]) -> None:
        if texts:
            self.add_report_section("call", "warnings", "\n".join(texts))
        for text in texts:
            # Where warnings of Python code are errors, advice to a peer is none yet: that is for --dicom-strict to say.
            with contextlib.suppress(ScenarioWarning):
                self.warn(ScenarioWarning(text))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The steps with what was expected and what was seen; for a defect of the harness, where it is."""
        error = excinfo.value
        if isinstance(error, HarnessDefect):
            return str(error)
        if not isinstance(error, ScenarioProblem):
            return super().repr_failure(excinfo, style)
        where = ReprFileLocation(self.location[0], self.line, f"{type(error).__name__}: {error}")
        entry = ReprEntryNative([f"{failure_text(error.view)}{where.path}:{where.lineno}: {type(error).__name__}\n"])
        return ReprExceptionInfo(reprcrash=where, reprtraceback=ReprTraceback([entry], None, "native"))
