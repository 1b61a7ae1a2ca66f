"""What a requestor sees of each fault of queries, retrievals and releases: two matches, three instances."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.elements import Command, Tag
from harness.proxy.pieces import Close, Hang, Pause, Reset, Whole
from harness.ul import pdu as p
from tests.proxy.seen_responses import of, types
from tests.support.proxied import INSTANCES, STUDIES, Passed

ANSWER, GET, STORE = Command.C_FIND_RSP, Command.C_GET_RSP, Command.C_STORE_RQ


def statuses(seen: Passed, command: Command) -> list[int | None]:
    return [message.command.status for message in of(seen, command)]


def matches(seen: Passed) -> list[Whole]:
    return [message for message in of(seen, ANSWER) if message.command.status == 0xFF00]


def counter(seen: Passed, tag: Tag) -> list[int | None]:
    return [message.command.number(tag) for message in of(seen, GET)]


def final(seen: Passed) -> Whole:
    return of(seen, GET)[-1]


def identifier(seen: Passed) -> bytes:
    """Of the first match."""
    return matches(seen)[0].data or b""


def differing(seen: Passed, said: Passed, command: Command) -> int:
    """How many bytes of the first data set are others."""
    ours, theirs = of(seen, command)[0].data or b"", of(said, command)[0].data or b""
    return sum(one != other for one, other in zip(ours, theirs, strict=True))


REMAINING, COMPLETED = Tag.NUMBER_OF_REMAINING_SUBOPERATIONS, Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS

SEEN: dict[str, Callable[[Passed], bool]] = {
    "match-missing": lambda seen: len(matches(seen)) == STUDIES - 1,
    "match-twice": lambda seen: len(matches(seen)) == STUDIES + 1 and matches(seen)[0] == matches(seen)[1],
    "match-without-identifier": lambda seen: matches(seen)[0].data is None,
    "match-cut-short": lambda seen: len(identifier(seen)) == len(matches(seen)[1].data or b"") - 4,
    "match-is-final": lambda seen: statuses(seen, ANSWER) == [0, 0xFF00, 0] and bool(of(seen, ANSWER)[0].data),
    "final-with-identifier": lambda seen: of(seen, ANSWER)[-1].data is not None,
    "retrieve-success-with-identifier": lambda seen: final(seen).data is not None,
    "pending-after-final": lambda seen: statuses(seen, ANSWER) == [0xFF00, 0xFF00, 0, 0xFF00],
    "counters-missing": lambda seen: counter(seen, COMPLETED)[0] is None and counter(seen, REMAINING)[0] is None,
    "counters-too-high": lambda seen: counter(seen, COMPLETED) == [6, 2, 3],
    "remaining-with-final": lambda seen: final(seen).command.number(REMAINING) == 3,
    "remaining-rises": lambda seen: counter(seen, REMAINING)[0] == 1000 + INSTANCES - 1,
    "retrieve-nothing": lambda seen: counter(seen, COMPLETED)[-1] == 0 and final(seen).command.status == 0,
    "retrieve-failed-unnamed": lambda seen: (
        (final(seen).command.status, final(seen).command.number(Tag.NUMBER_OF_FAILED_SUBOPERATIONS), final(seen).data)
        == (0xB000, 1, None)
    ),
    "retrieve-warning-for-success": lambda seen: final(seen).command.status == 0xB000,
    "sub-operation-missing": lambda seen: len(of(seen, STORE)) == INSTANCES - 1,
    "sub-operation-other-instance": lambda seen: (
        of(seen, STORE)[0].command.affected_sop_instance_uid == "1.2.840.99999.404"
    ),
    "sub-operation-without-priority": lambda seen: of(seen, STORE)[0].command.number(Tag.PRIORITY) is None,
    "release-ignored": lambda seen: not seen.of(p.ReleaseRP) and seen.actions() == [Hang()],
    "release-late": lambda seen: len(seen.of(p.ReleaseRP)) == 1 and seen.actions() == [Pause(2.0)],
    "release-aborted": lambda seen: types(seen)[-1] == 7 and not seen.of(p.ReleaseRP) and seen.actions() == [Close()],
    "release-closed": lambda seen: types(seen)[-1] == 4 and seen.actions() == [Close()],
    "release-reset": lambda seen: types(seen)[-1] == 4 and seen.actions() == [Reset()],
    "release-twice": lambda seen: len(seen.of(p.ReleaseRP)) == 2,
    "release-length": lambda seen: seen.octets().endswith(bytes.fromhex("0600 00000006 000000000000")),
    "release-collides": lambda seen: types(seen)[-2:] == [5, 6],
    "abort-after-release": lambda seen: types(seen)[-2:] == [6, 7],
}

CHANGED: dict[str, Callable[[Passed, Passed], bool]] = {
    "match-changed": lambda seen, said: differing(seen, said, ANSWER) == 1,
    "sub-operation-changed": lambda seen, said: differing(seen, said, STORE) == 1,
}
"""Seen only beside what was really said."""
