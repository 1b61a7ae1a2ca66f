"""A lossless JPEG encoder for grayscale images: process 14, selection value 1 (ITU-T T.81 Annex H).

Small and plain, for synthetic test images only; no wheel on PyPI that the harness could depend on writes this format.
"""

from __future__ import annotations

import struct
from array import array

# T.81 Table K.3's lengths extended to the 17 categories of lossless coding: one code of each category 0 … 16.
_CODE_LENGTHS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0)
_CATEGORIES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)


def encode_jpeg_lossless(pixels: array[int], rows: int, columns: int, bits: int) -> bytes:
    """One frame of unsigned samples of `bits` precision (2 to 16) as a JPEG Lossless SV1 code stream.

    Raises ValueError when the number of samples is not rows × columns.
    """
    if len(pixels) != rows * columns:
        raise ValueError(f"{len(pixels)} samples are not {rows} x {columns}")
    parts = [b"\xff\xd8", _frame_header(rows, columns, bits), _huffman_table(), _scan_header()]
    return b"".join(parts) + _entropy_coded(pixels, columns, bits) + b"\xff\xd9"


def _marker(code: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, code, len(body) + 2) + body


def _frame_header(rows: int, columns: int, bits: int) -> bytes:
    """SOF3 (T.81 B.2.2): one component, no subsampling."""
    return _marker(0xC3, struct.pack(">BHHB", bits, rows, columns, 1) + bytes((1, 0x11, 0)))


def _huffman_table() -> bytes:
    """DHT (T.81 B.2.4.2): table 0 of class DC."""
    return _marker(0xC4, bytes((0, *_CODE_LENGTHS, *_CATEGORIES)))


def _scan_header() -> bytes:
    """SOS (T.81 B.2.3): predictor 1, no point transform."""
    return _marker(0xDA, bytes((1, 1, 0, 1, 0, 0)))


def _codes() -> list[tuple[int, int]]:
    """(code, length) of each category (T.81 Annex C)."""
    codes = []
    code = 0
    for length, count in enumerate(_CODE_LENGTHS, start=1):
        for _ in range(count):
            codes.append((code, length))
            code += 1
        code <<= 1
    return codes


def _entropy_coded(pixels: array[int], columns: int, bits: int) -> bytes:
    codes = _codes()
    out = bytearray()
    accumulator = held = 0
    for index, sample in enumerate(pixels):
        difference = (sample - _predicted(pixels, index, columns, bits)) & 0xFFFF
        if difference > 32768:
            difference -= 65536
        category = abs(difference).bit_length()
        code, length = codes[category]
        # Category 16 (a difference of exactly 32768) has no further bits (T.81 H.1.2.2).
        extra = category if category < 16 else 0
        value = difference if difference > 0 else difference + (1 << extra) - 1
        accumulator = accumulator << length + extra | code << extra | (value & (1 << extra) - 1)
        held += length + extra
        while held >= 8:
            held -= 8
            _put(out, accumulator >> held & 0xFF)
        accumulator &= (1 << held) - 1
    if held:
        # The last byte is filled with ones (T.81 F.1.2.3).
        _put(out, (accumulator << 8 - held | (1 << 8 - held) - 1) & 0xFF)
    return bytes(out)


def _put(out: bytearray, byte: int) -> None:
    out.append(byte)
    if byte == 0xFF:
        out.append(0)


def _predicted(pixels: array[int], index: int, columns: int, bits: int) -> int:
    """The sample to the left; above for the first of a line; half the range for the very first (T.81 H.1.1)."""
    if index == 0:
        return 1 << bits - 1
    return pixels[index - columns] if index % columns == 0 else pixels[index - 1]
