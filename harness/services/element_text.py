"""Text of data elements: from bytes in a Specific Character Set, and to bytes (PS3.5 6.1, 6.2; PS3.3 C.12.1.1.2)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from harness.observe.data_set import LEFT_BY_PYDICOM
from harness.services.elements import Element
from harness.standard.character_sets import UTF_8

_ESCAPE = b"\x1b"
_PARAGRAPHS = frozenset(("LT", "ST", "UT"))
_WITHOUT_EXTENSIONS = frozenset((UTF_8, "GB18030", "GBK"))
_DELIMITERS = {"PN": frozenset(b"^=\\")}
_OTHER_DELIMITERS = frozenset(b"\n\r\t\f\\")
"""Where an ISO 2022 text falls back to its first character set (PS3.5 6.1.2.5.3)."""


def character_sets(element: Element | None) -> tuple[str, ...]:
    """The defined terms of a Specific Character Set (0008,0005), of which the first may be empty."""
    if element is None:
        return ()
    return tuple(part.strip(" \0") for part in element.value.decode("latin-1").split("\\"))


def element_text(element: Element | None, vr: str, charsets: Sequence[str]) -> str:
    """The value of an element as text, several values separated by backslashes; insignificant padding removed.

    Bytes that the character set does not know become U+FFFD. Numbers in binary (US) become decimal text.
    """
    if element is None or not element.value:
        return ""
    if vr == "US":
        count = len(element.value) // 2
        order = ">" if element.big_endian else "<"
        return "\\".join(map(str, struct.unpack_from(f"{order}{count}H", element.value)))
    text = _decode(element.value, vr, charsets)
    if vr in _PARAGRAPHS:
        return text.rstrip(" \0")
    return "\\".join([part.strip(" \0") for part in text.split("\\")])


def _decode(value: bytes, vr: str, charsets: Sequence[str]) -> str:
    if value.isascii() and _ESCAPE not in value:
        return value.decode("ascii")
    # The tables of character sets are needed only here; the import costs as much as a hundred queries.
    from pydicom.charset import convert_encodings, decode_bytes, python_encoding

    known = [charset if charset in python_encoding else "" for charset in charsets] or [""]
    if len(known) == 1 or known[0] in _WITHOUT_EXTENSIONS:
        return value.decode(python_encoding[known[0]] if known[0] else "ascii", "replace")
    text = decode_bytes(value, convert_encodings(known), set(_DELIMITERS.get(vr, _OTHER_DELIMITERS)))
    return text.replace(LEFT_BY_PYDICOM, "")


def encode_text(text: str, vr: str) -> bytes:
    """The value field of a text in UTF-8, padded to an even length; of decimal text for US."""
    if vr == "US":
        return b"".join(struct.pack("<H", int(part)) for part in text.split("\\") if part)
    encoded = text.encode("utf-8")
    return encoded + (b"\0" if vr == "UI" else b" ") if len(encoded) % 2 else encoded
