"""Text as bytes in a Specific Character Set (PS3.5 6.1): exact, or refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.standard.character_sets import ALONE, SINGLE_BYTE

AFFECTED_VRS = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))
"""Value representations whose text is in the Specific Character Set (PS3.5 6.1.2.3)."""

_SEPARATORS = {"PN": re.compile(r"([\\^=])")}
_OTHER_SEPARATORS = re.compile(r"([\\\n\r\t\f])")
"""Where a text with code extensions falls back to its first character set (PS3.5 6.1.2.5.3)."""

_FIRST_OF_G1 = 0xA0


@dataclass(frozen=True, slots=True)
class _CodeElement:
    """A set of characters that an escape sequence brings (PS3.3 Tables C.12-3 and C.12-4).

    `prefix` is what the codec writes before each character and the standard does not. A set in `g0` has seven bits
    and takes the place of ASCII.
    """

    codec: str
    escape: bytes
    width: int = 1
    prefix: bytes = b""
    g0: bool = False

    def encode(self, character: str) -> bytes:
        """The bytes of a character; none when the set lacks it."""
        try:
            encoded = character.encode(self.codec)
        except UnicodeEncodeError:
            return b""
        own = encoded[len(self.prefix) :]
        if not encoded.startswith(self.prefix) or len(own) != self.width or min(own) < _FIRST_OF_G1:
            return b""
        return bytes(byte & 0x7F for byte in own) if self.g0 else own


_FINAL = {100: b"A", 101: b"B", 109: b"C", 110: b"D", 126: b"F", 127: b"G", 138: b"H", 144: b"L", 148: b"M"}
_FINAL |= {166: b"T", 203: b"b"}
_ELEMENTS = {
    **{
        f"ISO 2022 IR {number}": _CodeElement(SINGLE_BYTE[f"ISO_IR {number}"], b"\x1b-" + final)
        for number, final in _FINAL.items()
    },
    "ISO 2022 IR 13": _CodeElement("shift_jis", b"\x1b)I"),
    "ISO 2022 IR 58": _CodeElement("gb2312", b"\x1b$)A", 2),
    "ISO 2022 IR 87": _CodeElement("euc_jp", b"\x1b$B", 2, g0=True),
    "ISO 2022 IR 149": _CodeElement("euc_kr", b"\x1b$)C", 2),
    "ISO 2022 IR 159": _CodeElement("euc_jp", b"\x1b$(D", 2, prefix=b"\x8f", g0=True),
}


def encode_text(text: str, vr: str, terms: Sequence[str]) -> bytes:
    """A text in the character sets, without padding. Raises ValueError when they lack one of its characters."""
    if text.isascii():
        return text.encode("ascii")
    if len(terms) > 1:
        separators = _SEPARATORS.get(vr, _OTHER_SEPARATORS)
        return b"".join(_encode_part(part, terms) for part in separators.split(text))
    term = (terms[0] if terms else "").replace("ISO 2022 IR", "ISO_IR") or "ISO_IR 6"
    try:
        encoded = text.encode({**SINGLE_BYTE, **ALONE}[term])
    except UnicodeEncodeError:
        raise _lacking(text, terms) from None
    # The codec for JIS X 0201 knows JIS X 0208 too, with two bytes for a character.
    if term in SINGLE_BYTE and len(encoded) != len(text):
        raise _lacking(text, terms)
    return encoded


def _encode_part(part: str, terms: Sequence[str]) -> bytes:
    """A text without separators: it begins in the first character set and ends in that of ASCII."""
    usual_g0 = b"\x1b(J" if terms[0] == "ISO 2022 IR 13" else b"\x1b(B"
    active_g1 = _ELEMENTS.get(terms[0])
    active_g0: _CodeElement | None = None
    written = bytearray()
    for character in part:
        found = _element_for(character, terms, part)
        if active_g0 is not None and (found is None or not found.g0):
            written += usual_g0
            active_g0 = None
        if found is None:
            written += character.encode("ascii")
            continue
        if found is not (active_g0 if found.g0 else active_g1):
            written += found.escape
        if found.g0:
            active_g0 = found
        else:
            active_g1 = found
        written += found.encode(character)
    return bytes(written + (usual_g0 if active_g0 is not None else b""))


def _element_for(character: str, terms: Sequence[str], text: str) -> _CodeElement | None:
    """The first of the sets that has a character; None for one of ASCII. Raises ValueError when none has."""
    if character.isascii():
        return None
    for term in terms:
        element = _ELEMENTS.get(term)
        if element is not None and element.encode(character):
            return element
    raise _lacking(text, terms)


def _lacking(text: str, terms: Sequence[str]) -> ValueError:
    named = " and ".join(term for term in terms if term) or "the default character repertoire"
    return ValueError(f"`{text}` cannot be written in {named}")
