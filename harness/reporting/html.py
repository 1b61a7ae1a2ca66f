"""`report.html`: the whole run in one page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from harness.reporting.diagnosis_text import BLAME, check_facts
from harness.reporting.html_bounds import drawn_steps, explained_checks
from harness.reporting.html_load import loads
from harness.reporting.html_matrix import MARKS as MATRIX_MARKS
from harness.reporting.html_matrix import matrices
from harness.reporting.html_overview import blocked, left_behind_by_peer, problems, skipped, working
from harness.reporting.html_sequence import Pause, sequence
from harness.reporting.html_signing import accepted_deviations, attestations, level_counts, scope
from harness.reporting.html_times import times
from harness.reporting.outline import outline
from harness.reporting.pages import page
from harness.reporting.reproduce import reproduce
from harness.reporting.text import VERDICT_MARKS, duration
from harness.results.model import RunResult, Verdict
from harness.results.rollup import MEANINGS, counts, exit_status, run_errors
from harness.results.summary import sentence
from harness.standard.editions import EDITIONS
from harness.standard.uids import uid_name

if TYPE_CHECKING:
    from jinja2 import Environment

    from harness.results.history import History

HTML_NAME = "report.html"
ATTENTION_SHOWN = 50
LEFT_BEHIND_SHOWN = 500
CHANGES_SHOWN = 20
"""Changes of a kind since the former run; `compare` tells all."""
CONTEXTS_SHOWN = 12
"""Presentation contexts of an association that are shown without being asked for."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar that shows the verdicts in proportion, in thousandths of its width."""

    verdict: Verdict
    start: float
    width: float


def html_text(result: RunResult, history: History | None = None) -> str:
    """The text of `report.html`; with a `history`, what changed since the former run is in it."""
    status = exit_status(result)
    scenarios = outline(result)
    return page(
        "report",
        script=True,
        extend=_extend,
        result=result,
        sentence=sentence(result),
        status=status,
        meaning=MEANINGS[status],
        overall=_overall(result),
        counts=counts(result),
        segments=segments(result),
        scenarios=scenarios,
        errors=run_errors(result),
        problems=problems(scenarios),
        blocked=blocked(scenarios),
        skipped=skipped(scenarios),
        working=working(scenarios),
        left_behind=left_behind_by_peer(result),
        scope=scope(scenarios),
        level_counts=level_counts(result),
        deviations=accepted_deviations(result),
        attestations=attestations(result),
        times=times(scenarios),
        loads=loads(scenarios),
        matrices=matrices(result),
        drawn=drawn_steps(result),
        explained=explained_checks(scenarios),
        **_past(result, history),
        took=duration((result.ended - result.started).total_seconds()) if result.ended else "",
    )


def _past(result: RunResult, history: History | None) -> dict[str, object]:
    """What the template has of former runs, and the words for it."""
    if history is None:
        return {"past": None, "compare": None}
    # Here, because most runs are not compared, and each would wait for this.
    from harness.reporting import compare_words
    from harness.reporting.html_history import past

    return {"past": past(result, history), "compare": compare_words}


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


def _extend(environment: Environment) -> None:
    """What the templates of the report know beside those of other pages."""
    environment.filters |= {
        "check_facts": check_facts,
        "uid_name": uid_name,
        "sequence": sequence,
        "reproduce": reproduce,
        "href": _href,
        "anchor": _anchor,
    }
    environment.tests["pause"] = lambda row: isinstance(row, Pause)
    environment.globals |= {
        "marks": VERDICT_MARKS,
        "cell_marks": MATRIX_MARKS,
        "blame": BLAME,
        "editions": EDITIONS,
        "attention_shown": ATTENTION_SHOWN,
        "left_behind_shown": LEFT_BEHIND_SHOWN,
        "contexts_shown": CONTEXTS_SHOWN,
        "changes_shown": CHANGES_SHOWN,
    }


def _href(path: str) -> str:
    """A relative link to a file of the report; never a link with a scheme."""
    return "./" + quote(path.encode("utf-8", "replace"))


def _anchor(identifier: str) -> str:
    """A short name that is the same in every report and unlike any other."""
    return "c" + hashlib.blake2s(identifier.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
