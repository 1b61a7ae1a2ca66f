"""Bytes to PDUs (PS3.8 9.3): lenient, never raising on what a peer sent; what is wrong comes back as deviations."""

from __future__ import annotations

import struct
from collections.abc import Callable

from harness.ul import pdu as p
from harness.ul.decode_items import decode_items
from harness.ul.deviation import Deviation

_FIXED_ASSOCIATE_LENGTH = 68
_Builder = Callable[[bytes], p.PDU]


def decode_pdu(pdu_type: int, body: bytes | memoryview) -> tuple[p.PDU, list[Deviation]]:
    """A PDU from its type and its variable field (what follows the 6-byte header)."""
    if pdu_type == p.P_DATA_TF:
        return _p_data(memoryview(body))
    data = bytes(body)
    if pdu_type in (p.ASSOCIATE_RQ, p.ASSOCIATE_AC):
        return _associate(pdu_type, data)
    if pdu_type == p.ASSOCIATE_RJ:
        return _four_bytes(pdu_type, data, "PS3.8 9.3.4", lambda b: p.AssociateRJ(b[1], b[2], b[3]))
    if pdu_type == p.RELEASE_RQ:
        return _four_bytes(pdu_type, data, "PS3.8 9.3.6", lambda b: p.ReleaseRQ())
    if pdu_type == p.RELEASE_RP:
        return _four_bytes(pdu_type, data, "PS3.8 9.3.7", lambda b: p.ReleaseRP())
    if pdu_type == p.ABORT:
        return _four_bytes(pdu_type, data, "PS3.8 9.3.8", lambda b: p.AAbort(b[2], b[3]))
    return p.RawPDU(pdu_type, data), [Deviation("PS3.8 9.3.1", f"PDU type {pdu_type:02X}H is not defined", 0)]


def _four_bytes(pdu_type: int, data: bytes, clause: str, build: _Builder) -> tuple[p.PDU, list[Deviation]]:
    found = []
    if len(data) != 4:
        found.append(Deviation(clause, f"{p.pdu_name(pdu_type)} has a length of {len(data)} bytes, not 4", 2))
    return build(data[:4].ljust(4, b"\0")), found


def _associate(pdu_type: int, data: bytes) -> tuple[p.PDU, list[Deviation]]:
    name = p.pdu_name(pdu_type)
    clause = "PS3.8 9.3.2" if pdu_type == p.ASSOCIATE_RQ else "PS3.8 9.3.3"
    if len(data) < _FIXED_ASSOCIATE_LENGTH:
        text = f"{name} is {len(data)} bytes long, too short for its fixed fields"
        return p.RawPDU(pdu_type, data), [Deviation(clause, text, 2)]
    version, reserved, called, calling, more_reserved = struct.unpack_from(">H2s16s16s32s", data)
    items, found = decode_items(data, _FIXED_ASSOCIATE_LENGTH, p.HEADER_LENGTH)
    kind = p.AssociateRQ if pdu_type == p.ASSOCIATE_RQ else p.AssociateAC
    return kind(called, calling, items, version, reserved + more_reserved), found


def _p_data(body: memoryview) -> tuple[p.PDU, list[Deviation]]:
    pdvs: list[p.PDV] = []
    found: list[Deviation] = []
    offset = 0
    while offset < len(body):
        if len(body) - offset < 6:
            found.append(_pdv_deviation("a PDV item is cut before its header ends", offset))
            break
        length, context_id, control = struct.unpack_from(">IBB", body, offset)
        end = offset + 4 + length
        if length < 2:
            found.append(_pdv_deviation(f"a PDV item has the length {length}, below the least of 2", offset))
            break
        if end > len(body):
            found.append(_pdv_deviation(f"a PDV item of {length} bytes reaches beyond its PDU", offset))
            break
        if length % 2:
            found.append(Deviation("PS3.8 E.1", "a PDV fragment has an odd length", offset + p.HEADER_LENGTH))
        pdvs.append(p.PDV(context_id, bool(control & 1), bool(control & 2), body[offset + 6 : end]))
        offset = end
    if not pdvs and not found:
        found.append(_pdv_deviation("a P-DATA-TF holds no PDV item", 0))
    return p.PDataTF(tuple(pdvs)), found


def _pdv_deviation(text: str, offset: int) -> Deviation:
    return Deviation("PS3.8 9.3.5.1", text, offset + p.HEADER_LENGTH)
