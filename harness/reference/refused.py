"""Requests answered with a failure status (PS3.7 Annex C, PS3.4 C.4)."""

from __future__ import annotations

from harness.dimse.command import CommandSet, Value
from harness.dimse.elements import Tag
from harness.dimse.messages import response_to

IDENTIFIER_DOES_NOT_MATCH = 0xA900
UNABLE_TO_PROCESS = 0xC000
LONGEST_COMMENT = 64
"""Characters of an Error Comment (0000,0902), whose VR is LO."""


class Refused(Exception):
    """A request that is answered with `status`; `comment` holds no value of a data set, `tag` is what offends.

    Of operations on normalized instances `attributes` are the tags that offend, `error_id` says more than the status.
    """

    def __init__(
        self,
        status: int,
        comment: str = "",
        tag: int | None = None,
        *,
        attributes: tuple[int, ...] = (),
        error_id: int | None = None,
    ) -> None:
        super().__init__(comment)
        self.status = status
        self.comment = comment
        self.tag = tag
        self.attributes = attributes
        self.error_id = error_id

    def response_to(self, request: CommandSet) -> CommandSet:
        """The only and final response."""
        more: dict[int, Value] = {}
        if self.comment:
            more[Tag.ERROR_COMMENT] = self.comment[:LONGEST_COMMENT]
        if self.tag is not None:
            more[Tag.OFFENDING_ELEMENT] = (self.tag,)
        if self.attributes:
            more[Tag.ATTRIBUTE_IDENTIFIER_LIST] = self.attributes
        if self.error_id is not None:
            more[Tag.ERROR_ID] = self.error_id
        return response_to(request, self.status, more=more)
