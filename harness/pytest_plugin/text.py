"""What a scenario says in pytest's reports."""

from __future__ import annotations

from harness.reporting.check_text import Line, check_lines, verdict_mark
from harness.reporting.outline import ScenarioView
from harness.reporting.text import duration, one_line, printable
from harness.results.model import Verdict

_WORST = (Verdict.FAIL, Verdict.ERROR, Verdict.BLOCKED)


def headline(view: ScenarioView) -> str:
    """What is the matter, in one line."""
    for verdict in _WORST:
        for step in view.steps:
            for check in step.checks:
                if check.verdict is verdict:
                    found = check.check
                    said = found.reason if verdict is not Verdict.FAIL or not found.observed else ""
                    text = said or f"expected {found.expected}; observed {found.observed}"
                    return one_line(f"{verdict.value} in step {step.name}, {check.name}: {text}")
    return view.verdict.value


def failure_text(view: ScenarioView) -> str:
    """Every step with its verdict and place, and what its reader must know of checks that did not simply pass."""
    lines: list[Line] = [[(one_line(f"{view.scenario.name} ({view.scenario.peer})"), "")]]
    explained: set[str] = set()
    for step in view.steps:
        title = one_line(f"step {step.name}: {step.step.title}  {duration(step.step.seconds)}  {step.step.source}")
        lines.append([*verdict_mark(step.verdict, 0), (title, "")])
        for check in step.checks:
            code = check.check.diagnosis.code if check.check.diagnosis is not None else ""
            lines += check_lines(check, check.name, explained=code in explained)
            explained.add(code)
    return "".join("".join(printable(text) for text, _ in line).rstrip() + "\n" for line in lines)


def reasons(view: ScenarioView, verdict: Verdict) -> list[str]:
    """Why checks have a verdict, each reason once."""
    found: dict[str, None] = {}
    for step in view.steps:
        for check in step.checks:
            if check.verdict is verdict:
                seen = check.check
                text = seen.reason or f"expected {seen.expected}; observed {seen.observed}"
                found[one_line(text if verdict is Verdict.SKIPPED else f"step {step.name}, {check.name}: {text}")] = (
                    None
                )
    return list(found)
