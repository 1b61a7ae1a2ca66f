"""What of a PDU may be kept in a capture: negotiation without user identity, command sets without Error Comment.

A full record keeps everything but the user identity, which is a secret of the site and no value of a patient.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from harness.observe.wire import MASKED_DATA_PER_MESSAGE, WireEntry, WireRecord, WireRun
from harness.ul import items as i
from harness.ul import pdu as p

_P_DATA = b"\x04"
_ASSOCIATE = (b"\x01", b"\x02")
_WHOLE_COMMAND = 3
"""The message control header of a command's only fragment (PS3.8 E.2)."""

_ERROR_COMMENT = bytes.fromhex("0000 0209")
_ITEM_HEADER = struct.Struct(">BxH")


class Masker:
    """Records the PDUs of one direction of an association, masked unless the record is full."""

    def __init__(self, record: WireRecord, *, sent: bool) -> None:
        self.record = record
        self.sent = sent
        self._command_pieces: list[tuple[bytearray, int, int]] = []
        self._data_bytes = 0

    def pdu(self, seconds: float, header: bytes, body: bytes | memoryview) -> None:
        """A whole PDU of any type."""
        if header[:1] != _P_DATA:
            self.associate(seconds, header + body)
        elif len(body) >= 6 and int.from_bytes(body[:4], "big") + 4 == len(body):
            self.lone_fragment(seconds, header + body[:6], body[6:])
        else:
            self.p_data(seconds, header + body)

    def associate(self, seconds: float, data: bytes) -> None:
        """An A-ASSOCIATE PDU, or any other PDU without a data set."""
        kept = bytearray(data)
        if data[:1] in _ASSOCIATE and _may_hold_identity(data):
            _mask_user_identity(kept)
        self.record.add(WireEntry(seconds, self.sent, kept))

    def p_data(self, seconds: float, data: bytes) -> None:
        """A P-DATA-TF of whatever form."""
        kept = bytearray(data)
        if not self.record.full:
            self._mask_pdvs(kept)
        self.record.add(WireEntry(seconds, self.sent, kept))

    def lone_fragments(self, seconds: float, pieces: Sequence[tuple[bytes, memoryview]]) -> None:
        """P-DATA-TFs that hold one PDV each, as the 12 bytes of headers and the fragment."""
        for headers, fragment in pieces:
            self.lone_fragment(seconds, headers, fragment)

    def lone_fragment(self, seconds: float, headers: bytes, fragment: bytes | memoryview) -> None:
        """A P-DATA-TF that holds one PDV, as the 12 bytes of headers and the fragment."""
        if self.record.is_closed and not self._command_pieces:
            # Nothing more is kept, and nothing that was kept waits to be masked.
            self.record.entries_left_out += 1
            return
        control = headers[11]
        if not control & 1 and not self.record.full:
            self._lone_data(seconds, headers, len(fragment))
            return
        kept: bytes | bytearray = headers + fragment
        # Most commands are whole and have nothing to hide.
        plain = control == _WHOLE_COMMAND and not self._command_pieces and _ERROR_COMMENT not in kept
        if not plain and not self.record.full:
            kept = bytearray(kept)
            self._mask_pdvs(kept)
        self.record.add(WireEntry(seconds, self.sent, kept))

    def alike(self, seconds: float, command: bytes, data_sets: Sequence[bytes]) -> None:
        """Whole messages with the same command and a data set each, in a P-DATA-TF with one PDV for each of both."""
        kept: bytes | bytearray = command
        heads = data_sets
        if not self.record.full:
            heads = [data_set[: p.LONE_HEADERS_LENGTH] for data_set in data_sets]
            if _ERROR_COMMENT in command:
                kept = bytearray(command)
                self._mask_pdvs(kept)
        self.record.add_run(WireRun(seconds, self.sent, kept, heads))

    def loose(self, seconds: float, data: bytes, shown: int = 0) -> None:
        """Bytes that never became a PDU (kept only in a full record: nobody knows what they hold).

        The first `shown` of them may be seen anyway: the greeting of another protocol, which reports show, too.
        """
        kept = bytearray(data if self.record.full else data[: max(shown, p.HEADER_LENGTH)])
        if self.record.full and data[:1] in _ASSOCIATE:
            _mask_user_identity(kept)
        self.record.add(WireEntry(seconds, self.sent, kept, zeros=len(data) - len(kept)))

    def _lone_data(self, seconds: float, header: bytes, length: int) -> None:
        room = MASKED_DATA_PER_MESSAGE - self._data_bytes
        zeros = length if length <= room else max(0, room)
        self._data_bytes = 0 if header[11] & 2 else self._data_bytes + length
        self.record.add(WireEntry(seconds, self.sent, header, zeros, length - zeros))

    def _mask_pdvs(self, pdu: bytearray) -> None:
        offset = p.HEADER_LENGTH
        while offset + 6 <= len(pdu):
            length = int.from_bytes(pdu[offset : offset + 4], "big")
            start, end = offset + 6, min(offset + 4 + length, len(pdu))
            control = pdu[offset + 5]
            if end <= start:
                start = end = max(start, end)
            elif control & 1:
                self._command_piece(pdu, start, end, last=bool(control & 2))
            else:
                pdu[start:end] = bytes(end - start)
            offset = max(end, offset + 6)

    def _command_piece(self, pdu: bytearray, start: int, end: int, *, last: bool) -> None:
        self._command_pieces.append((pdu, start, end))
        if not last:
            return
        command = bytearray().join(piece[a:b] for piece, a, b in self._command_pieces)
        if _ERROR_COMMENT in command and _mask_error_comment(command):
            at = 0
            for piece, a, b in self._command_pieces:
                piece[a:b] = command[at : at + b - a]
                at += b - a
        self._command_pieces.clear()


