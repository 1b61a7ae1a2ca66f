"""What a requestor sees of each fault of command sets and responses: the first answers a C-ECHO."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.elements import NO_DATA_SET, Command, Tag
from harness.proxy.pieces import Close, Hang, Pause, Reset, Whole
from harness.ul import pdu as p
from tests.support.proxied import Passed


def first(seen: Passed) -> Whole:
    return seen.messages()[0]


def octets(seen: Passed) -> bytes:
    """The first command set as it is on the wire."""
    (pdu, *_) = seen.of(p.PDataTF)
    assert isinstance(pdu, p.PDataTF)
    return bytes(pdu.pdvs[0].fragment)


def tags(data: bytes) -> list[int]:
    """Those of a command set, in their order."""
    found, at = [], 0
    while at + 8 <= len(data):
        found.append(
            int.from_bytes(data[at : at + 2], "little") << 16 | int.from_bytes(data[at + 2 : at + 4], "little")
        )
        at += 8 + int.from_bytes(data[at + 4 : at + 8], "little")
    return found


def lengths(data: bytes) -> list[int]:
    found, at = [], 0
    while at + 8 <= len(data):
        found.append(int.from_bytes(data[at + 4 : at + 8], "little"))
        at += 8 + found[-1]
    return found


def of(seen: Passed, command: Command) -> list[Whole]:
    return [message for message in seen.messages() if message.command.command_field == command]


def status(seen: Passed) -> int | None:
    return first(seen).command.status


def types(seen: Passed) -> list[int]:
    return [pdu.pdu_type for pdu in seen.pdus()]


def unannounced(seen: Passed) -> bool:
    """A match announces no identifier, and data set fragments follow it all the same."""
    (pdus, found) = seen.of(p.PDataTF), [message.command for message in of(seen, Command.C_FIND_RSP)]
    fragments = sum(not pdv.is_command for pdu in pdus if isinstance(pdu, p.PDataTF) for pdv in pdu.pdvs)
    return found[0].number(Tag.COMMAND_DATA_SET_TYPE) == NO_DATA_SET and found[0].status == 0xFF00 and fragments == 5


SEEN: dict[str, Callable[[Passed], bool]] = {
    "group-length-wrong": lambda seen: octets(seen)[:12] == bytes.fromhex("00000000 04000000 06000000"),
    "group-length-missing": lambda seen: Tag.COMMAND_GROUP_LENGTH not in tags(octets(seen)),
    "elements-out-of-order": lambda seen: tags(octets(seen)) != sorted(tags(octets(seen))),
    "element-twice": lambda seen: len(tags(octets(seen))) == len(set(tags(octets(seen)))) + 1,
    "element-odd": lambda seen: 3 in lengths(octets(seen)),
    "element-of-another-group": lambda seen: 0x00080005 in tags(octets(seen)),
    "command-field-wrong": lambda seen: first(seen).command.name == "N-DELETE-RSP",
    "command-field-unknown": lambda seen: first(seen).command.command_field == 0x8777,
    "message-id-wrong": lambda seen: first(seen).command.message_id_being_responded_to == 8,
    "message-id-missing": lambda seen: first(seen).command.message_id_being_responded_to is None,
    "status-missing": lambda seen: status(seen) is None,
    "status-undefined": lambda seen: status(seen) == 0x3333,
    "status-failure": lambda seen: status(seen) == 0xA700,
    "status-processing-failure": lambda seen: status(seen) == 0x0110,
    "failure-becomes-success": lambda seen: of(seen, Command.N_SET_RSP)[-1].command.status == 0,
    "status-warning": lambda seen: status(seen) == 0xB000,
    "sop-class-changed": lambda seen: first(seen).command.affected_sop_class_uid == "1.2.840.10008.5.1.4.1.1.7",
    "sop-instance-changed": lambda seen: (
        of(seen, Command.C_STORE_RSP)[0].command.affected_sop_instance_uid == "1.2.840.99999.1"
    ),
    "data-set-unannounced": unannounced,
    "data-set-announced-only": lambda seen: b"\x00\x00\x00\x08\x02\x00\x00\x00\x01\x00" in octets(seen),
    "echo-with-data-set": lambda seen: first(seen).data is not None,
    "store-with-data-set": lambda seen: of(seen, Command.C_STORE_RSP)[0].data is not None,
    "response-twice": lambda seen: len(of(seen, Command.C_ECHO_RSP)) == 2,
    "response-missing": lambda seen: not of(seen, Command.C_ECHO_RSP) and len(of(seen, Command.C_STORE_RSP)) == 6,
    "response-late": lambda seen: seen.actions() == [Pause(2.0)] and len(of(seen, Command.C_ECHO_RSP)) == 1,
    "hang-at-response": lambda seen: types(seen) == [2] and seen.actions() == [Hang()],
    "abort-at-response": lambda seen: types(seen) == [2, 7] and seen.actions() == [Close()],
    "close-at-response": lambda seen: types(seen) == [2] and seen.actions() == [Close()],
    "reset-at-response": lambda seen: types(seen) == [2] and seen.actions() == [Reset()],
    "abort-after-response": lambda seen: types(seen) == [2, 4, 7] and seen.actions() == [Close()],
}
