"""Modality Performed Procedure Step as SCP: which states follow which, and what each needs (PS3.4 F.7.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.reference.attribute_list import PROCESSING_FAILURE, attributes_of, require, text
from harness.reference.normalized import change, create
from harness.reference.refused import Refused
from harness.reference.request import Request
from harness.standard.attributes import resolve_attribute
from harness.standard.normalized import FINAL, FOLLOWING, PROCEDURE_STEP_ATTRIBUTES, StepStatus

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

NO_SUCH_ATTRIBUTE = 0x0105
INVALID_ATTRIBUTE_VALUE = 0x0106
_STATUS = "PerformedProcedureStepStatus"
_STATUS_TAG = 0x00400252
_NO_LONGER = 0xA710
"""Error ID of what may no longer be updated (PS3.4 Table F.7.2-2)."""


def answer_create(request: Request) -> None:
    """Answer an N-CREATE-RQ. Raises `Refused`, `AssociationEnded`."""
    attributes = attributes_of(request)
    require(attributes, PROCEDURE_STEP_ATTRIBUTES)
    _check_state(None, _state(attributes))
    create(request, attributes)


def answer_set(request: Request) -> None:
    """Answer an N-SET-RQ. Raises `Refused`, `AssociationEnded`."""
    modifications = attributes_of(request)

    def modify(attributes: Dataset) -> None:
        before = _state(attributes)
        if before in FINAL:
            comment = "Performed Procedure Step Object may no longer be updated"
            raise Refused(PROCESSING_FAILURE, comment, error_id=_NO_LONGER)
        _check_settable(modifications)
        attributes.update(modifications)
        after = _state(attributes)
        _check_state(before, after)
        require(attributes, PROCEDURE_STEP_ATTRIBUTES, final=after in FINAL)

    change(request, modify)


def _state(attributes: Dataset) -> StepStatus:
    """The Performed Procedure Step Status. Raises `Refused` for what is none."""
    found = text(attributes, _STATUS)
    known = next((status for status in StepStatus if status == found), None)
    if known is None:
        raise _invalid_status("is none of the Enumerated Values")
    return known


def _check_state(before: StepStatus | None, after: StepStatus) -> None:
    if after not in FOLLOWING[before]:
        raise _invalid_status(f"must be {FOLLOWING[before][0]} at first")


def _invalid_status(reason: str) -> Refused:
    return Refused(INVALID_ATTRIBUTE_VALUE, f"the status of the step {reason}", attributes=(_STATUS_TAG,))


def _check_settable(modifications: Dataset) -> None:
    """Hold a modification list against what N-SET may change (PS3.4 Table F.7.2-1). Raises `Refused`."""
    fixed = (usage.keyword for usage in PROCEDURE_STEP_ATTRIBUTES if not usage.settable)
    offending = tuple(resolve_attribute(keyword).tag for keyword in fixed if keyword in modifications)
    if offending:
        raise Refused(NO_SUCH_ATTRIBUTE, "N-SET may not change these attributes", attributes=offending)
