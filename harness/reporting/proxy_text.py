"""A proxied association in a line, and what the wire lint found in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harness.checks.lint.linter import lint
from harness.observe.ending import EndingKind
from harness.proxy.pieces import Side
from harness.proxy.recording import Recording
from harness.reporting.text import duration, one_line


def association_line(number: int, recording: Recording) -> str:
    """Who talked to whom, what was answered how often, and how it ended."""
    trace = recording.trace
    titles = f"{trace.calling_ae_title or '?'} -> {trace.called_ae_title or '?'}"
    accepted = sum(context.accepted for context in trace.contexts)
    parts = [f"{accepted} of {len(trace.contexts)} presentation contexts"] if trace.contexts else []
    parts += [f"{count} x {name} {status:04X}H" for (name, status), count in sorted(recording.answered.items())]
    parts.append(str(trace.ending))
    return one_line(f"{number}  {titles}  {duration(trace.elapsed)}  {'; '.join(parts)}")


def finding_lines(recording: Recording) -> Iterator[str]:
    """What each side did that departs from the standard: a line for each rule and side, with its first finding."""
    trace = recording.trace
    if trace.ending is not None and trace.ending.kind is EndingKind.NOT_DICOM:
        return
    findings = lint(trace.wire, trace.role)
    counts = Counter((finding.rule.id, finding.by_us) for finding in findings)
    for finding in findings:
        count = counts.pop((finding.rule.id, finding.by_us), 0)
        if count:
            side = Side.REQUESTOR if finding.by_us else Side.ACCEPTOR
            more = f" (and {count - 1} more)" if count > 1 else ""
            where = f"{finding.clause}, {finding.rule.level}, {finding.rule.id}"
            yield "   " + one_line(f"the {side}: {finding.detail}{more} [{where}]")
