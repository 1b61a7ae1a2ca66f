"""The lint of captures that others made: *we* is then whoever asked for the association."""

from __future__ import annotations

from harness.checks.lint.linter import lint
from harness.checks.lint.model import Finding
from harness.observe.capture.association import CapturedAssociation
from harness.observe.trace import Role


def lint_captured(association: CapturedAssociation) -> list[Finding] | None:
    """What is found in a captured association; None where too little of it was captured to say anything.

    Nothing can be held against anybody who may have said what was not captured.
    """
    known = association.is_dicom and not (association.is_incomplete or association.lost or association.begins_before)
    return lint(association.trace.wire, Role.REQUESTOR) if known else None
