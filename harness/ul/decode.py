"""Bytes to PDUs (PS3.8 9.3): lenient, never raising on what a peer sent; what is wrong comes back as deviations."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from harness.standard.negotiation import ABORT_REASONS, ABORT_SOURCES, REASONS, RESULTS, SOURCES
from harness.ul import pdu as p
from harness.ul.composition import check_associate
from harness.ul.decode_items import decode_items
from harness.ul.deviation import Deviation

_FIXED_ASSOCIATE_LENGTH = 68
_KNOWN = 64
_LONGEST_KNOWN = 8192
"""Of A-ASSOCIATE PDUs, which the same peer sends over and over, so many are kept decoded, if in bytes no longer."""

_PDV_HEADER = struct.Struct(">IBB")
_SHORT_CLAUSES = {
    p.ASSOCIATE_RJ: "PS3.8 9.3.4",
    p.RELEASE_RQ: "PS3.8 9.3.6",
    p.RELEASE_RP: "PS3.8 9.3.7",
    p.ABORT: "PS3.8 9.3.8",
}


def decode_pdu(pdu_type: int, body: bytes | memoryview) -> tuple[p.PDU, list[Deviation]]:
    """A PDU from its type and its variable field (what follows the 6-byte header).

    A PDU of unknown type, and one whose structure cannot be followed, comes back as `RawPDU`.
    """
    if pdu_type == p.P_DATA_TF:
        data = memoryview(body)
        pdv = lone_pdv(data)
        return _p_data(data) if pdv is None else (p.PDataTF((pdv,)), [])
    if pdu_type in (p.ASSOCIATE_RQ, p.ASSOCIATE_AC):
        read = _known_associate if len(body) <= _LONGEST_KNOWN else _associate
        pdu, found = read(pdu_type, bytes(body))
        return pdu, list(found)
    if pdu_type in _SHORT_CLAUSES:
        return _short(pdu_type, bytes(body))
    return p.RawPDU(pdu_type, bytes(body)), [
        Deviation("pdu-type", "PS3.8 9.3.1", f"PDU type {pdu_type:02X}H is not defined", 0)
    ]


def _short(pdu_type: int, data: bytes) -> tuple[p.PDU, list[Deviation]]:
    """A PDU of four bytes; too few are taken as followed by zeros."""
    clause, name = _SHORT_CLAUSES[pdu_type], p.pdu_name(pdu_type)
    found = []
    if len(data) != 4:
        found.append(Deviation("pdu-length", clause, f"the {name} has a length of {len(data)} bytes, not 4", 2))
    _, second, third, fourth = data[:4].ljust(4, b"\0")
    if pdu_type == p.ASSOCIATE_RJ:
        return p.AssociateRJ(second, third, fourth), found + _rejection(second, third, fourth)
    if pdu_type == p.ABORT:
        return p.AAbort(third, fourth), found + _abort(third, fourth)
    return (p.ReleaseRQ() if pdu_type == p.RELEASE_RQ else p.ReleaseRP()), found


def _rejection(result: int, source: int, reason: int) -> list[Deviation]:
    clause = "PS3.8 9.3.4"
    found = []
    if result not in RESULTS:
        found.append(
            Deviation("rejection-codes", clause, f"the result {result} of the A-ASSOCIATE-RJ is not defined", 7)
        )
    if source not in SOURCES:
        found.append(
            Deviation("rejection-codes", clause, f"the source {source} of the A-ASSOCIATE-RJ is not defined", 8)
        )
    elif reason not in REASONS[source]:
        text = f"the reason {reason} of the A-ASSOCIATE-RJ is not defined for its source {source}"
        found.append(Deviation("rejection-codes", clause, text, 9))
    return found


def _abort(source: int, reason: int) -> list[Deviation]:
    clause = "PS3.8 9.3.8"
    if source not in ABORT_SOURCES:
        return [Deviation("abort-source", clause, f"the source {source} of the A-ABORT is not defined", 8)]
    # The reason of a service user is "not tested … when received" (Table 9-26).
    if source == 2 and reason not in ABORT_REASONS:
        return [Deviation("abort-reason", clause, f"the reason {reason} of the A-ABORT is not defined", 9)]
    return []


def _associate(pdu_type: int, data: bytes) -> tuple[p.PDU, Sequence[Deviation]]:
    if len(data) < _FIXED_ASSOCIATE_LENGTH:
        clause = "PS3.8 9.3.2" if pdu_type == p.ASSOCIATE_RQ else "PS3.8 9.3.3"
        text = f"the {p.pdu_name(pdu_type)} is {len(data)} bytes long, too short for its fixed fields"
        return p.RawPDU(pdu_type, data), [Deviation("pdu-length", clause, text, 2)]
    version, reserved, called, calling, more_reserved = struct.unpack_from(">H2s16s16s32s", data)
    items, found = decode_items(pdu_type, data, _FIXED_ASSOCIATE_LENGTH, p.HEADER_LENGTH)
    kind = p.AssociateRQ if pdu_type == p.ASSOCIATE_RQ else p.AssociateAC
    pdu = kind(called, calling, items, version, reserved + more_reserved)
    return pdu, found + check_associate(pdu)


_known_associate = lru_cache(_KNOWN)(_associate)


def lone_pdv(body: memoryview) -> p.PDV | None:
    """The only PDV item of a P-DATA-TF, if there is but one and nothing is wrong with it: quick to see, and usual."""
    total = len(body)
    if total <= 6:
        return None
    length, context_id, control = _PDV_HEADER.unpack_from(body)
    if length + 4 != total or length % 2:
        return None
    return p.PDV(context_id, control & 1 == 1, control & 2 == 2, body[6:])


def _p_data(body: memoryview) -> tuple[p.PDU, list[Deviation]]:
    pdvs: list[p.PDV] = []
    offset, total = 0, len(body)
    while offset < total:
        if total - offset < 6:
            return _broken(body, "a PDV item is cut before its header ends", offset)
        length, context_id, control = _PDV_HEADER.unpack_from(body, offset)
        end = offset + 4 + length
        if length < 2:
            return _broken(body, f"a PDV item has the length {length}, below the least of 2", offset)
        if end > total:
            return _broken(body, f"a PDV item of {length} bytes reaches beyond its PDU", offset)
        pdvs.append(p.PDV(context_id, bool(control & 1), bool(control & 2), body[offset + 6 : end]))
        offset = end
    return p.PDataTF(tuple(pdvs)), check_pdvs(pdvs)


def _broken(body: memoryview, text: str, offset: int) -> tuple[p.PDU, list[Deviation]]:
    return p.RawPDU(p.P_DATA_TF, bytes(body)), [
        Deviation("pdv-length", "PS3.8 9.3.5.1", text, offset + p.HEADER_LENGTH)
    ]


def check_pdvs(pdvs: Sequence[p.PDV]) -> list[Deviation]:
    """What is wrong with the PDV items of a P-DATA-TF (PS3.8 E.1).

    At most one deviation of each kind, however many PDVs a hostile peer puts into one PDU.
    """
    found = []
    if not pdvs:
        found.append(Deviation("pdata-empty", "PS3.8 9.3.5", "the P-DATA-TF holds no PDV item", p.HEADER_LENGTH))
    if any(len(pdv.fragment) % 2 for pdv in pdvs):
        found.append(Deviation("pdv-odd", "PS3.8 E.1", "a PDV fragment has an odd number of bytes"))
    if any(not pdv.fragment for pdv in pdvs):
        found.append(Deviation("pdv-empty", "PS3.8 E.1", "a PDV has no fragment, only a message control header"))
    if any(_begins_message(before, after) for before, after in pairwise(pdvs)):
        found.append(
            Deviation("pdata-one-message", "PS3.8 E.1", "a P-DATA-TF holds fragments of more than one message")
        )
    return found


def _begins_message(before: p.PDV, after: p.PDV) -> bool:
    """Whether `after` cannot belong to the message of `before`."""
    if after.context_id != before.context_id:
        return True
    if after.is_command:
        return before.is_last or not before.is_command
    return before.is_last and not before.is_command
