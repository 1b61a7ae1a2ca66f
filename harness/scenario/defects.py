"""Defects that the reference SCP can be given, so that it can be seen what finds them."""

from __future__ import annotations

from enum import StrEnum


class Defect(StrEnum):
    """What an archive with this defect does; each was seen in one product or another, or is like what was."""

    EXCLUSIVE_RANGE_END = "exclusive-range-end"
    FIRST_UID_ONLY = "first-uid-only"
    EMPTY_VALUES_HIDDEN = "empty-values-hidden"


DEFECTS: dict[str, str] = {
    Defect.EXCLUSIVE_RANGE_END: "the last day of a range of dates is left out",
    Defect.FIRST_UID_ONLY: "of a list of UIDs only the first is looked for",
    Defect.EMPTY_VALUES_HIDDEN: "what has no value for one of the attributes to return is not found",
}
"""Each defect in words."""
