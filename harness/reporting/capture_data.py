"""What is made of a capture, as data for programs. The schema number changes when something is taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.diagnosis.captured.hints import hints_of_capture
from harness.diagnosis.captured.verdict import Explained, State
from harness.diagnosis.record import record_of
from harness.observe.capture.associations import Capture
from harness.reporting.capture_facts import facts_of
from harness.reporting.capture_lint import lint_data
from harness.reporting.climb_text import NOTHING_WRONG


def capture_data(path: Path, capture: Capture, found: Sequence[Explained]) -> dict[str, Any]:
    """The whole capture; `code` is that of the first connection that went wrong, or else of one that is unclear."""
    diagnoses = [one.diagnosis for state in (State.WRONG, State.UNCLEAR) for one in found if one.state is state]
    return {
        "schema": 1,
        "file": str(path),
        "packets": capture.packets,
        "without_tcp": dict(capture.others),
        "begun": datetime.fromtimestamp(capture.begun, UTC).isoformat(),
        "seconds": round(capture.ended - capture.begun, 6),
        "cut": capture.is_cut,
        "code": next((one.code for one in diagnoses if one is not None), NOTHING_WRONG),
        "hints": [asdict(record_of(hint)) for hint in hints_of_capture(one.association for one in found)],
        "connections": [_connection(one) for one in found],
    }


def _connection(one: Explained) -> dict[str, Any]:
    association, diagnosis = one.association, one.diagnosis
    trace = association.trace
    return {
        "number": association.number,
        "state": one.state.value,
        "code": diagnosis.code if diagnosis is not None else NOTHING_WRONG,
        "protocol": one.protocol,
        "started": trace.started.isoformat(),
        "seconds": round(association.seconds, 6),
        "from": list(association.opener),
        "to": list(association.listener),
        "calling_ae_title": trace.calling_ae_title,
        "called_ae_title": trace.called_ae_title,
        **facts_of(association),
        "diagnosis": asdict(record_of(diagnosis)) if diagnosis is not None else None,
        "lint": lint_data(association),
    }
