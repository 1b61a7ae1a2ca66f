"""Command sets (PS3.7 6.3.1, Annex E): always Implicit VR Little Endian, whatever the data set uses."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from harness.dimse.elements import NO_DATA_SET, VR_OF, Command, Tag, command_name
from harness.ul.deviation import Deviation

Value = int | str | bytes | tuple[int, ...]


class CommandSet:
    """A command set as a mapping from tag to value.

    Values are `int` for US and UL, `str` for UI, AE and LO, tuples of tags for AT, and `bytes` for whatever does not
    fit its VR or has no known VR. Nothing is validated: wrong commands can be made on purpose.
    """

    __slots__ = ("elements",)

    def __init__(self, elements: Mapping[int, Value]) -> None:
        self.elements: dict[int, Value] = dict(elements)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CommandSet) and self.elements == other.elements

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.elements.items(), key=lambda pair: pair[0])))

    def __repr__(self) -> str:
        return f"<{self.name} {sorted(self.elements)}>"

    def number(self, tag: Tag) -> int | None:
        """The value of a US or UL element; None if absent or not a number."""
        value = self.elements.get(tag)
        return value if isinstance(value, int) else None

    def text(self, tag: Tag) -> str | None:
        """The value of a UI, AE or LO element; None if absent or not text."""
        value = self.elements.get(tag)
        return value if isinstance(value, str) else None

    @property
    def command_field(self) -> int | None:
        """Command Field (0000,0100)."""
        return self.number(Tag.COMMAND_FIELD)

    @property
    def name(self) -> str:
        """The standard's name of the message, e.g. `C-FIND-RSP`."""
        return command_name(self.command_field)

    @property
    def message_id(self) -> int | None:
        """Message ID (0000,0110)."""
        return self.number(Tag.MESSAGE_ID)

    @property
    def message_id_being_responded_to(self) -> int | None:
        """Message ID Being Responded To (0000,0120)."""
        return self.number(Tag.MESSAGE_ID_BEING_RESPONDED_TO)

    @property
    def status(self) -> int | None:
        """Status (0000,0900)."""
        return self.number(Tag.STATUS)

    @property
    def affected_sop_class_uid(self) -> str | None:
        """Affected SOP Class UID (0000,0002)."""
        return self.text(Tag.AFFECTED_SOP_CLASS_UID)

    @property
    def affected_sop_instance_uid(self) -> str | None:
        """Affected SOP Instance UID (0000,1000)."""
        return self.text(Tag.AFFECTED_SOP_INSTANCE_UID)

    @property
    def has_data_set(self) -> bool:
        """Whether a data set follows: any Command Data Set Type but 0101H says so (PS3.7 E.1)."""
        return self.number(Tag.COMMAND_DATA_SET_TYPE) not in (NO_DATA_SET, None)

    @property
    def is_response(self) -> bool:
        """Whether the Command Field is that of a response."""
        field = self.command_field
        return field is not None and bool(field & 0x8000)

    @property
    def is_cancel(self) -> bool:
        """Whether this is a C-CANCEL-RQ."""
        return self.command_field == Command.C_CANCEL_RQ


def encode_command(command: CommandSet) -> bytes:
    """The bytes of a command set, elements in ascending order, with the right group length unless one is set."""
    body = b"".join(
        _element(tag, value) for tag, value in sorted(command.elements.items()) if tag != Tag.COMMAND_GROUP_LENGTH
    )
    group_length = command.elements.get(Tag.COMMAND_GROUP_LENGTH, len(body))
    return _element(Tag.COMMAND_GROUP_LENGTH, group_length) + body


def _element(tag: int, value: Value) -> bytes:
    encoded = _value(tag, value)
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(encoded)) + encoded


def _value(tag: int, value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        encoded = value.encode("latin-1", "replace")
        padding = b"\0" if VR_OF.get(tag) == "UI" else b" "
        return encoded + padding if len(encoded) % 2 else encoded
    if isinstance(value, tuple):
        return b"".join(struct.pack("<HH", item >> 16, item & 0xFFFF) for item in value)
    return struct.pack("<I" if VR_OF.get(tag) == "UL" else "<H", value)


def decode_command(data: bytes) -> tuple[CommandSet, list[Deviation]]:
    """A command set from bytes: lenient, never raising; what is wrong comes back as deviations."""
    elements: dict[int, Value] = {}
    found: list[Deviation] = []
    offset, previous = 0, -1
    while offset < len(data):
        if len(data) - offset < 8:
            found.append(Deviation("PS3.7 6.3.1", "a command element is cut before its header ends", offset))
            break
        group, element, length = struct.unpack_from("<HHI", data, offset)
        tag = group << 16 | element
        value = data[offset + 8 : offset + 8 + length]
        found += _element_deviations(tag, previous, length, len(value), offset)
        if tag not in elements:
            elements[tag] = _decoded(tag, value)
        offset, previous = offset + 8 + length, tag
    found += _group_length_deviations(elements, len(data))
    return CommandSet(elements), found


def _element_deviations(tag: int, previous: int, length: int, there: int, offset: int) -> list[Deviation]:
    name = f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
    found = []
    if tag >> 16:
        found.append(Deviation("PS3.7 6.3.1", f"element {name} does not belong into a command set", offset))
    if tag == previous:
        found.append(Deviation("PS3.7 6.3.1", f"command element {name} occurs more than once", offset))
    elif tag < previous:
        found.append(Deviation("PS3.7 6.3.1", f"command element {name} is out of order", offset))
    if length % 2:
        found.append(Deviation("PS3.7 6.3.1", f"command element {name} has an odd length", offset))
    if there < length:
        found.append(Deviation("PS3.7 6.3.1", f"command element {name} reaches beyond the command set", offset))
    return found


def _group_length_deviations(elements: dict[int, Value], length: int) -> list[Deviation]:
    stated = elements.get(Tag.COMMAND_GROUP_LENGTH)
    if stated is None:
        return [Deviation("PS3.7 E.1", "the command set has no Command Group Length (0000,0000)", 0)]
    if stated != length - 12:
        return [Deviation("PS3.7 E.1", f"Command Group Length is {stated!r}, and {length - 12} bytes follow it", 0)]
    return []


def _decoded(tag: int, value: bytes) -> Value:
    vr = VR_OF.get(tag)
    if vr == "US" and len(value) == 2:
        return int.from_bytes(value, "little")
    if vr == "UL" and len(value) == 4:
        return int.from_bytes(value, "little")
    if vr in ("UI", "AE", "LO"):
        text = value.decode("latin-1")
        return text.rstrip("\0 ") if vr == "UI" else text.strip(" ")
    if vr == "AT" and len(value) % 4 == 0:
        halves = struct.unpack(f"<{len(value) // 2}H", value)
        return tuple(halves[k] << 16 | halves[k + 1] for k in range(0, len(halves), 2))
    return value
