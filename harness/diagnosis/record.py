"""A diagnosis as the results keep it."""

from __future__ import annotations

from harness.diagnosis.model import Diagnosis
from harness.results.particulars import DiagnosisRecord


def record_of(diagnosis: Diagnosis) -> DiagnosisRecord:
    """The diagnosis as plain data."""
    cause = diagnosis.cause
    return DiagnosisRecord(
        code=cause.code,
        stage=cause.stage.value,
        blame=cause.blame.value,
        title=cause.title,
        explanation=cause.explanation,
        evidence=diagnosis.evidence,
        next_steps=cause.next_steps,
        request=diagnosis.request,
        decides=cause.decides,
        others=tuple(other.code for other in diagnosis.others),
        clause=cause.clause,
    )
