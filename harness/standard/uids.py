"""UIDs and their names (PS3.6 Annex A), from a table that is read when first needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from harness import __version__
from harness.standard.uid_names import OTHER_NAMES

VERIFICATION = "1.2.840.10008.1.1"
IMPLICIT_VR_LE = "1.2.840.10008.1.2"
EXPLICIT_VR_LE = "1.2.840.10008.1.2.1"
DEFLATED_EXPLICIT_VR_LE = "1.2.840.10008.1.2.1.99"
EXPLICIT_VR_BE = "1.2.840.10008.1.2.2"
ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.57"
JPEG_LOSSLESS_SV1 = "1.2.840.10008.1.2.4.70"
JPEG_LS_LOSSLESS = "1.2.840.10008.1.2.4.80"
JPEG_LS_NEAR_LOSSLESS = "1.2.840.10008.1.2.4.81"
JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90"
JPEG_2000 = "1.2.840.10008.1.2.4.91"
MPEG4_HIGH_41 = "1.2.840.10008.1.2.4.102"
MPEG4_HIGH_42_2D = "1.2.840.10008.1.2.4.104"
JPEG_XL_LOSSLESS = "1.2.840.10008.1.2.4.110"
JPEG_XL_RECOMPRESSION = "1.2.840.10008.1.2.4.111"
JPEG_XL = "1.2.840.10008.1.2.4.112"
HTJ2K_LOSSLESS = "1.2.840.10008.1.2.4.201"
HTJ2K_LOSSLESS_RPCL = "1.2.840.10008.1.2.4.202"
HTJ2K = "1.2.840.10008.1.2.4.203"
RLE_LOSSLESS = "1.2.840.10008.1.2.5"
DEFLATED_IMAGE_FRAME = "1.2.840.10008.1.2.8.1"
CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
PROCEDURE_STEP = "1.2.840.10008.3.1.2.3.3"
"""Modality Performed Procedure Step."""

STORAGE_COMMITMENT = "1.2.840.10008.1.20.1"
STORAGE_COMMITMENT_INSTANCE = "1.2.840.10008.1.20.1.1"
"""The well-known SOP instance that requests of storage commitment are made to (PS3.4 J.3.5)."""

INSTANCE_AVAILABILITY = "1.2.840.10008.5.1.4.33"
"""Instance Availability Notification."""


GENERATED_UID_ROOT = "2.25.76383624492358632091130846757949"
"""Root of every UID of synthetic instances: a UUID of the harness's own under 2.25 (PS3.5 B.2, ITU-T X.667)."""

IMPLEMENTATION_CLASS_UID = "2.25.211306541226446871512046012904563021761"
"""What the harness says of itself in associations and files (PS3.7 D.3.3.2)."""

IMPLEMENTATION_VERSION_NAME = "HARNESS_" + __version__.replace(".", "_")[:8]
"""At most 16 characters (PS3.7 D.3.3.2.4)."""


class UidKind(StrEnum):
    """What a registered UID names."""

    SOP_CLASS = "sop-class"
    META_SOP_CLASS = "meta-sop-class"
    TRANSFER_SYNTAX = "transfer-syntax"
    APPLICATION_CONTEXT = "application-context"
    SOP_INSTANCE = "sop-instance"


@dataclass(frozen=True, slots=True)
class UidEntry:
    """One registered UID. `storage` marks what C-STORE carries (PS3.4 B.5, GG.3), DICONDE's and DICOS's included."""

    uid: str
    kind: UidKind
    storage: bool
    retired: bool
    keyword: str
    name: str


class UnknownName(LookupError):
    """A text that stands for no UID of the wanted kind; `suggestions` are similar names that do."""

    def __init__(self, message: str, suggestions: list[str]) -> None:
        super().__init__(message)
        self.suggestions = suggestions


_RETIRED = " (Retired)"
_VALID_UID = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+")
_LOOKS_LIKE_UID = re.compile(r"[0-9][0-9. ]*\.[0-9. ]*")


LONGEST_ROOT = 44
"""Characters of a root, so that what is put behind it stays within the 64 of a UID."""


def new_uid(root: str = GENERATED_UID_ROOT) -> str:
    """A UID under a root that was never used before, at most 64 characters."""
    import uuid

    return f"{root}.{uuid.uuid4().int >> 65}"


