"""PDUs to bytes (PS3.8 9.3). Encodes what it is told, right or wrong."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache

from harness.ul import items as i
from harness.ul import pdu as p

_PDU_HEADER = struct.Struct(">BxI")
_ITEM_HEADER = struct.Struct(">BxH")
_PDATA_HEADER = struct.Struct(">BxIIBB")
_FIXED_FIELDS = struct.Struct(">H2s16s16s32s")


def encode_pdu(pdu: p.PDU) -> bytes:
    """The bytes of a PDU, header included.

    Raises ValueError or `struct.error` for a value that its field cannot hold; a raw item or PDU can say anything.
    """
    if isinstance(pdu, p.AssociateRQ | p.AssociateAC):
        pdu_type = p.ASSOCIATE_RQ if isinstance(pdu, p.AssociateRQ) else p.ASSOCIATE_AC
        return _with_header(pdu_type, _associate_body(pdu))
    if isinstance(pdu, p.PDataTF):
        return _with_header(p.P_DATA_TF, b"".join([_pdv(pdv) for pdv in pdu.pdvs]))
    if isinstance(pdu, p.AssociateRJ):
        return _with_header(p.ASSOCIATE_RJ, bytes((0, pdu.result, pdu.source, pdu.reason)))
    if isinstance(pdu, p.ReleaseRQ):
        return _with_header(p.RELEASE_RQ, bytes(4))
    if isinstance(pdu, p.ReleaseRP):
        return _with_header(p.RELEASE_RP, bytes(4))
    if isinstance(pdu, p.AAbort):
        return _with_header(p.ABORT, bytes((0, 0, pdu.source, pdu.reason)))
    return _with_header(pdu.pdu_type, pdu.body, pdu.length)


def encode_items(items: Iterable[i.Item]) -> bytes:
    """The bytes of items one after the other, to be put into a raw item or PDU."""
    return b"".join([_item(item) for item in items])


def pdata_header(pdv_length: int, context_id: int, is_command: bool, is_last: bool) -> bytes:
    """The 12 bytes before the only fragment of a P-DATA-TF: PDU header, PDV length, context id, control header.

    `pdv_length` is the length of the fragment in bytes.
    """
    control = is_command | is_last << 1
    return _PDATA_HEADER.pack(p.P_DATA_TF, pdv_length + 6, pdv_length + 2, context_id, control)


def _with_header(pdu_type: int, body: bytes, length: int | None = None) -> bytes:
    return _PDU_HEADER.pack(pdu_type, len(body) if length is None else length) + body


@lru_cache(16)
def _associate_body(pdu: p.AssociateRQ | p.AssociateAC) -> bytes:
    reserved = pdu.reserved
    fixed = _FIXED_FIELDS.pack(pdu.protocol_version, reserved[:2], pdu.called, pdu.calling, reserved[2:])
    return fixed + b"".join([_item(item) for item in pdu.items])


def _pdv(pdv: p.PDV) -> bytes:
    control = pdv.is_command | pdv.is_last << 1
    return struct.pack(">IBB", len(pdv.fragment) + 2, pdv.context_id, control) + pdv.fragment


def _raw(item_type: int, value: bytes, length: int | None = None) -> bytes:
    return _ITEM_HEADER.pack(item_type, len(value) if length is None else length) + value


def _text(value: str) -> bytes:
    return value.encode("latin-1", "replace")


def _counted(value: bytes) -> bytes:
    return struct.pack(">H", len(value)) + value


@lru_cache(maxsize=1024)
def _syntax(item_type: int, uid: str) -> bytes:
    """The sub-item of an abstract or transfer syntax: the same few hundred, over and over."""
    return _raw(item_type, _text(uid))


def _item(item: i.Item) -> bytes:
    if isinstance(item, i.ApplicationContext):
        return _raw(i.APPLICATION_CONTEXT, _text(item.name))
    if isinstance(item, i.ProposedContext):
        abstract_syntax = _syntax(i.ABSTRACT_SYNTAX, item.abstract_syntax)
        transfer_syntaxes = b"".join([_syntax(i.TRANSFER_SYNTAX, uid) for uid in item.transfer_syntaxes])
        value = bytes((item.context_id,)) + item.reserved + abstract_syntax + transfer_syntaxes
        return _raw(i.PRESENTATION_CONTEXT_RQ, value)
    if isinstance(item, i.ContextResult):
        value = bytes((item.context_id, 0, item.result, 0)) + _syntax(i.TRANSFER_SYNTAX, item.transfer_syntax)
        return _raw(i.PRESENTATION_CONTEXT_AC, value)
    if isinstance(item, i.UserInformation):
        return _raw(i.USER_INFORMATION, b"".join([_user_item(sub_item) for sub_item in item.items]))
    return _raw(item.item_type, item.value, item.length)


def _user_item(item: i.UserItem) -> bytes:
    if isinstance(item, i.MaximumLength):
        return _raw(i.MAXIMUM_LENGTH, struct.pack(">I", item.value))
    if isinstance(item, i.ImplementationClassUID):
        return _raw(i.IMPLEMENTATION_CLASS_UID, _text(item.uid))
    if isinstance(item, i.ImplementationVersionName):
        return _raw(i.IMPLEMENTATION_VERSION_NAME, _text(item.name))
    if isinstance(item, i.AsynchronousOperationsWindow):
        return _raw(i.ASYNCHRONOUS_OPERATIONS_WINDOW, struct.pack(">HH", item.maximum_invoked, item.maximum_performed))
    if isinstance(item, i.RoleSelection):
        return _raw(i.ROLE_SELECTION, _counted(_text(item.sop_class_uid)) + bytes((item.scu_role, item.scp_role)))
    if isinstance(item, i.ExtendedNegotiation):
        return _raw(i.EXTENDED_NEGOTIATION, _counted(_text(item.sop_class_uid)) + item.application_information)
    if isinstance(item, i.CommonExtendedNegotiation):
        return _common_extended(item)
    if isinstance(item, i.UserIdentityRQ):
        value = bytes((item.identity_type, item.positive_response_requested))
        return _raw(i.USER_IDENTITY_RQ, value + _counted(item.primary_field) + _counted(item.secondary_field))
    if isinstance(item, i.UserIdentityAC):
        return _raw(i.USER_IDENTITY_AC, _counted(item.server_response))
    return _raw(item.item_type, item.value, item.length)


def _common_extended(item: i.CommonExtendedNegotiation) -> bytes:
    related = b"".join([_counted(_text(uid)) for uid in item.related_general_sop_class_uids])
    value = _counted(_text(item.sop_class_uid)) + _counted(_text(item.service_class_uid)) + _counted(related)
    # In this item alone the byte after the type is not reserved: it holds the version (PS3.7 D.3.3.6).
    return struct.pack(">BBH", i.COMMON_EXTENDED_NEGOTIATION, item.version, len(value)) + value


def association_items(
    contexts: Sequence[i.ProposedContext | i.ContextResult],
    user_items: Sequence[i.UserItem],
    application_context: str = p.DICOM_APPLICATION_CONTEXT,
) -> tuple[i.Item, ...]:
    """The items of a well-formed A-ASSOCIATE PDU in the order PS3.8 asks for."""
    return (i.ApplicationContext(application_context), *contexts, i.UserInformation(tuple(user_items)))
