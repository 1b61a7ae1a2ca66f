"""Command sets that break rules, which receivers handle in their own way (PS3.7 6.3.1, 9.3, Annex E)."""

from __future__ import annotations

import struct
from collections.abc import Callable

from harness.dimse.command import CommandSet, encode_command
from harness.dimse.elements import Command, Tag
from harness.dimse.messages import c_echo_rq
from harness.engine.conform.cases.build import on_association
from harness.engine.conform.cases.fragments import MESSAGE_ID
from harness.engine.conform.model import Case, Outcome
from harness.engine.conform.outcomes import ENDED, failure, status, success
from harness.standard.status import Service
from harness.standard.uids import CT_IMAGE_STORAGE, VERIFICATION
from harness.ul import pdu as p

_UNKNOWN_ELEMENT = 0x00009999
_UNKNOWN_COMMAND = 0x00FF
_UNRECOGNIZED_OPERATION = 0x0211


def _echo(*edits: tuple[int, int | str | bytes | None]) -> CommandSet:
    """A C-ECHO with other values; None takes an element out."""
    command = c_echo_rq(MESSAGE_ID)
    for tag, value in edits:
        if value is None:
            del command.elements[tag]
        else:
            command.elements[tag] = value
    return command


def _data(command: bytes) -> p.PDataTF:
    return p.PDataTF((p.PDV(1, True, True, command),))


def _element(tag: int, value: bytes) -> bytes:
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value)) + value


def _broken(name: str, title: str, requirement: str, command: Callable[[], bytes], *allowed: Outcome) -> Case:
    identifier = f"dimse/command-invalid/{name}"
    return on_association(identifier, title, (requirement,), lambda _: (_data(command()),), allowed)


def _edited(name: str, title: str, requirement: str, command: CommandSet, *allowed: Outcome) -> Case:
    return _broken(name, title, requirement, lambda: encode_command(command), *allowed)


def _elements() -> list[bytes]:
    command = c_echo_rq(MESSAGE_ID)
    group_length, *rest = [
        _element(tag, encode_command(CommandSet({tag: value}))[20:]) for tag, value in sorted(command.elements.items())
    ]
    return [group_length, *rest]


def _reversed() -> bytes:
    body = b"".join(_elements()[::-1])
    return _element(Tag.COMMAND_GROUP_LENGTH, struct.pack("<I", len(body))) + body


def _doubled() -> bytes:
    body = b"".join(_elements())
    twice = body + _element(Tag.COMMAND_DATA_SET_TYPE, b"\1\1")
    return _element(Tag.COMMAND_GROUP_LENGTH, struct.pack("<I", len(twice))) + twice


def _explicit() -> bytes:
    """The command set as it would be in Explicit VR Little Endian."""
    uid = VERIFICATION.encode("ascii") + b"\0"
    body = b"".join(
        struct.pack("<HH2sH", 0, tag & 0xFFFF, vr, len(value)) + value
        for tag, vr, value in (
            (Tag.AFFECTED_SOP_CLASS_UID, b"UI", uid),
            (Tag.COMMAND_FIELD, b"US", struct.pack("<H", Command.C_ECHO_RQ)),
            (Tag.MESSAGE_ID, b"US", struct.pack("<H", MESSAGE_ID)),
            (Tag.COMMAND_DATA_SET_TYPE, b"US", b"\1\1"),
        )
    )
    return struct.pack("<HH2sHI", 0, 0, b"UL", 4, len(body)) + body


def _cut() -> bytes:
    return encode_command(c_echo_rq(MESSAGE_ID))[:-4]


def _overrun() -> bytes:
    whole = encode_command(c_echo_rq(MESSAGE_ID))
    return whole[:-6] + struct.pack("<I", 60000) + whole[-2:]


_OK = success()
_FAILURE = failure(Service.ECHO)
_MALFORMED = "dimse/command-set-malformed"
_UNDECODABLE = "dimse/command-set-undecodable"
_MISSING = "dimse/required-field-missing"
_LENGTH = "dimse/group-length-wrong-received"

CASES = (
    _broken(
        "group-length-missing",
        "A command set without its group length",
        _LENGTH,
        lambda: encode_command(c_echo_rq(MESSAGE_ID))[12:],
        _OK,
        *ENDED,
        _FAILURE,
    ),
    _edited("group-length-zero", "A group length of 0", _LENGTH, _echo((0, 0)), _OK, *ENDED, _FAILURE),
    _edited("group-length-large", "A group length of 9999", _LENGTH, _echo((0, 9999)), _OK, *ENDED, _FAILURE),
    _edited(
        "element-unknown",
        "A command element that nobody knows",
        "dimse/element-unknown-received",
        _echo((_UNKNOWN_ELEMENT, b"ABCD")),
        _OK,
        *ENDED,
        _FAILURE,
    ),
    _broken("elements-reversed", "Elements in decreasing order", _MALFORMED, _reversed, _OK, *ENDED, _FAILURE),
    _broken("element-twice", "An element that comes twice", _MALFORMED, _doubled, _OK, *ENDED, _FAILURE),
    _edited(
        "element-of-data-set",
        "An element of group 0008 in the command set",
        _MALFORMED,
        _echo((0x00080018, b"1.2.3.4\0")),
        _OK,
        *ENDED,
        _FAILURE,
    ),
    _edited(
        "uid-odd",
        "A UID of odd length, without padding",
        _MALFORMED,
        _echo((Tag.AFFECTED_SOP_CLASS_UID, VERIFICATION.encode("ascii"))),
        _OK,
        *ENDED,
        _FAILURE,
    ),
    _edited(
        "uid-padded-with-space",
        "A UID that is padded with a space",
        _MALFORMED,
        _echo((Tag.AFFECTED_SOP_CLASS_UID, VERIFICATION.encode("ascii") + b" ")),
        _OK,
        *ENDED,
        _FAILURE,
    ),
    _broken("explicit-vr", "A command set in Explicit VR Little Endian", _UNDECODABLE, _explicit, *ENDED, _FAILURE),
    _broken("cut", "A command set that ends within an element", _UNDECODABLE, _cut, *ENDED, _FAILURE),
    _broken("overrun", "An element that goes beyond the command set", _UNDECODABLE, _overrun, *ENDED, _FAILURE),
    _edited("no-message-id", "No Message ID", _MISSING, _echo((Tag.MESSAGE_ID, None)), *ENDED, _FAILURE),
    _edited("no-command-field", "No Command Field", _MISSING, _echo((Tag.COMMAND_FIELD, None)), *ENDED, _FAILURE),
    _edited(
        "no-sop-class",
        "No Affected SOP Class UID",
        _MISSING,
        _echo((Tag.AFFECTED_SOP_CLASS_UID, None)),
        _FAILURE,
        *ENDED,
    ),
    _edited(
        "no-data-set-type",
        "No Command Data Set Type",
        _MISSING,
        _echo((Tag.COMMAND_DATA_SET_TYPE, None)),
        *ENDED,
        _FAILURE,
    ),
    _edited(
        "command-unknown",
        "A Command Field that nobody knows",
        "dimse/command-unknown",
        _echo((Tag.COMMAND_FIELD, _UNKNOWN_COMMAND)),
        status(_UNRECOGNIZED_OPERATION),
        *ENDED,
        _FAILURE,
    ),
    _edited(
        "other-class",
        "A C-ECHO of another SOP class than its context",
        "dimse/sop-class-of-context-checked",
        _echo((Tag.AFFECTED_SOP_CLASS_UID, CT_IMAGE_STORAGE)),
        _FAILURE,
        *ENDED,
    ),
)