def is_valid_uid(text: str) -> bool:
    """Whether a text has the form of a UID (PS3.5 9.1): digits and dots, no leading zeros, at most 64 characters."""
    return len(text) <= 64 and _VALID_UID.fullmatch(text) is not None


@cache
def uid_table() -> dict[str, UidEntry]:
    """Every registered UID of the kinds that networking needs."""
    from pathlib import Path

    table = {}
    # Not through importlib.resources, whose import takes longer than reading the table.
    with Path(__file__).with_name("uids.tsv").open(encoding="utf-8") as file:
        for line in file:
            uid, kind, storage, retired, keyword, name = line.rstrip("\n").split("\t")
            table[uid] = UidEntry(uid, UidKind(kind), bool(storage), bool(retired), keyword, name)
    return table


def uid_name(uid: str) -> str:
    """A short human name of a registered UID; the UID itself when it is not registered."""
    if uid in OTHER_NAMES:
        return OTHER_NAMES[uid][0]
    entry = uid_table().get(uid)
    if entry is None:
        return uid
    return _short(entry) + (_RETIRED if entry.retired else "")


def _short(entry: UidEntry) -> str:
    return entry.name.removesuffix(" SOP Class") if entry.kind is UidKind.SOP_CLASS else entry.name


@cache
def storage_sop_classes() -> tuple[str, ...]:
    """Every SOP class that C-STORE carries; retired ones too, because archives hold their instances."""
    return tuple(entry.uid for entry in uid_table().values() if entry.storage)


@cache
def transfer_syntaxes() -> tuple[str, ...]:
    """All registered transfer syntaxes, retired ones left out but for Big Endian."""
    return tuple(
        entry.uid
        for entry in uid_table().values()
        if entry.kind is UidKind.TRANSFER_SYNTAX and (not entry.retired or entry.uid == EXPLICIT_VR_BE)
    )


def _plain(text: str) -> str:
    """A name without what people write differently: case, punctuation, `+` for `and`."""
    return re.sub(r"[^a-z0-9]", "", text.lower().replace("+", " and "))


def _spellings(entry: UidEntry) -> Iterator[str]:
    yield entry.name
    yield entry.keyword
    yield _short(entry)
    yield from OTHER_NAMES.get(entry.uid, ())
    model, dash, operation = entry.name.rpartition(" - ")
    if dash and operation in ("FIND", "MOVE", "GET"):
        yield f"{operation} {model}"
        yield f"{model.replace(' Query/Retrieve Information Model', '')} {operation}"


@cache
def _names(kind: UidKind) -> dict[str, str]:
    # An abstract syntax may be a SOP class or, for print management, a Meta SOP class (PS3.4 H.2).
    kinds = (kind, UidKind.META_SOP_CLASS) if kind is UidKind.SOP_CLASS else (kind,)
    names: dict[str, str] = {}
    # Retired entries come last: some share their name with what replaced them.
    for entry in sorted(uid_table().values(), key=lambda entry: entry.retired):
        if entry.kind in kinds:
            for spelling in _spellings(entry):
                names.setdefault(_plain(spelling), entry.uid)
                if entry.retired:
                    names.setdefault(_plain(spelling + _RETIRED), entry.uid)
    return names


def resolve_uid(text: str, kind: UidKind) -> str:
    """The UID that a keyword, a registered or short name, or a UID stands for; case and punctuation don't matter.

    A UID in valid form is taken as it is, also when it is private. Raises `UnknownName` with suggestions.
    """
    text = text.strip()
    if is_valid_uid(text):
        return text
    if _LOOKS_LIKE_UID.fullmatch(text):
        raise UnknownName(f"`{text}` is no valid UID: at most 64 digits and dots, no leading zeros", [])
    known = _names(kind)
    uid = known.get(_plain(text))
    if uid is None:
        what = kind.value.replace("-", " ").replace("sop", "SOP")
        raise UnknownName(f"`{text}` is no {what}", _similar(_plain(text), known))
    return uid


def _similar(plain: str, known: dict[str, str]) -> list[str]:
    import difflib

    close = difflib.get_close_matches(plain, known, n=6, cutoff=0.6)
    close += [name for name in known if plain and name.startswith(plain)]
    return list(dict.fromkeys(uid_name(known[name]) for name in close))[:3]
