"""A diagnosis in labelled lines, the same in all reports and of the ladder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.results.model import Check
    from harness.results.particulars import DiagnosisRecord

BLAME = {
    "ours": "on our side",
    "theirs": "on the other side",
    "network": "on the network",
    "undecided": "undecided from here",
}


def check_facts(check: Check) -> Iterator[tuple[str, str]]:
    """The same for a check that failed, after what was seen beside what the check itself says; nothing for others."""
    if check.diagnosis is None:
        return
    for text in check.diagnosis.evidence[1:]:
        if text not in check.reason:
            yield "seen", text
    yield from diagnosis_facts(check.diagnosis)


def diagnosis_facts(diagnosis: DiagnosisRecord) -> Iterator[tuple[str, str]]:
    """Label and text of each line: what is the matter, on whose side, why, and what to do."""
    yield "diagnosis", f"{diagnosis.title} [{diagnosis.code}]"
    yield "where", f"{diagnosis.stage}, {BLAME.get(diagnosis.blame, diagnosis.blame)}"
    yield "why", diagnosis.explanation
    for step in diagnosis.next_steps:
        yield "try", step
    if diagnosis.others:
        yield "or", f"not ruled out: {', '.join(diagnosis.others)}"
    if diagnosis.decides:
        yield "decides", diagnosis.decides
    if diagnosis.request:
        yield "ask", diagnosis.request
