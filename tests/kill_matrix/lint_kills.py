"""What the wire lint finds when a fault strikes in a recorded conversation."""

from __future__ import annotations

from collections.abc import Sequence

from harness.checks.lint.linter import lint
from harness.proxy.catalogue import FAULTS
from harness.proxy.fault import Armed
from harness.proxy.pieces import Side
from harness.proxy.recording import Recording
from tests.support.proxied import Passed, Said, replayed


def rules_broken(passed: Passed) -> dict[str, set[Side]]:
    """The rules that a conversation breaks, and by whom."""
    recording = Recording("conversation")
    for side, piece in passed.pieces:
        if isinstance(piece, bytes):
            recording.passed(side, piece)
    recording.finish()
    broken: dict[str, set[Side]] = {}
    for finding in lint(recording.trace.wire, recording.trace.role):
        broken.setdefault(finding.rule.id, set()).add(Side.REQUESTOR if finding.by_us else Side.ACCEPTOR)
    return broken


def lint_kills(conversations: Sequence[Sequence[Said]], fault: str) -> dict[str, str]:
    """The rules by which this fault is caught: those that the faulty side breaks then, in any of them."""
    return {
        rule: "finding"
        for said in conversations
        for rule, sides in rules_broken(replayed(said, Armed(FAULTS[fault]))).items()
        if FAULTS[fault].side in sides
    }
