"""Instance Availability Notification as SCP (PS3.4 R.3)."""

from __future__ import annotations

from harness.reference.attribute_list import attributes_of, items, require, text
from harness.reference.normalized import create
from harness.reference.procedure_step import INVALID_ATTRIBUTE_VALUE
from harness.reference.refused import Refused
from harness.reference.request import Request
from harness.standard.normalized import AVAILABILITIES, AVAILABILITY_ATTRIBUTES

_AVAILABILITY_TAG = 0x00080056


def answer_notification(request: Request) -> None:
    """Answer an N-CREATE-RQ. Raises `Refused`, `AssociationEnded`."""
    attributes = attributes_of(request)
    require(attributes, AVAILABILITY_ATTRIBUTES)
    for series in items(attributes, "ReferencedSeriesSequence"):
        for instance in items(series, "ReferencedSOPSequence"):
            if text(instance, "InstanceAvailability") not in AVAILABILITIES:
                comment = "an Instance Availability is none of the Enumerated Values"
                raise Refused(INVALID_ATTRIBUTE_VALUE, comment, attributes=(_AVAILABILITY_TAG,))
    create(request, attributes)