def _mask_error_comment(command: bytearray) -> bool:
    offset = 0
    masked = False
    while offset + 8 <= len(command):
        length = int.from_bytes(command[offset + 4 : offset + 8], "little")
        end = min(offset + 8 + length, len(command))
        if command[offset : offset + 4] == _ERROR_COMMENT:
            command[offset + 8 : end] = b"*" * (end - offset - 8)
            masked = True
        offset = max(offset + 8, end)
    return masked


def _may_hold_identity(pdu: bytes) -> bool:
    """Without the type of such a sub-item anywhere among the bytes there is none: quick to see, and usual."""
    return i.USER_IDENTITY_RQ in pdu or i.USER_IDENTITY_AC in pdu


def _mask_user_identity(pdu: bytearray) -> None:
    for item_type, start, end in _items(pdu, p.HEADER_LENGTH + 68, len(pdu)):
        if item_type != i.USER_INFORMATION:
            continue
        for sub_type, sub_start, sub_end in _items(pdu, start, end):
            if sub_type == i.USER_IDENTITY_RQ:
                _mask_fields(pdu, sub_start + 2, sub_end)
            elif sub_type == i.USER_IDENTITY_AC:
                _mask_fields(pdu, sub_start, sub_end)


def _items(pdu: bytearray, start: int, end: int) -> list[tuple[int, int, int]]:
    found = []
    while start + 4 <= end:
        item_type, length = _ITEM_HEADER.unpack_from(pdu, start)
        found.append((item_type, start + 4, min(start + 4 + length, end)))
        start += 4 + length
    return found


def _mask_fields(pdu: bytearray, start: int, end: int) -> None:
    """Overwrite the values of counted fields, keeping their length fields so that the PDU still dissects."""
    while start + 2 <= end:
        length = int.from_bytes(pdu[start : start + 2], "big")
        stop = min(start + 2 + length, end)
        pdu[start + 2 : stop] = b"*" * (stop - start - 2)
        start = max(start + 2, stop)
