"""The variable items of A-ASSOCIATE PDUs (PS3.8 9.3.2, 9.3.3, Annex D; PS3.7 D.3.3).

Nothing here validates: a conformance tool must be able to say wrong things. Anything that has no class of its own,
or is wrong in a way these classes cannot say, is a `RawItem`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

APPLICATION_CONTEXT = 0x10
PRESENTATION_CONTEXT_RQ = 0x20
PRESENTATION_CONTEXT_AC = 0x21
ABSTRACT_SYNTAX = 0x30
TRANSFER_SYNTAX = 0x40
USER_INFORMATION = 0x50
MAXIMUM_LENGTH = 0x51
IMPLEMENTATION_CLASS_UID = 0x52
ASYNCHRONOUS_OPERATIONS_WINDOW = 0x53
ROLE_SELECTION = 0x54
IMPLEMENTATION_VERSION_NAME = 0x55
EXTENDED_NEGOTIATION = 0x56
COMMON_EXTENDED_NEGOTIATION = 0x57
USER_IDENTITY_RQ = 0x58
USER_IDENTITY_AC = 0x59


@dataclass(frozen=True, slots=True)
class RawItem:
    """An item as bytes. `length` overrides the length field, to say something wrong."""

    item_type: int
    value: bytes
    length: int | None = None


@dataclass(frozen=True, slots=True)
class ApplicationContext:
    """Application Context Item (PS3.8 9.3.2.1)."""

    name: str


@dataclass(frozen=True, slots=True)
class ProposedContext:
    """Presentation Context Item of an A-ASSOCIATE-RQ (PS3.8 9.3.2.2); `reserved` are the 3 bytes after the id."""

    context_id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]
    reserved: bytes = bytes(3)


@dataclass(frozen=True, slots=True)
class ContextResult:
    """Presentation Context Item of an A-ASSOCIATE-AC (PS3.8 9.3.3.2); the transfer syntax counts only for result 0."""

    context_id: int
    result: int
    transfer_syntax: str


@dataclass(frozen=True, slots=True)
class MaximumLength:
    """Maximum Length Sub-item (PS3.8 D.1): the longest variable field of a P-DATA-TF in bytes, 0 for no limit."""

    value: int


@dataclass(frozen=True, slots=True)
class ImplementationClassUID:
    """Implementation Class UID Sub-item (PS3.7 D.3.3.2)."""

    uid: str


@dataclass(frozen=True, slots=True)
class ImplementationVersionName:
    """Implementation Version Name Sub-item (PS3.7 D.3.3.2), 1 to 16 characters."""

    name: str


@dataclass(frozen=True, slots=True)
class AsynchronousOperationsWindow:
    """Asynchronous Operations Window Sub-item (PS3.7 D.3.3.3); 0 means unlimited."""

    maximum_invoked: int
    maximum_performed: int


@dataclass(frozen=True, slots=True)
class RoleSelection:
    """SCP/SCU Role Selection Sub-item (PS3.7 D.3.3.4); 1 proposes or accepts the role."""

    sop_class_uid: str
    scu_role: int
    scp_role: int


@dataclass(frozen=True, slots=True)
class ExtendedNegotiation:
    """SOP Class Extended Negotiation Sub-item (PS3.7 D.3.3.5)."""

    sop_class_uid: str
    application_information: bytes


@dataclass(frozen=True, slots=True)
class CommonExtendedNegotiation:
    """SOP Class Common Extended Negotiation Sub-item (PS3.7 D.3.3.6)."""

    sop_class_uid: str
    service_class_uid: str
    related_general_sop_class_uids: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class UserIdentityRQ:
    """User Identity Sub-item of an A-ASSOCIATE-RQ (PS3.7 D.3.3.7.1). The fields are secrets and do not show."""

    identity_type: int
    positive_response_requested: int
    primary_field: bytes = field(repr=False)
    secondary_field: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class UserIdentityAC:
    """User Identity Sub-item of an A-ASSOCIATE-AC (PS3.7 D.3.3.7.2). The response is a secret and does not show."""

    server_response: bytes = field(repr=False)


UserItem = (
    MaximumLength
    | ImplementationClassUID
    | ImplementationVersionName
    | AsynchronousOperationsWindow
    | RoleSelection
    | ExtendedNegotiation
    | CommonExtendedNegotiation
    | UserIdentityRQ
    | UserIdentityAC
    | RawItem
)


@dataclass(frozen=True, slots=True)
class UserInformation:
    """User Information Item (PS3.8 9.3.2.3): its sub-items in the order of the wire."""

    items: tuple[UserItem, ...]


Item = ApplicationContext | ProposedContext | ContextResult | UserInformation | RawItem
