"""What an acceptor sees of each fault of the requestor."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.elements import Command
from harness.proxy.pieces import Chop, Close, Hang, Side
from harness.ul import items as i
from harness.ul import pdu as p
from tests.support.proxied import Passed

REQUESTOR = Side.REQUESTOR
ECHO_LENGTH = 74
"""The variable field of a P-DATA-TF with a C-ECHO-RQ, in bytes."""


def request(seen: Passed) -> p.AssociateRQ:
    (pdu, *_) = seen.of(p.AssociateRQ, REQUESTOR)
    assert isinstance(pdu, p.AssociateRQ)
    return pdu


def ids(seen: Passed) -> list[int]:
    return [context.context_id for context in request(seen).contexts]


def stores(seen: Passed) -> list[bytes]:
    return [message.data or b"" for message in seen.messages(REQUESTOR) if message.command.name == "C-STORE-RQ"]


def stored_as(seen: Passed) -> list[str | None]:
    """The SOP Instance UIDs of its C-STORE requests."""
    commands = [message.command for message in seen.messages(REQUESTOR)]
    return [command.affected_sop_instance_uid for command in commands if command.command_field == Command.C_STORE_RQ]


def small_pdus(seen: Passed) -> bool:
    """The first message comes in PDUs of two bytes, all of it."""
    fragments = [pdu for pdu in seen.pdus(REQUESTOR) if len(pdu.body) == 8]
    return len(fragments) == (ECHO_LENGTH - 6) // 2 and seen.messages(REQUESTOR)[0].command.name == "C-ECHO-RQ"


SEEN: dict[str, Callable[[Passed], bool]] = {
    "rq-protocol-version": lambda seen: request(seen).protocol_version == 2,
    "rq-application-context": lambda seen: request(seen).application_context == "1.2.840.99999.1",
    "rq-no-contexts": lambda seen: not request(seen).contexts,
    "rq-no-user-information": lambda seen: not any(isinstance(item, i.UserInformation) for item in request(seen).items),
    "rq-even-contexts": lambda seen: ids(seen) == [2, 4, 6, 8, 10, 12, 14, 16, 18],
    "rq-same-contexts": lambda seen: ids(seen) == [1] * 9,
    "rq-no-transfer-syntaxes": lambda seen: {context.transfer_syntaxes for context in request(seen).contexts} == {()},
    "rq-called-title": lambda seen: request(seen).called_ae_title == "NOBODY",
    "rq-breaks-off": lambda seen: not seen.pdus(REQUESTOR) and seen.actions() == [Hang()],
    "rq-byte-by-byte": lambda seen: seen.actions() == [Chop(1), Chop(0)] and len(request(seen).contexts) == 9,
    "rq-fragments-of-two-bytes": small_pdus,
    "rq-message-id-missing": lambda seen: seen.messages(REQUESTOR)[0].command.message_id is None,
    "rq-command-unknown": lambda seen: seen.messages(REQUESTOR)[0].command.command_field == 0x0777,
    "store-cut-off": lambda seen: not stores(seen) and seen.actions() == [Close()],
    "store-shorter": lambda seen: len(stores(seen)[0]) < len(stores(seen)[1]) * 0.6,
    "store-other-instance": lambda seen: stored_as(seen)[0] == "1.2.840.99999.404",
    "release-never-asked": lambda seen: not seen.of(p.ReleaseRQ, REQUESTOR) and seen.actions() == [Close()],
    "abort-for-release": lambda seen: seen.pdus(REQUESTOR)[-1].pdu_type == 7 and seen.actions() == [Close()],
}

CHANGED: dict[str, Callable[[Passed, Passed], bool]] = {
    "store-changed": lambda seen, said: (
        stores(seen)[0][:-1] == stores(said)[0][:-1] and stores(seen)[0][-1] != stores(said)[0][-1]
    ),
}
"""Seen only beside what was really said."""
