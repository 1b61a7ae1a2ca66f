"""Performed procedure steps and requests of storage commitment for tests."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from harness.reference.attribute_list import restored
from harness.reference.index import Index
from harness.services.identifier import build_data_set
from harness.standard.attributes import AttributeValue
from harness.standard.normalized import StepStatus
from harness.testdata.normalized import InstanceReference, step_at_end, step_in_progress

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

NOW = datetime(2026, 1, 2, 3, 4, 5)
SERIES = InstanceReference("1.2.840.10008.5.1.4.1.1.2", "1.2.3.4", "1.2.3", "1.2")


def begun(**values: AttributeValue | None) -> Dataset:
    """The attributes of a step in progress, some of them others or (None) left out."""
    return build_data_set(_with(step_in_progress("STATION", "CT", NOW), values))


def ended(status: StepStatus = StepStatus.COMPLETED, **values: AttributeValue | None) -> Dataset:
    """What ends a step, some of it other or (None) left out."""
    return build_data_set(_with(step_at_end(status, [SERIES], NOW), values))


def attributes_by_uid(index: Index, sop_class_uid: str) -> dict[str, Dataset]:
    """The attributes of all instances of a SOP class that a reference SCP keeps, in the order of their creation."""
    query = "SELECT uid, attributes FROM normalized WHERE sop_class = ? ORDER BY rowid"
    with index.transaction() as connection:
        found = connection.execute(query, (sop_class_uid,)).fetchall()
    return {uid: restored(data) for uid, data in found}


def _with(given: dict[str, AttributeValue], values: dict[str, AttributeValue | None]) -> dict[str, AttributeValue]:
    return {keyword: value for keyword, value in (given | values).items() if value is not None}
