"""The numbers of sub-operations in the responses to one C-GET or C-MOVE (PS3.7 9.1.3, 9.1.4; PS3.4 C.4.2, C.4.3)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.dimse.exchange import is_pending
from harness.standard.status import Service, StatusCategory, describe_status
from harness.ul.deviation import Deviation

_COUNTERS = {
    Tag.NUMBER_OF_REMAINING_SUBOPERATIONS: "remaining",
    Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS: "completed",
    Tag.NUMBER_OF_FAILED_SUBOPERATIONS: "failed",
    Tag.NUMBER_OF_WARNING_SUBOPERATIONS: "warning",
}
_DONE = ("completed", "failed", "warning")
_COUNTED_TO_THE_END = (StatusCategory.SUCCESS, StatusCategory.WARNING)
_WITHOUT_REMAINING = (*_COUNTED_TO_THE_END, StatusCategory.FAILURE)
_CLAUSES = {
    "counters-final": ("PS3.4 C.4.2.1.6", "PS3.4 C.4.3.1.5"),
    "counters-canceled": ("PS3.4 C.4.2.3.1", "PS3.4 C.4.3.3.1"),
    "counters-status": ("PS3.4 C.4.2.3.1", "PS3.4 C.4.3.3.1"),
    "failed-list": ("PS3.4 C.4.2.1.4.2", "PS3.4 C.4.3.1.3.2"),
}
"""Of C-MOVE and of C-GET, which say the same."""


class Counters:
    """Follows one C-GET or C-MOVE. `stored` counts the sub-operations that were answered with success."""

    def __init__(self, request: CommandSet) -> None:
        self.is_get = request.command_field == Command.C_GET_RQ
        self.stored = 0
        self._before: dict[str, int] = {}
        self._total: int | None = None

    def take(self, response: CommandSet) -> Iterator[Deviation]:
        """What is wrong with the numbers of a response, alone and beside those before it."""
        numbers = {name: value for tag, name in _COUNTERS.items() if (value := response.number(tag)) is not None}
        yield from self._direction(numbers)
        if is_pending(response.status):
            yield from self._pending(numbers)
        elif response.status is not None:
            category = describe_status(response.status, Service.MOVE).category
            yield from self._final(numbers, category)
            yield from self._failed_list(numbers, category, response.has_data_set)
        self._before.update(numbers)

    def _direction(self, numbers: dict[str, int]) -> Iterator[Deviation]:
        for name, value in numbers.items():
            before = self._before.get(name, value)
            if (value > before) if name == "remaining" else (value < before):
                text = f"the number of {name} sub-operations goes from {before} to {value}"
                yield Deviation("counters-direction", "PS3.7 9.1.4.1", text)

    def _pending(self, numbers: dict[str, int]) -> Iterator[Deviation]:
        missing = [name for name in _COUNTERS.values() if name not in numbers]
        if missing:
            text = f"a pending response has no number of {', '.join(missing)} sub-operations"
            yield Deviation("counters-pending", "PS3.7 9.1.4.1.8", text)
        else:
            yield from self._sum(sum(numbers.values()))

    def _sum(self, total: int) -> Iterator[Deviation]:
        before, self._total = self._total, total
        if before is not None and before != total:
            text = f"the sum of the numbers of sub-operations goes from {before} to {total}"
            yield Deviation("counters-sum", "PS3.7 9.1.4.1", text)

    def _final(self, numbers: dict[str, int], category: StatusCategory) -> Iterator[Deviation]:
        if "remaining" in numbers and category in _WITHOUT_REMAINING:
            text = f"a final response ({category.value}) has a number of remaining sub-operations"
            yield self._deviation("counters-final", text)
        missing = [name for name in _DONE if name not in numbers]
        if category is StatusCategory.CANCEL and missing:
            text = f"a canceled response has no number of {', '.join(missing)} sub-operations"
            yield self._deviation("counters-canceled", text)
        if category not in _COUNTED_TO_THE_END:
            return
        if not missing:
            yield from self._sum(sum(numbers.values()))
        yield from self._status(numbers, category)
        if self.is_get and numbers.get("completed", self.stored) != self.stored:
            text = f"{numbers['completed']} sub-operations are said to be completed, {self.stored} were answered so"
            yield Deviation("counters-true", "PS3.4 C.4.3.3.1", text)

    def _status(self, numbers: dict[str, int], category: StatusCategory) -> Iterator[Deviation]:
        failed, warning = numbers.get("failed", 0), numbers.get("warning", 0)
        if category is StatusCategory.SUCCESS and (failed or warning):
            text = f"success comes with {failed} failed and {warning} warning sub-operations"
            yield self._deviation("counters-status", text)
        elif category is StatusCategory.WARNING and failed and numbers.get("completed") == numbers.get("warning") == 0:
            text = f"a warning comes with {failed} failed sub-operations and no other"
            yield self._deviation("counters-status", text)

    def _failed_list(self, numbers: dict[str, int], category: StatusCategory, listed: bool) -> Iterator[Deviation]:
        failed = numbers.get("failed")
        if failed and not listed:
            text = f"a final response with {failed} failed sub-operations has no identifier that lists them"
            yield self._deviation("failed-list", text)
        elif listed and (failed == 0 or category is StatusCategory.SUCCESS):
            text = "a final response without failed sub-operations has an identifier"
            yield self._deviation("failed-list", text)

    def _deviation(self, rule: str, text: str) -> Deviation:
        return Deviation(rule, _CLAUSES[rule][self.is_get], text)
