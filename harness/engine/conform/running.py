"""A conformance run: facts first, then case by case, with a canary after each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from harness.diagnosis.endings import CROWDED_SECONDS, is_crowded
from harness.engine.collector import Collector, note_defect
from harness.engine.conform.bench import Bench
from harness.engine.conform.canary import Canary, Health, look
from harness.engine.conform.facts import PROPOSED, Facts
from harness.engine.conform.judging import Judgment, judge
from harness.engine.conform.linting import CaseLint
from harness.engine.conform.model import Case, Conduct, Inconclusive, Reacted, Untestable
from harness.engine.conform.records import PEER, CaseRecords, Finished
from harness.engine.conform.request import ConformRequest
from harness.engine.conform.selection import refusal
from harness.engine.conform.stock import Stock
from harness.engine.events import (
    Event,
    ObjectLeftBehind,
    PeerUpdated,
    RunFinished,
    RunStarted,
    ScenarioFinished,
    ScenarioStarted,
    StepFinished,
    StepStarted,
)
from harness.engine.known import with_known
from harness.results.model import RunResult, ScenarioRecord, StepResult, Verdict
from harness.results.redaction import Redactor
from harness.services.storage_scp import StorageSCP

Listener = Callable[[Event], None]


class ConformRun:
    """Carries out one run; afterwards its `result` is complete, also when it was interrupted.

    `storage_scp` is ours, if the peer can send to us.
    """

    def __init__(
        self,
        result: RunResult,
        request: ConformRequest,
        report_directory: Path | None,
        listeners: Sequence[Listener],
        storage_scp: StorageSCP | None = None,
    ) -> None:
        self.result = result
        self.request = request
        self.facts = Facts()
        self._records = CaseRecords(request, report_directory)
        self._listeners: list[Listener] = [Collector(result), *listeners]
        self._lint = CaseLint()
        self._stock = Stock()
        self._stock.listener = storage_scp
        self.facts.listening = storage_scp is not None
        self._blocked = ""
        """Why nothing more can be known of the peer; empty while it is there."""

    def execute(self, cases: Sequence[Case]) -> None:
        """Run the cases in this order. A KeyboardInterrupt ends the run, it does not pass."""
        groups = list(dict.fromkeys(case.group for case in cases))
        self._emit(RunStarted(self.result, len(groups), len(cases)))
        try:
            self._find_facts()
            self._run(cases)
            self._tell_lint()
        except KeyboardInterrupt:
            self.result.interrupted = True
        except Exception as error:  # noqa: BLE001 - a defect of ours must still leave complete reports
            note_defect(self.result, error, Redactor().log_line)
        finally:
            self._stock.close()
        self._emit(RunFinished(self.result))

    def _emit(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)

    def _find_facts(self) -> None:
        bench = Bench(self.request.target, self.facts)
        try:
            with bench.established(PROPOSED) as talk:
                trace = talk.connection.trace
                self.facts.take(trace.contexts)
                self.facts.maximum_length = trace.peer_max_pdu_length or 0
                self.facts.implementation_class_uid = trace.peer_implementation_class_uid
                self.facts.implementation_version_name = trace.peer_implementation_version_name
                talk.release()
        except Untestable as untestable:
            self._unknown(str(untestable), bench)
        self._emit(PeerUpdated(self._records.peer(self.facts)))

    def _unknown(self, why: str, bench: Bench) -> None:
        """Nothing could be found out: a check of its own says why, and all cases wait for that to be mended."""
        scenario, step = self._records.unreached(why, bench.traces)
        self._blocked = f"nothing is known about the peer, see {step.id}"
        self._emit(ScenarioStarted(scenario))
        self._emit(StepFinished(scenario, step))
        self._emit(ScenarioFinished(scenario))

    def _run(self, cases: Sequence[Case]) -> None:
        last_of = {case.group: case for case in cases}
        for case, finished in self._carried_out(cases):
            scenario = self._begun(case)
            self._emit(StepFinished(scenario, self._judged(self._records.step(finished))))
            if last_of[case.group] is case:
                self._emit(ScenarioFinished(scenario))

    def _begun(self, case: Case) -> ScenarioRecord:
        """The group of a case, which is told of when its first case is."""
        scenario = self._records.scenario(case.group)
        if scenario.id not in {known.id for known in self.result.scenarios}:
            self._emit(ScenarioStarted(scenario))
        return scenario

    def _carried_out(self, cases: Sequence[Case]) -> Iterator[tuple[Case, Finished]]:
        """Cases with what became of them: those that only read at once, if that is wanted, the others one by one.

        At once only what passes counts. All else is carried out again, alone: a peer that takes few associations is not
        to be blamed for it, and of cases at once nobody knows which of them lost the peer.
        """
        at_once = [case for case in cases if case.conduct is Conduct.READS] if self.request.jobs > 1 else []
        later: list[tuple[Case, Finished | None]] = []
        with ThreadPoolExecutor(self.request.jobs) as pool:
            for case, tried in zip(at_once, pool.map(self._tried, at_once), strict=True):
                if tried is None or later:
                    later.append((case, tried))
                else:
                    yield case, tried
        for case, known in (*later, *((case, None) for case in cases[len(at_once) :])):
            if known is None:
                self._emit(StepStarted(self._begun(case), case.id, case.title))
            yield case, known or self._finished(case)

    def _judged(self, step: StepResult) -> StepResult:
        """The step with what is known of the product marked, and what is known to fail taken for passed."""
        known = with_known(step.checks, self.facts.implementation_version_name)
        return replace(step, checks=tuple(self.request.baseline.judged(known)))

    def _tell_lint(self) -> None:
        linted = self._lint.result(PEER, self._records.again)
        if linted is not None:
            scenario, step = linted
            self._emit(ScenarioStarted(scenario))
            self._emit(StepFinished(scenario, self._judged(step)))
            self._emit(ScenarioFinished(scenario))

    def _tried(self, case: Case) -> Finished | None:
        """A case beside others; None unless it passes and leaves the peer well, or is not carried out."""
        finished = self._left_out(case) or self._observed(case)
        if finished.canary is None:
            return finished
        passed = finished.judgment.verdict is Verdict.PASS and finished.canary.health is Health.WELL
        return self._linted(finished) if passed else None

    def _finished(self, case: Case) -> Finished:
        """A case alone, and whether the peer is still there afterwards."""
        finished = self._left_out(case) or self._observed(case)
        if finished.judgment.verdict is not Verdict.PASS and _was_crowded(finished):
            time.sleep(CROWDED_SECONDS)
            finished = self._observed(case)
        if finished.canary is None:
            return finished
        if finished.canary.health is not Health.WELL:
            begun = time.monotonic()
            recovered = self._recovery(case, finished.canary)
            finished = replace(finished, recovered=recovered, waited=finished.waited + time.monotonic() - begun)
        return self._linted(finished)

    def _left_out(self, case: Case) -> Finished | None:
        """What is told of a case that is not carried out."""
        if self._blocked:
            return Finished(case, Judgment(Verdict.BLOCKED, "not carried out", self._blocked))
        refused = refusal(case, self.request.environment)
        missing = refused or next((text for need in case.needs if (text := need.missing(self.facts))), "")
        return Finished(case, Judgment(Verdict.SKIPPED, "not carried out", missing)) if missing else None

    def _observed(self, case: Case) -> Finished:
        """A case that is carried out, with a canary after it."""
        bench = Bench(self.request.target, self.facts, self._stock)
        begun = time.monotonic()
        judgment = judgment_of(case, bench)
        seconds = time.monotonic() - begun
        self._tell_left_behind()
        canary = look(Bench(self.request.target, self.facts), self.request.patience.canary)
        if canary.health is not Health.WELL:
            bench.paused += time.monotonic() - begun - seconds
        return Finished(case, judgment, tuple(bench.traces), canary, seconds, waited=bench.waited)

    def _linted(self, finished: Finished) -> Finished:
        return replace(finished, linted=self._lint.take(finished.case, finished.traces))

    def _tell_left_behind(self) -> None:
        for left in self._stock.left_behind[len(self.result.left_behind) :]:
            self._emit(ObjectLeftBehind(left))

    def _recovery(self, case: Case, canary: Canary) -> float | None:
        """After how many more seconds the peer serves others again; when it does not, all that follows is blocked."""
        begun = time.monotonic()
        later = look(Bench(self.request.target, self.facts), self.request.patience.recovery)
        if later.health is Health.WELL:
            return time.monotonic() - begun
        self._blocked = f"the peer is {canary.health.value} since {case.id}"
        return None


def _was_crowded(finished: Finished) -> bool:
    """Whether the peer said that it is full, which says nothing of what the case is about."""
    return any(trace.ending is not None and is_crowded(trace.ending) for trace in finished.traces)


def judgment_of(case: Case, bench: Bench) -> Judgment:
    """What a case says of a peer, whatever becomes of its script."""
    try:
        return judge(case, case.script(bench))
    except Reacted as reacted:
        return judge(case, reacted.seen)
    except Untestable as untestable:
        return Judgment(Verdict.ERROR, "could not be tested", str(untestable))
    except Inconclusive as inconclusive:
        return Judgment(Verdict.SKIPPED, "inconclusive", str(inconclusive))
