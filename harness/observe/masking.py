"""What of a PDU may be kept in a capture: negotiation without user identity, command sets without Error Comment.

A full record keeps everything but the user identity, which is a secret of the site and no value of a patient.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from harness.observe.wire import MASKED_DATA_PER_MESSAGE, WireEntry, WireRecord
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
        if self._may_skip:
            self.record.entries_left_out += 1
        elif header[:1] == _P_DATA:
            self.p_data(seconds, _pieces(header, body))
        else:
            self.associate(seconds, header + body)

    def associate(self, seconds: float, data: bytes) -> None:
        """An A-ASSOCIATE PDU, or any other PDU without a data set."""
        kept = bytearray(data)
        if data[:1] in _ASSOCIATE and _may_hold_identity(data):
            _mask_user_identity(kept)
        self.record.add(WireEntry(seconds, self.sent, kept))

    def p_data(self, seconds: float, data: Sequence[bytes | memoryview]) -> None:
        """A P-DATA-TF in pieces whose concatenation is the PDU."""
        if self.record.full:
            self.record.add(WireEntry(seconds, self.sent, bytearray().join(data)))
            return
        if len(data) == 2 and len(data[0]) == 12 and not data[0][11] & 1:
            self._lone_data_fragment(seconds, bytes(data[0]), len(data[1]))
            return
        kept = bytearray().join(data)
        # Most commands are whole and have nothing to hide.
        whole = len(data) == 2 and len(data[0]) == 12 and data[0][11] == _WHOLE_COMMAND and not self._command_pieces
        if not whole or _ERROR_COMMENT in kept:
            self._mask_pdvs(kept)
        self.record.add(WireEntry(seconds, self.sent, kept))

    def lone_fragments(self, seconds: float, pieces: Sequence[tuple[bytes, memoryview]]) -> None:
        """P-DATA-TFs that hold one PDV each, as the 12 bytes of headers and the fragment."""
        if self._may_skip:
            self.record.entries_left_out += len(pieces)
            return
        for piece in pieces:
            self.p_data(seconds, piece)

    @property
    def _may_skip(self) -> bool:
        """Whether nothing more is kept, and nothing that was kept waits to be masked."""
        return self.record.is_closed and not self._command_pieces

    def loose(self, seconds: float, data: bytes, shown: int = 0) -> None:
        """Bytes that never became a PDU (kept only in a full record: nobody knows what they hold).

        The first `shown` of them may be seen anyway: the greeting of another protocol, which reports show, too.
        """
        entry = WireEntry(seconds, self.sent, bytearray(data))
        if not self.record.full:
            head = bytearray(data[: max(shown, p.HEADER_LENGTH)])
            entry = WireEntry(seconds, self.sent, head, zeros=len(data) - len(head))
        elif data[:1] in _ASSOCIATE:
            _mask_user_identity(entry.head)
        self.record.add(entry)

    def _lone_data_fragment(self, seconds: float, header: bytes, length: int) -> None:
        zeros = max(0, min(length, MASKED_DATA_PER_MESSAGE - self._data_bytes))
        self._data_bytes = 0 if header[11] & 2 else self._data_bytes + length
        self.record.add(WireEntry(seconds, self.sent, bytearray(header), zeros, length - zeros))

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


def _pieces(header: bytes, body: bytes | memoryview) -> tuple[bytes | memoryview, ...]:
    """A P-DATA-TF as `p_data` wants it: a lone PDV apart from its 12 bytes of headers."""
    if len(body) >= 6 and int.from_bytes(body[:4], "big") + 4 == len(body):
        return header + body[:6], memoryview(body)[6:]
    return header, body


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
