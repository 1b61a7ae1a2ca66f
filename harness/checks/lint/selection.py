"""Which associations are linted, and which findings count, wherever an association comes from."""

from __future__ import annotations

from collections.abc import Iterable

from harness.checks.lint.model import Finding
from harness.observe.ending import EndingKind
from harness.observe.trace import Trace

_CHOSEN = ("lint/application-context-name", "lint/default-transfer-syntax", "lint/step-instance")
"""Rules that we break only where a scenario wants it so, in words of its own."""
_NOT_DICOM = (EndingKind.NOT_DICOM, EndingKind.TLS)


def is_linted(trace: Trace) -> bool:
    """Not where no PDU was exchanged, or no DICOM was spoken."""
    return bool(trace.wire.entries) and not (trace.ending is not None and trace.ending.kind in _NOT_DICOM)


def unchosen(findings: Iterable[Finding]) -> list[Finding]:
    """All but what we did because we were told to."""
    return [finding for finding in findings if not (finding.by_us and finding.rule.id in _CHOSEN)]
