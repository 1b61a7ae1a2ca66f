"""Headers and fields in hexadecimal, for whoever wants to see what was sent; never anything of a data set."""

from __future__ import annotations

import struct

from harness.checks.lint.reading import SeenPdu
from harness.dimse.elements import VR_OF
from harness.ul import pdu as p

_SHOWN = 16
_ELEMENT = struct.Struct("<HHI")
_NUMBERS = ("US", "UL")


def of_pdu(seen: SeenPdu, offset: int | None) -> str:
    """The header of a PDU and, of one without data sets, the field at an offset."""
    head = seen.head
    header = head[: p.HEADER_LENGTH].hex(" ")
    if head[0] == p.P_DATA_TF:
        return f"{header} | {head[p.HEADER_LENGTH : p.HEADER_LENGTH + 6].hex(' ')}"
    if head[0] not in p.PDU_NAMES or offset is None or offset < p.HEADER_LENGTH:
        return header
    return f"{header} | {head[offset : offset + _SHOWN].hex(' ')}"


def of_command(octets: bytes, offset: int | None) -> str:
    """The element at an offset of a command set; of the whole, every element that is a number.

    Values are shown of numbers alone: others may name a patient's instances.
    """
    if offset is not None:
        return _element(octets, offset)
    shown, offset = [], 0
    while offset + 8 <= len(octets):
        group, element, length = _ELEMENT.unpack_from(octets, offset)
        if VR_OF.get(group << 16 | element) in _NUMBERS:
            shown.append(_element(octets, offset))
        offset += 8 + length
    return " | ".join(shown)


def _element(octets: bytes, offset: int) -> str:
    header = octets[offset : offset + 8]
    if len(header) < 8:
        return header.hex(" ")
    group, element, length = _ELEMENT.unpack(header)
    shown = min(length, 4) if VR_OF.get(group << 16 | element) in _NUMBERS else 0
    return octets[offset : offset + 8 + shown].hex(" ")
