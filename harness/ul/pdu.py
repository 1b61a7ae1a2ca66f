"""The seven PDUs of PS3.8 9.3, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from harness.ul.items import (
    ApplicationContext,
    AsynchronousOperationsWindow,
    ContextResult,
    ExtendedNegotiation,
    ImplementationClassUID,
    ImplementationVersionName,
    Item,
    MaximumLength,
    ProposedContext,
    RoleSelection,
    UserIdentityAC,
    UserIdentityRQ,
    UserInformation,
    UserItem,
)

ASSOCIATE_RQ = 0x01
ASSOCIATE_AC = 0x02
ASSOCIATE_RJ = 0x03
P_DATA_TF = 0x04
RELEASE_RQ = 0x05
RELEASE_RP = 0x06
ABORT = 0x07

PDU_NAMES = {
    ASSOCIATE_RQ: "A-ASSOCIATE-RQ",
    ASSOCIATE_AC: "A-ASSOCIATE-AC",
    ASSOCIATE_RJ: "A-ASSOCIATE-RJ",
    P_DATA_TF: "P-DATA-TF",
    RELEASE_RQ: "A-RELEASE-RQ",
    RELEASE_RP: "A-RELEASE-RP",
    ABORT: "A-ABORT",
}

HEADER_LENGTH = 6
LONE_HEADERS_LENGTH = 12
"""Bytes before the only fragment of a P-DATA-TF: PDU header, PDV length, presentation context id, control header."""

DICOM_APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"


def pdu_name(pdu_type: int) -> str:
    """The standard's name of a PDU type, or its value in hexadecimal."""
    return PDU_NAMES.get(pdu_type) or f"PDU type {pdu_type:02X}H"


def title_field(ae_title: str) -> bytes:
    """An AE title as the 16-byte field of an A-ASSOCIATE PDU, padded with spaces and cut at 16 (PS3.8 9.3.2)."""
    return ae_title.encode("latin-1", "replace")[:16].ljust(16)


def title_of(field: bytes) -> str:
    """The AE title in a 16-byte field, without the non-significant spaces around it."""
    return field.decode("latin-1").strip(" \0")


@dataclass(frozen=True)
class _Associate:
    """What A-ASSOCIATE-RQ and -AC have in common. `called` and `calling` are the 16-byte fields as on the wire.

    What is asked of one is found once and kept: the same few PDUs are exchanged over and over (see `decode`, `encode`).
    """

    called: bytes
    calling: bytes
    items: tuple[Item, ...]
    protocol_version: int = 1
    reserved: bytes = bytes(34)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.called, self.calling, self.items, self.protocol_version, self.reserved))

    @cached_property
    def user_items(self) -> tuple[UserItem, ...]:
        """The sub-items of all User Information items."""
        return tuple([sub_item for item in self.items if isinstance(item, UserInformation) for sub_item in item.items])

    @cached_property
    def called_ae_title(self) -> str:
        """The called AE title without padding."""
        return title_of(self.called)

    @cached_property
    def calling_ae_title(self) -> str:
        """The calling AE title without padding."""
        return title_of(self.calling)

    @cached_property
    def application_context(self) -> str | None:
        """The first application context name, if there is one."""
        return next((item.name for item in self.items if isinstance(item, ApplicationContext)), None)

    @cached_property
    def maximum_length(self) -> int | None:
        """The announced maximum length of P-DATA-TF variable fields in bytes; None if not announced."""
        return next((item.value for item in self.user_items if isinstance(item, MaximumLength)), None)

    @cached_property
    def implementation_class_uid(self) -> str | None:
        """The announced Implementation Class UID."""
        return next((item.uid for item in self.user_items if isinstance(item, ImplementationClassUID)), None)

    @cached_property
    def implementation_version_name(self) -> str | None:
        """The announced Implementation Version Name."""
        return next((item.name for item in self.user_items if isinstance(item, ImplementationVersionName)), None)

    @cached_property
    def role_selections(self) -> tuple[RoleSelection, ...]:
        """All SCP/SCU Role Selection sub-items."""
        return tuple(item for item in self.user_items if isinstance(item, RoleSelection))

    @cached_property
    def extended_negotiations(self) -> tuple[ExtendedNegotiation, ...]:
        """All SOP Class Extended Negotiation sub-items."""
        return tuple(item for item in self.user_items if isinstance(item, ExtendedNegotiation))

    @cached_property
    def asynchronous_operations(self) -> AsynchronousOperationsWindow | None:
        """The asynchronous operations window; None if not announced, which means 1 and 1 (PS3.7 D.3.3.3)."""
        return next((item for item in self.user_items if isinstance(item, AsynchronousOperationsWindow)), None)


@dataclass(frozen=True, eq=False)
class AssociateRQ(_Associate):
    """A-ASSOCIATE-RQ (PS3.8 9.3.2)."""

    @cached_property
    def contexts(self) -> tuple[ProposedContext, ...]:
        """The proposed presentation contexts."""
        return tuple(item for item in self.items if isinstance(item, ProposedContext))

    @cached_property
    def user_identity(self) -> UserIdentityRQ | None:
        """The user identity that is offered."""
        return next((item for item in self.user_items if isinstance(item, UserIdentityRQ)), None)


@dataclass(frozen=True, eq=False)
class AssociateAC(_Associate):
    """A-ASSOCIATE-AC (PS3.8 9.3.3); `called` and `calling` echo the request and are not tested when received."""

    @cached_property
    def results(self) -> tuple[ContextResult, ...]:
        """The result of each presentation context."""
        return tuple(item for item in self.items if isinstance(item, ContextResult))

    @cached_property
    def user_identity(self) -> UserIdentityAC | None:
        """The response to the user identity."""
        return next((item for item in self.user_items if isinstance(item, UserIdentityAC)), None)


@dataclass(frozen=True, slots=True)
class AssociateRJ:
    """A-ASSOCIATE-RJ (PS3.8 9.3.4)."""

    result: int
    source: int
    reason: int


class PDV(NamedTuple):
    """One Presentation Data Value item (PS3.8 9.3.5.1) with its message control header taken apart (Annex E.2)."""

    context_id: int
    is_command: bool
    is_last: bool
    fragment: bytes | memoryview


class PDataTF(NamedTuple):
    """P-DATA-TF (PS3.8 9.3.5)."""

    pdvs: tuple[PDV, ...]


@dataclass(frozen=True, slots=True)
class ReleaseRQ:
    """A-RELEASE-RQ (PS3.8 9.3.6)."""


@dataclass(frozen=True, slots=True)
class ReleaseRP:
    """A-RELEASE-RP (PS3.8 9.3.7)."""


@dataclass(frozen=True, slots=True)
class AAbort:
    """A-ABORT (PS3.8 9.3.8)."""

    source: int
    reason: int


@dataclass(frozen=True, slots=True)
class RawPDU:
    """A PDU as bytes: of unknown type when received, or deliberately wrong when sent (`length` overrides the field)."""

    pdu_type: int
    body: bytes
    length: int | None = None


PDU = AssociateRQ | AssociateAC | AssociateRJ | PDataTF | ReleaseRQ | ReleaseRP | AAbort | RawPDU
