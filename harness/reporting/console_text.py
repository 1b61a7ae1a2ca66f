"""What the console says, as lines of styled pieces; how they are shown is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from harness.reporting.check_text import UNTOLD, Line, check_lines, verdict_mark
from harness.reporting.outline import CheckView, ScenarioView
from harness.reporting.text import duration, number_of, one_line
from harness.results.left_behind import objects_in
from harness.results.model import PeerRecord, RunResult, Verdict
from harness.results.rollup import MEANINGS, counts, exit_status, run_errors
from harness.results.summary import sentence

_NAMED = 4
"""Steps that are named of those that one line is about."""


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
    alike = _not_carried_out(view)
    if len(alike) == 1 and all(check.verdict in UNTOLD for step in view.steps for check in step.checks):
        ((_, reason), steps), *_ = alike.items()
        if len(steps) > 1:
            return [[*lines[0], (f"  {number_of(len(steps), 'step')}: {reason}", "dim")]]
    explained: set[str] = set()
    for step in view.steps:
        for check in step.checks:
            together = alike.get((check.verdict, one_line(check.check.reason)), [])
            if len(together) > 1:
                if together[0] == step.name:
                    lines.append(_folded(check, together))
                continue
            code = check.check.diagnosis.code if check.check.diagnosis is not None else ""
            lines += check_lines(check, f"step {step.name}: {check.name}", explained=code in explained)
            explained.add(code)
    return lines


def _not_carried_out(view: ScenarioView) -> dict[tuple[Verdict, str], list[str]]:
    """The steps that were skipped or blocked, by verdict and reason: what many have in common is said once."""
    alike: dict[tuple[Verdict, str], list[str]] = {}
    for step in view.steps:
        for check in step.checks:
            if check.verdict in UNTOLD:
                steps = alike.setdefault((check.verdict, one_line(check.check.reason)), [])
                steps += [step.name] if step.name not in steps else []
    return alike


def _folded(view: CheckView, steps: Sequence[str]) -> Line:
    """One line for steps that were not carried out for the same reason."""
    named = ", ".join(steps[:_NAMED])
    more = f" and {len(steps) - _NAMED} more" if len(steps) > _NAMED else ""
    return [*verdict_mark(view.verdict, 1), (f"steps {named}{more}", ""), (f"  {one_line(view.check.reason)}", "dim")]


def summary_lines(result: RunResult, reports: Mapping[str, Path]) -> list[Line]:
    """The end: what became of the run, in numbers and words, and where to read on."""
    status = exit_status(result)
    lines: list[Line] = [[], [(sentence(result), "strong")], _count_line(result)]
    if result.linted:
        lines.append([(f"  {number_of(result.linted, 'association')} linted", "dim")])
    lines += _waiting_lines(result)
    lines += [[("  ", ""), (f"{error.name}: {one_line(error.text)}", "error")] for error in run_errors(result)]
    if result.left_behind:
        peers = ", ".join(dict.fromkeys(left.peer for left in result.left_behind))
        amount = number_of(objects_in(result.left_behind), "object")
        lines.append([(f"  {amount} left behind on {peers}, listed in left-behind.csv", "")])
    lines.append([(f"Exit status {int(status)}: {MEANINGS[status]}", "dim")])
    if "html" in reports:
        lines.append([("Report: ", "dim"), (str(reports["html"]), "strong")])
    return lines


def _waiting_lines(result: RunResult) -> Iterator[Line]:
    """How long was waited for what never came, and where: that time is set by deadlines, not by the peer or by us."""
    groups: dict[str, list[float]] = {}
    for step in result.steps:
        if step.waited:
            groups.setdefault(step.scenario, []).append(step.waited)
    if not groups or result.ended is None:
        return
    waited = sum(map(sum, groups.values()))
    rest = max(0.0, (result.ended - result.started).total_seconds() - waited)
    places = ", ".join(
        f"{one_line(name.partition('/')[2])} {duration(sum(each))} ({number_of(len(each), 'case')})"
        for name, each in sorted(groups.items(), key=lambda group: -sum(group[1]))
    )
    yield [(f"  {duration(rest)} of work, and {duration(waited)} of waiting for what never came:", "")]
    yield [(f"  {places}", "dim")]


def _count_line(result: RunResult) -> Line:
    line: Line = [(" ", "")]
    for verdict, number in counts(result).items():
        line.append((f" {number} {verdict.value} ", verdict.value if number else "dim"))
    return line
