"""UIDs and AE titles in the fields of PDUs: read leniently, with what is wrong about them."""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST_UID = 64
UID_CLAUSE = "PS3.8 F.1"

_UID = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))+")
_G0_SET = re.compile(rb"[\x20-\x7e]*")


@lru_cache(maxsize=1024)
def _read_short_uid(value: bytes) -> tuple[str, str]:
    text = value.decode("latin-1")
    bare = text.rstrip("\0 ")
    if bare != text and bare:
        return bare, "is padded, which it must not be"
    if not bare:
        return bare, "is empty"
    return bare, "" if _UID.fullmatch(bare) else "is no valid UID"


def read_uid(value: bytes) -> tuple[str, str]:
    """The UID in a field, without padding, and what is wrong with it (PS3.8 F.1); an empty string when nothing is."""
    if len(value) > LONGEST_UID:
        return value.decode("latin-1").rstrip("\0 "), f"is {len(value)} bytes long, more than {LONGEST_UID}"
    return _read_short_uid(value)


def fault_of_ae_title(field: bytes) -> str:
    """What is wrong with the 16-byte field of an AE title (PS3.8 Table 9-11); an empty string when nothing is."""
    if not _G0_SET.fullmatch(field):
        return "has bytes that are no characters of the ISO 646 basic G0 set"
    return "" if field.strip() else "is empty"


def is_g0_text(value: bytes) -> bool:
    """Whether all bytes are characters of the ISO 646 basic G0 set."""
    return _G0_SET.fullmatch(value) is not None
