"""Requests of a captured association, and what was answered to them (PS3.7 9.3, 10.3)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.dimse.exchange import is_pending
from harness.observe.outcomes import SubOperations

KINDS_KEPT = 10_000


@dataclass(slots=True)
class Exchange:
    """A request, and what came of it.

    `by_opener` says who asked, `seconds` when, counted from the start of the association. `is_whole` says whether all
    of the request was seen, so that an answer could be expected. `status` is that of the final response at `answered`,
    None where none came; `counters` and `pending` are those of a retrieve or query, `destination` that of a C-MOVE.
    """

    request: str
    by_opener: bool
    sop_class_uid: str
    seconds: float
    destination: str = ""
    is_whole: bool = False
    is_canceled: bool = False
    status: int | None = None
    answered: float | None = None
    pending: int = 0
    counters: SubOperations = field(default_factory=SubOperations)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is the same for exchanges that are counted together."""

    request: str
    by_opener: bool
    status: int
    sop_class_uid: str
    destination: str


class Exchanges:
    """All of an association: of those that were answered the first of each kind and how many there were."""

    def __init__(self) -> None:
        self.counts: Counter[Kind] = Counter()
        self.matches = 0
        """Pending responses to queries."""
        self._first: dict[Kind, Exchange] = {}
        self._open: dict[tuple[bool, int], Exchange] = {}
        self._early: Counter[tuple[bool, int]] = Counter()
        """Answers that came before their requests: where packets are missing, one end is heard later than the other."""

    @property
    def answered(self) -> list[Exchange]:
        """The first of each kind, in the order of their answers."""
        return list(self._first.values())

    @property
    def unanswered(self) -> list[Exchange]:
        """Those without a final response, in the order of the requests."""
        return list(self._open.values())

    def begin(self, command: CommandSet, by_opener: bool, seconds: float) -> None:
        """A command set is there."""
        if command.is_cancel:
            asked = self._open.get((by_opener, command.message_id_being_responded_to or 0))
            if asked is not None:
                asked.is_canceled = True
        elif command.is_response:
            self._answer(command, by_opener, seconds)
        elif self._early[by_opener, command.message_id or 0]:
            self._early[by_opener, command.message_id or 0] -= 1
        elif command.command_field is not None:
            self._open[by_opener, command.message_id or 0] = Exchange(
                command.name,
                by_opener,
                command.affected_sop_class_uid or command.text(Tag.REQUESTED_SOP_CLASS_UID) or "",
                seconds,
                command.text(Tag.MOVE_DESTINATION) or "",
            )

    def complete(self, command: CommandSet, by_opener: bool) -> None:
        """The message of a command set is whole, with its data set."""
        asked = None if command.is_response else self._open.get((by_opener, command.message_id or 0))
        if asked is not None:
            asked.is_whole = True

    def _answer(self, command: CommandSet, by_opener: bool, seconds: float) -> None:
        key = (not by_opener, command.message_id_being_responded_to or 0)
        asked = self._open.get(key) or _unseen(command, not by_opener, seconds)
        asked.counters = _counters(command, asked.counters)
        if is_pending(command.status):
            asked.pending += 1
            self.matches += command.command_field == Command.C_FIND_RSP
            return
        if command.status is None:
            return
        self._early[key] += self._open.pop(key, None) is None
        asked.status, asked.answered = command.status, seconds
        kind = Kind(asked.request, asked.by_opener, command.status, asked.sop_class_uid, asked.destination)
        if kind in self.counts or len(self.counts) < KINDS_KEPT:
            self.counts[kind] += 1
            self._first.setdefault(kind, asked)


def _unseen(response: CommandSet, by_opener: bool, seconds: float) -> Exchange:
    """The exchange of a response whose request was not captured."""
    name = response.name.removesuffix("-RSP") + "-RQ"
    return Exchange(name, by_opener, response.affected_sop_class_uid or "", seconds, is_whole=True)


def _counters(command: CommandSet, before: SubOperations) -> SubOperations:
    """The counters of a response; one that it does not have is that of the response before."""
    named = [
        command.number(tag)
        for tag in (
            Tag.NUMBER_OF_REMAINING_SUBOPERATIONS,
            Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS,
            Tag.NUMBER_OF_FAILED_SUBOPERATIONS,
            Tag.NUMBER_OF_WARNING_SUBOPERATIONS,
        )
    ]
    known = (before.remaining, before.completed, before.failed, before.warning)
    return SubOperations(*(new if new is not None else old for new, old in zip(named, known, strict=True)))
