"""What is seen of each fault of the order of PDUs, of proposals, of N-services, and of what is said too early."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.elements import Command, Tag
from harness.proxy.pieces import Hang, Hold, Side
from harness.ul import items as i
from harness.ul import pdu as p
from tests.proxy.seen_acceptance import answer, results, sub_items
from tests.proxy.seen_requests import request
from tests.proxy.seen_responses import octets, of, tags
from tests.proxy.seen_results import ANSWER, GET, statuses
from tests.support.proxied import Passed

REQUESTOR = Side.REQUESTOR
UNKNOWN_CLASS, LAST = 3, 15
"""Identifiers of contexts of the conversation: a SOP class that nobody knows, and C-MOVE in Implicit VR alone."""


def types(seen: Passed, side: Side = Side.ACCEPTOR) -> list[int]:
    return [pdu.pdu_type for pdu in seen.pdus(side)]


def names(seen: Passed) -> list[str]:
    return [message.command.name for message in seen.messages(REQUESTOR)]


def first_context(seen: Passed) -> bytes:
    """The sub-items of the first proposed context, as they are on the wire."""
    body = seen.pdus(REQUESTOR)[0].body
    start = body.index(b"\x20\x00", 68)
    return body[start + 8 : start + 4 + int.from_bytes(body[start + 2 : start + 4], "big")]


def user_item(seen: Passed, kind: type[i.UserItem]) -> list[i.UserItem]:
    return [item for item in request(seen).user_items if isinstance(item, kind)]


def instance(seen: Passed, command: Command) -> str | None:
    return of(seen, command)[0].command.affected_sop_instance_uid


def success_before_the_rest(seen: Passed) -> bool:
    """A C-STORE-RSP comes before the last PDU of the first C-STORE-RQ."""
    at = [
        number
        for number, (side, piece) in enumerate(seen.pieces)
        if side is Side.ACCEPTOR and isinstance(piece, bytes) and b"\x00\x00\x00\x01\x02\x00\x00\x00\x01\x80" in piece
    ]
    return seen.pieces[at[0] + 1][0] is REQUESTOR and seen.pieces[at[0] - 1][0] is REQUESTOR and len(at) == 7


SEEN: dict[str, Callable[[Passed], bool]] = {
    "ac-common-extended": lambda seen: bool(sub_items(seen, i.CommonExtendedNegotiation)),
    "ac-reserved-not-repeated": lambda seen: answer(seen).reserved[2:] == b"\x55" * 32,
    "ac-accepts-unknown": lambda seen: dict(results(seen))[UNKNOWN_CLASS] == 0,
    "ac-implicit-refused": lambda seen: dict(results(seen))[LAST] == 4,
    "closes-late": lambda seen: seen.actions() == [Hold(90.0)],
    "element-unknown": lambda seen: 0x00009999 in tags(octets(seen)),
    "element-cut-off": lambda seen: octets(seen).endswith(b"\x02\x09\x40\x00\x00\x00cut off "),
    "status-pending": lambda seen: statuses(seen, Command.C_STORE_RSP)[0] == 0xFF00,
    "retrieve-failed-with-success": lambda seen: (
        of(seen, GET)[-1].command.number(Tag.NUMBER_OF_FAILED_SUBOPERATIONS) == 1
    ),
    "query-canceled": lambda seen: statuses(seen, ANSWER)[-1] == 0xFE00,
    "retrieve-canceled": lambda seen: statuses(seen, GET)[-1] == 0xFE00,
    "store-success-early": success_before_the_rest,
    "step-unnamed": lambda seen: (
        [
            message.command.affected_sop_instance_uid
            for message in seen.messages(REQUESTOR)
            if message.command.command_field == Command.N_CREATE_RQ
        ]
        == [None, None]
    ),
    "created-unnamed": lambda seen: instance(seen, Command.N_CREATE_RSP) is None,
    "created-another": lambda seen: instance(seen, Command.N_CREATE_RSP) == "1.2.840.99999.405",
    "set-another": lambda seen: instance(seen, Command.N_SET_RSP) == "1.2.840.99999.405",
    "data-before-request": lambda seen: types(seen, REQUESTOR)[:2] == [4, 1],
    "rq-twice": lambda seen: types(seen, REQUESTOR)[:2] == [1, 1],
    "release-before-acceptance": lambda seen: types(seen, REQUESTOR)[:2] == [1, 5],
    "data-after-release-request": lambda seen: types(seen, REQUESTOR)[-2:] == [5, 4],
    "release-too-early": lambda seen: types(seen, REQUESTOR)[:3] == [1, 4, 5],
    "request-twice": lambda seen: names(seen)[:2] == ["C-ECHO-RQ", "C-ECHO-RQ"],
    "cancel-of-nothing": lambda seen: "C-CANCEL-RQ" in names(seen),
    "data-before-acceptance": lambda seen: types(seen)[:2] == [4, 2],
    "rejection-and-acceptance": lambda seen: types(seen)[:2] == [3, 2],
    "release-unasked": lambda seen: types(seen)[:3] == [2, 6, 4],
    "abort-and-response": lambda seen: types(seen)[:3] == [2, 7, 4],
    "rq-called-title-blank": lambda seen: request(seen).called == b" " * 16,
    "rq-calling-title-control": lambda seen: request(seen).calling.startswith(b"SCU\0\1"),
    "rq-application-context-unregistered": lambda seen: request(seen).application_context == "1.2.840.10008.3.1.1.99",
    "rq-two-abstract-syntaxes": lambda seen: first_context(seen).count(b"\x30\x00\x00\x11") == 2,
    "rq-transfer-syntax-first": lambda seen: first_context(seen).startswith(b"\x40\x00"),
    "rq-implicit-not-offered": lambda seen: (
        {context.transfer_syntaxes for context in request(seen).contexts} == {("1.2.840.10008.1.2.1",)}
    ),
    "rq-role-undefined": lambda seen: i.RoleSelection("1.2.840.10008.1.1", 2, 1) in user_item(seen, i.RoleSelection),
    "rq-identity-undefined": lambda seen: bool(user_item(seen, i.UserIdentityRQ)),
    "store-priority-undefined": lambda seen: 7 in {m.command.number(Tag.PRIORITY) for m in seen.messages(REQUESTOR)},
}

SEEN_REFUSED: dict[str, Callable[[Passed], bool]] = {
    "refusal-withheld": lambda seen: not seen.octets() and seen.actions() == [Hang()],
    "refusal-becomes-acceptance": lambda seen: types(seen) == [2] and {result for _, result in results(seen)} == {0},
    "abort-other-source": lambda seen: seen.of(p.AAbort) == [p.AAbort(0, 0)],
    "abort-without-reason": lambda seen: seen.of(p.AAbort) == [p.AAbort(2, 0)],
}
"""What strikes only where an association is refused."""
