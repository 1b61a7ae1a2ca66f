"""Command sets (PS3.7 6.3.1, Annex E): always Implicit VR Little Endian, whatever the data set uses."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

from harness.dimse.elements import COMMAND_NAMES, NO_DATA_SET, RESPONSE_BIT, VR_OF, Command, Tag, command_name
from harness.dimse.layout import Layout
from harness.ul.deviation import Deviation
from harness.ul.names import fault_of_ae_title, read_uid

Value = int | str | bytes | tuple[int, ...]
Reader = Callable[[bytes], tuple[Value, str]]
"""Gives the value in the bytes of an element, and what is wrong with it: an empty text when nothing is."""

_HEADER = struct.Struct("<HHI")
_SHORT_ELEMENT = struct.Struct("<HHIH")
"""Header and value of a US."""
_GROUP_LENGTH: int = Tag.COMMAND_GROUP_LENGTH
_LONG_NUMBERS = frozenset(tag for tag, vr in VR_OF.items() if vr == "UL")
_NUMBER_OF_VR = {"US": struct.Struct("<H"), "UL": struct.Struct("<I")}
_NUMBERS = {tag: _NUMBER_OF_VR[vr] for tag, vr in VR_OF.items() if vr in _NUMBER_OF_VR}
"""How the elements that are numbers are read; most are."""


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
        return field is not None and bool(field & RESPONSE_BIT)

    @property
    def is_cancel(self) -> bool:
        """Whether this is a C-CANCEL-RQ."""
        return self.command_field == Command.C_CANCEL_RQ


def encode_command(command: CommandSet) -> bytes:
    """The bytes of a command set, elements in ascending order, with the right group length unless one is set.

    Raises `struct.error` for a number that its element cannot hold; as `bytes` a value can be anything.
    """
    elements = command.elements
    body = b"".join([_element(tag, elements[tag]) for tag in sorted(elements) if tag != _GROUP_LENGTH])
    return _element(_GROUP_LENGTH, elements.get(_GROUP_LENGTH, len(body))) + body


def _element(tag: int, value: Value) -> bytes:
    if isinstance(value, int) and tag not in _LONG_NUMBERS:
        return _SHORT_ELEMENT.pack(tag >> 16, tag & 0xFFFF, 2, value)
    encoded = _value(tag, value)
    return _HEADER.pack(tag >> 16, tag & 0xFFFF, len(encoded)) + encoded


def _value(tag: int, value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        encoded = value.encode("latin-1", "replace")
        if len(encoded) % 2:
            encoded += b"\0" if VR_OF.get(tag) == "UI" else b" "
        return encoded
    if isinstance(value, tuple):
        return b"".join(struct.pack("<HH", item >> 16, item & 0xFFFF) for item in value)
    return struct.pack("<I", value)


def decode_command(data: bytes) -> tuple[CommandSet, list[Deviation]]:
    """A command set from bytes: lenient, never raising; what is wrong comes back as deviations.

    Of an element that occurs more than once, the first counts.
    """
    length = len(data)
    layout = _layouts.get(length)
    known = layout.read(data) if layout is not None else None
    if known is not None:
        return CommandSet(known), []
    elements, found = _decoded(data)
    if not found and length <= _LONGEST_LAID_OUT:
        _layouts[length] = Layout(data, elements, _LAID_OUT, _READERS)
    return CommandSet(elements), found


def _decoded(data: bytes) -> tuple[dict[int, Value], list[Deviation]]:
    """The elements one by one, and all that is wrong with them."""
    elements: dict[int, Value] = {}
    found: list[Deviation] = []
    offset, previous, total = 0, -1, len(data)
    next_group: int | None = None
    while offset < total:
        if total - offset < 8:
            found.append(
                Deviation("command-length", "PS3.7 6.3.1", "a command element is cut before its header ends", offset)
            )
            break
        group, element, length = _HEADER.unpack_from(data, offset)
        tag, end = group << 16 | element, offset + 8 + length
        if group and next_group is None:
            next_group = offset
        if tag <= previous or group or length % 2 or end > total:
            faults = _structure_faults(tag, previous, length, end > total, tag in elements)
            found += [_fault(rule, "PS3.7 6.3.1", tag, fault, offset) for rule, fault in faults]
        if tag not in elements:
            number = _NUMBERS.get(tag)
            if number is not None and length == number.size and end <= total:
                (elements[tag],) = number.unpack_from(data, offset + 8)
            else:
                elements[tag], fault = _READERS.get(tag, _unknown)(data[offset + 8 : end])
                if fault:
                    found.append(_fault("command-value", "PS3.5 6.2", tag, fault, offset))
        offset, previous = end, tag
    return elements, found + _whole_deviations(elements, total if next_group is None else next_group)


def _fault(rule: str, clause: str, tag: int, fault: str, offset: int) -> Deviation:
    return Deviation(rule, clause, f"command element ({tag >> 16:04X},{tag & 0xFFFF:04X}) {fault}", offset)


def _structure_faults(tag: int, previous: int, length: int, cut: bool, known: bool) -> list[tuple[str, str]]:
    faults = []
    if tag >> 16:
        faults.append(("command-group", "does not belong into a command set"))
    if known:
        faults.append(("command-order", "occurs more than once"))
    elif tag < previous:
        faults.append(("command-order", "is out of order"))
    if length % 2:
        faults.append(("command-odd", "has an odd length"))
    if cut:
        faults.append(("command-length", "reaches beyond the command set"))
    return faults


def _whole_deviations(elements: dict[int, Value], length: int) -> list[Deviation]:
    """What every command set needs (PS3.7 E.1, and the tables of 9.3 and 10.3).

    `length` is that of group 0000: what is counted ends where the next group begins.
    """
    found = []
    stated = elements.get(Tag.COMMAND_GROUP_LENGTH)
    if stated is None:
        found.append(("group-length", "the command set has no Command Group Length (0000,0000)"))
    elif isinstance(stated, int) and stated != length - 12:
        found.append(("group-length", f"Command Group Length is {stated}, and {length - 12} bytes follow it"))
    field = elements.get(Tag.COMMAND_FIELD)
    if field is None:
        found.append(("command-field", "the command set has no Command Field (0000,0100)"))
    elif isinstance(field, int) and field not in COMMAND_NAMES:
        found.append(("command-field", f"the Command Field {field:04X}H is not defined"))
    if Tag.COMMAND_DATA_SET_TYPE not in elements:
        found.append(("command-element", "the command set has no Command Data Set Type (0000,0800)"))
    return [Deviation(rule, "PS3.7 E.1", text) for rule, text in found]


def _unknown(value: bytes) -> tuple[Value, str]:
    return value, ""


def _no_number(vr: str) -> Reader:
    """How what should be a number is read where its length is another."""

    def read(value: bytes) -> tuple[Value, str]:
        return value, f"has {len(value)} bytes, not the {_NUMBER_OF_VR[vr].size} of the VR {vr}"

    return read


def _uid(value: bytes) -> tuple[Value, str]:
    bare = value[:-1] if value.endswith(b"\0") else value
    return read_uid(bare) if bare else ("", "")


def _ae_title(value: bytes) -> tuple[Value, str]:
    too_long = f"has {len(value)} bytes, more than the 16 of the VR AE" if len(value) > 16 else ""
    return value.decode("latin-1").strip("\0 "), too_long or fault_of_ae_title(value)


def _text(value: bytes) -> tuple[Value, str]:
    too_long = f"has {len(value)} bytes, more than the 64 of the VR LO" if len(value) > 64 else ""
    return value.decode("latin-1").strip("\0 "), too_long


def _tags(value: bytes) -> tuple[Value, str]:
    if len(value) % 4:
        return value, f"has {len(value)} bytes, no multiple of the 4 of the VR AT"
    halves = struct.unpack(f"<{len(value) // 2}H", value)
    return tuple(group << 16 | element for group, element in zip(halves[::2], halves[1::2], strict=True)), ""


_READER_OF_VR: dict[str, Reader] = {
    "US": _no_number("US"),
    "UL": _no_number("UL"),
    "UI": _uid,
    "AE": _ae_title,
    "LO": _text,
    "AT": _tags,
}
_READERS = {tag: _READER_OF_VR[vr] for tag, vr in VR_OF.items()}
"""How the value of each element is read, with what is wrong about it."""

_LAID_OUT = (Tag.COMMAND_GROUP_LENGTH, Tag.COMMAND_FIELD)
"""The elements whose values are right or wrong together with others."""

_LONGEST_LAID_OUT = 512
_layouts: dict[int, Layout] = {}
"""The latest layout that was as it should be, by the bytes of a command set: dozens, as none is long."""
