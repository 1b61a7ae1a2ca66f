"""UIDs and their names (PS3.6 Annex A), from a table that is read when first needed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from harness import __version__

VERIFICATION = "1.2.840.10008.1.1"
IMPLICIT_VR_LE = "1.2.840.10008.1.2"
EXPLICIT_VR_LE = "1.2.840.10008.1.2.1"
DEFLATED_EXPLICIT_VR_LE = "1.2.840.10008.1.2.1.99"
EXPLICIT_VR_BE = "1.2.840.10008.1.2.2"
JPEG_LOSSLESS_SV1 = "1.2.840.10008.1.2.4.70"
RLE_LOSSLESS = "1.2.840.10008.1.2.5"
CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"

GENERATED_UID_ROOT = "2.25"
"""UIDs made by the harness are derived from UUIDs under this root (PS3.5 B.2)."""

IMPLEMENTATION_CLASS_UID = "2.25.211306541226446871512046012904563021761"
IMPLEMENTATION_VERSION_NAME = "HARNESS_" + __version__.replace(".", "_")[:8]


class UidKind(StrEnum):
    """What a registered UID names."""

    SOP_CLASS = "sop-class"
    META_SOP_CLASS = "meta-sop-class"
    TRANSFER_SYNTAX = "transfer-syntax"
    APPLICATION_CONTEXT = "application-context"
    SOP_INSTANCE = "sop-instance"


@dataclass(frozen=True, slots=True)
class UidEntry:
    """One registered UID. `storage` marks the SOP classes of the Storage Service Class (PS3.4 B.5)."""

    uid: str
    kind: UidKind
    storage: bool
    retired: bool
    keyword: str
    name: str


class UnknownName(LookupError):
    """A name that stands for no UID of the wanted kind; `suggestions` are similar ones that do."""

    def __init__(self, text: str, kind: UidKind, suggestions: list[str]) -> None:
        super().__init__(f"`{text}` is no {kind.value.replace('-', ' ').replace('sop', 'SOP')}")
        self.suggestions = suggestions


_VALID_UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")

_SHORT_NAMES = {
    "1.2.840.10008.1.2.4.50": "JPEG Baseline",
    "1.2.840.10008.1.2.4.51": "JPEG Extended",
    "1.2.840.10008.1.2.4.57": "JPEG Lossless",
    JPEG_LOSSLESS_SV1: "JPEG Lossless SV1",
    "1.2.840.10008.1.2.4.80": "JPEG-LS Lossless",
    "1.2.840.10008.1.2.4.81": "JPEG-LS Near Lossless",
    "1.2.840.10008.1.2.4.90": "JPEG 2000 Lossless",
    "1.2.840.10008.1.2.4.91": "JPEG 2000",
    "1.2.840.10008.1.2.4.201": "HTJ2K Lossless",
    "1.2.840.10008.1.2.4.203": "HTJ2K",
    VERIFICATION: "Verification",
}
"""Names of reports for UIDs whose registered name is long; also accepted when read."""


def is_valid_uid(text: str) -> bool:
    """Whether a text has the form of a UID (PS3.5 9.1): digits and dots, no leading zeros, at most 64 characters."""
    return len(text) <= 64 and _VALID_UID.fullmatch(text) is not None


@cache
def uid_table() -> dict[str, UidEntry]:
    """Every registered UID of the kinds that networking needs."""
    table = {}
    for line in files("harness.standard").joinpath("uids.tsv").read_text("utf-8").splitlines():
        uid, kind, storage, retired, keyword, name = line.split("\t")
        table[uid] = UidEntry(uid, UidKind(kind), bool(storage), bool(retired), keyword, name)
    return table


def uid_name(uid: str) -> str:
    """A short human name of a registered UID; the UID itself when it is not registered."""
    short = _SHORT_NAMES.get(uid)
    if short is not None:
        return short
    entry = uid_table().get(uid)
    return entry.name.removesuffix(" SOP Class") if entry else uid


@cache
def storage_sop_classes() -> tuple[str, ...]:
    """All SOP classes of the Storage Service Class, retired ones left out."""
    return tuple(entry.uid for entry in uid_table().values() if entry.storage)


@cache
def transfer_syntaxes() -> tuple[str, ...]:
    """All registered transfer syntaxes that encode data sets, retired ones left out but for Big Endian."""
    return tuple(
        entry.uid
        for entry in uid_table().values()
        if entry.kind is UidKind.TRANSFER_SYNTAX and (not entry.retired or entry.uid == EXPLICIT_VR_BE)
    )


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


@cache
def _names(kind: UidKind) -> dict[str, str]:
    names: dict[str, str] = {}
    for entry in uid_table().values():
        if entry.kind is kind:
            for name in (entry.name, entry.keyword, entry.name.removesuffix(" SOP Class"), _SHORT_NAMES.get(entry.uid)):
                if name:
                    names.setdefault(_plain(name), entry.uid)
    return names


def resolve_uid(text: str, kind: UidKind) -> str:
    """The UID that a keyword, a registered or short name, or a UID stands for; case and punctuation don't matter.

    A UID in valid form is taken as it is, also when it is private. Raises `UnknownName` with suggestions.
    """
    text = text.strip()
    if is_valid_uid(text):
        return text
    known = _names(kind)
    uid = known.get(_plain(text))
    if uid is None:
        import difflib

        close = difflib.get_close_matches(_plain(text), known, n=3, cutoff=0.6)
        raise UnknownName(text, kind, list(dict.fromkeys(uid_name(known[name]) for name in close)))
    return uid
