"""A proxied association in a line."""

from __future__ import annotations

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
