"""What the console says, as lines of styled pieces; how they are shown is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.reporting.diagnosis_text import check_facts
from harness.reporting.outline import CheckView, ScenarioView
from harness.reporting.text import duration, number_of, one_line
from harness.results.model import PeerRecord, RunResult, Verdict
from harness.results.rollup import MEANINGS, counts, exit_status, run_errors
from harness.results.summary import sentence

Line = list[tuple[str, str]]
"""Pieces of text with the name of their style: a verdict, `strong`, `dim` or nothing."""

_IN_FULL = (Verdict.FAIL, Verdict.ERROR, Verdict.WARNING)
_LABEL_WIDTH = 10
_VERDICT_WIDTH = 8


def heading(run: RunResult, scenarios: int, steps: int) -> list[Line]:
    """What is about to happen."""
    amount = f"{number_of(scenarios, 'scenario')}, {number_of(steps, 'step')}"
    return [[(run.tool, "strong"), (f"  run {run.run_id}: {amount}", "dim")]]


def peer_lines(peer: PeerRecord) -> list[Line]:
    """A peer that is ready, or why it is not."""
    about = ", ".join(one_line(text) for text in (peer.kind, peer.version or "") if text)
    if not peer.error:
        return [[("peer", "dim"), (f" {peer.name}", "strong"), (f"  {peer.address}", ""), (f"  ({about})", "dim")]]
    first: Line = [("peer", "dim"), (f" {peer.name}", "strong"), (f"  ({about})  ", "dim")]
    lines = [[*first, (one_line(peer.error), Verdict.ERROR.value)]]
    return lines + [[("    | ", "dim"), (one_line(line), "dim")] for line in peer.log_tail]


def scenario_lines(view: ScenarioView) -> list[Line]:
    """A finished scenario: one line, and what its reader must know of checks that did not simply pass."""
    lines: list[Line] = [
        [
            *verdict_mark(view.verdict, 0),
            (one_line(view.scenario.id), "strong"),
            (f"  {one_line(view.scenario.name)}", ""),
            (f"  {duration(view.seconds)}", "dim"),
        ]
    ]
    explained: set[str] = set()
    for step in view.steps:
        for check in step.checks:
            code = check.check.diagnosis.code if check.check.diagnosis is not None else ""
            lines += check_lines(check, f"step {step.name}: {check.name}", explained=code in explained)
            explained.add(code)
    return lines


def check_lines(view: CheckView, place: str, *, explained: bool = False) -> Iterator[Line]:
    """What its reader must know of a check that did not simply pass; a cause that was `explained` is only named."""
    check = view.check
    if view.verdict in _IN_FULL:
        yield [*verdict_mark(view.verdict, 1), (place, "strong")]
        facts = [(label, text) for label, text in check_facts(check) if not explained or label == "diagnosis"]
        for label, text in (
            ("expected", check.expected),
            ("observed", check.observed),
            ("reason", check.reason),
            ("known of", check.known_of),
            *facts,
            ("clauses", ", ".join(check.clauses)),
            ("at", check.source),
            ("wire", check.wire or ""),
        ):
            if text:
                style = view.verdict.value if label == "observed" else "dim" if label in ("at", "wire") else ""
                yield [(" " * 6 + label.ljust(_LABEL_WIDTH), "dim"), (one_line(text), style)]
        for text in check.evidence:
            yield [(" " * 6 + "bytes".ljust(_LABEL_WIDTH), "dim"), (one_line(text), "dim")]
    elif view.verdict in (Verdict.SKIPPED, Verdict.BLOCKED):
        yield [*verdict_mark(view.verdict, 1), (place, ""), (f"  {one_line(check.reason)}", "dim")]
    elif check.expected_failure:
        yield [*verdict_mark(view.verdict, 1), (place, ""), (f"  {one_line(check.expected_failure)}", "dim")]


def verdict_mark(verdict: Verdict, depth: int) -> Line:
    """A verdict at the beginning of a line."""
    return [("  " * depth, ""), (verdict.value.ljust(_VERDICT_WIDTH), verdict.value), (" ", "")]


def summary_lines(result: RunResult, reports: Mapping[str, Path]) -> list[Line]:
    """The end: what became of the run, in numbers and words, and where to read on."""
    status = exit_status(result)
    lines: list[Line] = [[], [(sentence(result), "strong")], _count_line(result)]
    if result.linted:
        lines.append([(f"  {number_of(result.linted, 'association')} linted", "dim")])
    lines += [[("  ", ""), (f"{error.name}: {one_line(error.text)}", "error")] for error in run_errors(result)]
    if result.left_behind:
        peers = ", ".join(dict.fromkeys(left.peer for left in result.left_behind))
        amount = number_of(len(result.left_behind), "object")
        lines.append([(f"  {amount} left behind on {peers}, listed in left-behind.csv", "")])
    lines.append([(f"Exit status {int(status)}: {MEANINGS[status]}", "dim")])
    if "html" in reports:
        lines.append([("Report: ", "dim"), (str(reports["html"]), "strong")])
    return lines


def _count_line(result: RunResult) -> Line:
    line: Line = [(" ", "")]
    for verdict, number in counts(result).items():
        line.append((f" {number} {verdict.value} ", verdict.value if number else "dim"))
    return line
