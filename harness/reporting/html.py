"""`report.html`: the whole run in one file that works offline, prints, and loads nothing from anywhere.

A content security policy in the file forbids every request and every script but its own, so that even a text that got
through the escaping could do nothing.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from harness.reporting.diagnosis_text import check_facts
from harness.reporting.ladder import Gap, ladder
from harness.reporting.outline import CheckView, ScenarioView, StepView, outline
from harness.reporting.text import VERDICT_MARKS, duration, moment, number_of, printable
from harness.results.model import LeftBehind, RunResult, Verdict
from harness.results.rollup import MEANINGS, counts, exit_status, run_errors, severity
from harness.results.summary import NEEDS_ATTENTION, sentence
from harness.standard.uids import uid_name

if TYPE_CHECKING:
    from jinja2 import Template

HTML_NAME = "report.html"
ATTENTION_SHOWN = 50
LEFT_BEHIND_SHOWN = 500

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Concern:
    """A check that needs attention, and where it stands."""

    scenario: ScenarioView
    step: StepView
    item: CheckView


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar that shows the verdicts in proportion, in thousandths of its width."""

    verdict: Verdict
    start: float
    width: float


def html_text(result: RunResult) -> str:
    """The text of `report.html`."""
    css, script = (asset("report.css"), asset("report.js"))
    status = exit_status(result)
    scenarios = outline(result)
    attention = concerns(scenarios)
    return _template().render(
        css=css,
        script=script,
        policy=f"default-src 'none'; style-src '{digest(css)}'; script-src '{digest(script)}'; base-uri 'none'",
        result=result,
        sentence=sentence(result),
        status=status,
        meaning=MEANINGS[status],
        overall=_overall(result),
        counts=counts(result),
        segments=segments(result),
        scenarios=scenarios,
        errors=run_errors(result),
        attention=[concern for concern in attention if concern.item.verdict is not Verdict.BLOCKED],
        blocked=_blocked(attention),
        left_behind=_by_peer(result),
        took=duration((result.ended - result.started).total_seconds()) if result.ended else "",
    )


def segments(result: RunResult) -> list[Segment]:
    """The parts of the bar of verdicts; none without checks."""
    parts, start = [], 0.0
    total = len(result.checks)
    for verdict, number in counts(result).items():
        if number:
            width = 1000 * number / total
            parts.append(Segment(verdict, round(start, 2), round(width, 2)))
            start += width
    return parts


def _overall(result: RunResult) -> Verdict:
    """The color of the run as a whole."""
    status = exit_status(result)
    if status == 0:
        return Verdict.PASS
    return {1: Verdict.FAIL, 5: Verdict.SKIPPED}.get(int(status), Verdict.ERROR)


def concerns(scenarios: list[ScenarioView]) -> list[Concern]:
    """The checks that somebody should look at, worst first."""
    found = [
        Concern(scenario, step, item)
        for scenario in scenarios
        for step in scenario.steps
        for item in step.checks
        if item.verdict in NEEDS_ATTENTION
    ]
    return sorted(found, key=lambda concern: severity(concern.item.verdict))


def _blocked(attention: list[Concern]) -> dict[tuple[str, str], int]:
    """How many checks were blocked, by scenario and reason."""
    reasons: dict[tuple[str, str], int] = {}
    for concern in attention:
        if concern.item.verdict is Verdict.BLOCKED:
            key = (concern.scenario.scenario.name, concern.item.check.reason)
            reasons[key] = reasons.get(key, 0) + 1
    return reasons


def _by_peer(result: RunResult) -> dict[tuple[str, str], list[LeftBehind]]:
    by_peer: dict[tuple[str, str], list[LeftBehind]] = {}
    for left in result.left_behind:
        by_peer.setdefault((left.peer, left.address), []).append(left)
    return by_peer


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from harness.reporting.template_cache import TemplateCache

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=TemplateCache(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=shown,
    )
    environment.filters |= {
        "check_facts": check_facts,
        "duration": duration,
        "moment": moment,
        "number_of": number_of,
        "uid_name": uid_name,
        "ladder": ladder,
        "href": _href,
        "anchor": _anchor,
    }
    environment.tests["gap"] = lambda row: isinstance(row, Gap)
    environment.globals |= {
        "marks": VERDICT_MARKS,
        "attention_shown": ATTENTION_SHOWN,
        "left_behind_shown": LEFT_BEHIND_SHOWN,
    }
    return environment.get_template("report.html.j2")


def shown(value: object) -> object:
    """What a template shows of a value: nothing that steers a reader's program."""
    # Markup (our own style, script and macros) passes: a plain text in its place would be escaped.
    return printable(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _href(path: str) -> str:
    """A relative link to a file of the report; never a link with a scheme."""
    return "./" + quote(path.encode("utf-8", "replace"))


def _anchor(identifier: str) -> str:
    """A short name that is the same in every report and unlike any other."""
    return "c" + hashlib.blake2s(identifier.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def asset(name: str) -> str:
    """A style or script of ours, not to be escaped."""
    from markupsafe import Markup

    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def digest(text: str) -> str:
    """How a content security policy names a text that it allows."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
