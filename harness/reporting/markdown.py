"""`summary.md`: the run on one page, for job summaries of CI systems and for merge requests."""

from __future__ import annotations

import re

from harness.reporting.outline import outline
from harness.reporting.text import VERDICT_MARKS, duration, moment, number_of, one_line
from harness.results.model import Check, RunResult, Verdict
from harness.results.rollup import MEANINGS, counts, effective, exit_status, run_errors
from harness.results.summary import needs_attention, sentence

MARKDOWN_NAME = "summary.md"
DETAILED_CHECKS = 50
"""More problems than this are counted only: a job summary of GitHub holds 1 MiB, and readers less."""
LISTED_SCENARIOS = 500

# Markup is escaped by a backslash; what becomes HTML, a mention or a link without any markup, by its number.
_MARKUP = r"[\\`*_{}\[\]#|~$]"
_LIVE = r"[<>&@]|:(?=//|[A-Za-z])|(?<=\bwww)\."
_SPECIAL = re.compile(f"(?P<markup>{_MARKUP})|(?P<live>{_LIVE})", re.IGNORECASE)


def markdown_text(result: RunResult) -> str:
    """The text of `summary.md`."""
    status = exit_status(result)
    parts = [
        f"# {escaped(sentence(result))}",
        f"Exit status **{int(status)}**: {MEANINGS[status]}." + _when(result),
        _counts(result),
        *_linted(result),
        *_errors(result),
        *_attention(result),
        *_scenarios(result),
        *_peers(result),
        *_left_behind(result),
        f"{escaped(result.tool)}, Python {escaped(result.python)}, run {escaped(result.run_id)}",
    ]
    return "\n\n".join(parts) + "\n"


def _when(result: RunResult) -> str:
    if result.ended is None:
        return f" Started {moment(result.started)}."
    took = (result.ended - result.started).total_seconds()
    return f" Started {moment(result.started)}, took {duration(took)}."


def _counts(result: RunResult) -> str:
    counted = counts(result)
    return table([verdict.value for verdict in counted], [[str(number) for number in counted.values()]])


def _linted(result: RunResult) -> list[str]:
    return [f"Wire lint: {number_of(result.linted, 'association')}."] if result.linted else []


def _errors(result: RunResult) -> list[str]:
    return [f"**{escaped(error.name)}:** {escaped(error.text)}" for error in run_errors(result)]


def _attention(result: RunResult) -> list[str]:
    checks = needs_attention(result)
    if not checks:
        return []
    rows = [_attention_row(result, check) for check in checks[:DETAILED_CHECKS]]
    parts = ["## What needs attention", table(["", "check", "expected", "observed", "at"], rows)]
    if len(checks) > DETAILED_CHECKS:
        parts.append(f"And {number_of(len(checks) - DETAILED_CHECKS, 'check')} more: see report.html.")
    return parts


def _attention_row(result: RunResult, check: Check) -> list[str]:
    verdict = effective(check, strict=result.strict)
    if verdict is Verdict.BLOCKED:
        observed = check.reason
    else:
        observed = check.observed + (f" ({check.reason})" if check.reason else "")
    if check.clauses:
        observed += f" [{', '.join(check.clauses)}]"
    if check.known_of:
        observed += f" (known of {check.known_of})"
    if check.diagnosis is not None:
        observed += f": {check.diagnosis.title} [{check.diagnosis.code}]"
    return [_verdict(verdict), *(escaped(text) for text in (check.id, check.expected, observed, check.source))]


def _scenarios(result: RunResult) -> list[str]:
    views = outline(result)
    if not views:
        return []
    rows = [
        [
            _verdict(view.verdict),
            escaped(view.scenario.id),
            escaped(view.scenario.name),
            escaped(view.scenario.peer),
            str(sum(view.counts.values())),
            duration(view.seconds),
        ]
        for view in views[:LISTED_SCENARIOS]
    ]
    parts = ["## Scenarios", table(["", "scenario", "name", "peer", "checks", "time"], rows)]
    if len(views) > LISTED_SCENARIOS:
        parts.append(f"And {number_of(len(views) - LISTED_SCENARIOS, 'scenario')} more: see report.html.")
    return parts


def _peers(result: RunResult) -> list[str]:
    if not result.peers:
        return []
    rows = [
        [
            escaped(text)
            for text in (
                peer.name,
                peer.error or peer.address,
                peer.kind,
                peer.environment,
                peer.implementation_version_name or peer.version or "",
            )
        ]
        for peer in result.peers.values()
    ]
    return ["## Peers", table(["peer", "address", "kind", "environment", "implementation"], rows)]


def _left_behind(result: RunResult) -> list[str]:
    if not result.left_behind:
        return []
    peers: dict[str, int] = {}
    for left in result.left_behind:
        peers[left.peer] = peers.get(left.peer, 0) + left.instances
    where = ", ".join(f"{number_of(number, 'object')} on {escaped(peer)}" for peer, number in peers.items())
    return ["## Left behind", f"{where}; listed in left-behind.csv."]


def _verdict(verdict: Verdict) -> str:
    return f"{VERDICT_MARKS[verdict]} {verdict.value}"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table of texts that are escaped already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def escaped(text: str) -> str:
    """A text that Markdown shows as it is: no markup, no HTML, no link, no mention."""
    return _SPECIAL.sub(_escape, one_line(text))


def _escape(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};" if found["live"] else "\\" + found[0]
