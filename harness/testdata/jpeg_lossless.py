"""A lossless JPEG encoder for grayscale images: process 14, selection value 1 (ITU-T T.81 Annex H; PS3.5 A.4.2).

Small and plain, for synthetic test images only; no wheel on PyPI that the harness could depend on writes this format.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator

# How many codes there are of each length from 1 to 16 bits: one code for each of the 17 categories of differences
# (T.81 Table H.2), none of them all ones (T.81 Annex C).
_CODE_LENGTHS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0)
_CATEGORIES = range(17)
_LARGEST = 0xFFFF
_FLUSH_AT = 64


def encode_jpeg_lossless(pixels: array[int], rows: int, columns: int, bits: int) -> bytes:
    """One frame of unsigned samples of `bits` precision as a JPEG Lossless SV1 code stream.

    Raises ValueError for a precision outside 2 to 16 (T.81 Table B.2), for rows or columns outside 1 to 65535, when
    the number of samples is not rows x columns, and for samples that need more bits.
    """
    if not 2 <= bits <= 16:
        raise ValueError(f"a precision of {bits} bits is not in 2 to 16")
    if not (1 <= rows <= _LARGEST and 1 <= columns <= _LARGEST):
        raise ValueError(f"{rows} x {columns} is not in 1 to {_LARGEST} each")
    if len(pixels) != rows * columns:
        raise ValueError(f"{len(pixels)} samples are not {rows} x {columns}")
    if min(pixels) < 0 or max(pixels) >> bits:
        raise ValueError(f"samples from {min(pixels)} to {max(pixels)} are no unsigned numbers of {bits} bits")
    headers = (_frame_header(rows, columns, bits), _huffman_table(), _scan_header())
    return b"".join((b"\xff\xd8", *headers, _entropy_coded(pixels, columns, bits), b"\xff\xd9"))


def _marker(code: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, code, len(body) + 2) + body


def _frame_header(rows: int, columns: int, bits: int) -> bytes:
    """SOF3 (T.81 B.2.2): one component, no subsampling."""
    return _marker(0xC3, struct.pack(">BHHB", bits, rows, columns, 1) + bytes((1, 0x11, 0)))


def _huffman_table() -> bytes:
    """DHT (T.81 B.2.4.2): table 0 of the class for DC and lossless."""
    return _marker(0xC4, bytes((0, *_CODE_LENGTHS, *_CATEGORIES)))


def _scan_header() -> bytes:
    """SOS (T.81 B.2.3): one component with table 0, predictor 1, no point transform."""
    return _marker(0xDA, bytes((1, 1, 0, 1, 0, 0)))


def _codes() -> list[tuple[int, int]]:
    """(code, length) of each category (T.81 C.2)."""
    codes = []
    code = 0
    for length, count in enumerate(_CODE_LENGTHS, start=1):
        codes += [(code + index, length) for index in range(count)]
        code = (code + count) << 1
    return codes


def _differences(pixels: array[int], columns: int, bits: int) -> Iterator[int]:
    """What each sample has more than its prediction, from -32767 to 32768, modulo 65536 (T.81 H.1.2.1).

    Predicted is the sample to the left; for the first of a line the one above; for the very first half the range.
    """
    above = 1 << bits - 1
    for start in range(0, len(pixels), columns):
        left = above
        for sample in pixels[start : start + columns]:
            yield (sample - left + 32767) % 65536 - 32767
            left = sample
        above = pixels[start]


def _entropy_coded(pixels: array[int], columns: int, bits: int) -> bytes:
    codes = _codes()
    out = bytearray()
    accumulator = held = 0
    for difference in _differences(pixels, columns, bits):
        category = abs(difference).bit_length()
        code, length = codes[category]
        # The category is followed by that many bits, but 16 has one difference only, so by none (T.81 H.1.2.2).
        extra = category if category < 16 else 0
        value = difference if difference > 0 else difference - 1
        accumulator = accumulator << length + extra | code << extra | value & (1 << extra) - 1
        held += length + extra
        if held >= _FLUSH_AT:
            whole, held = divmod(held, 8)
            out += (accumulator >> held).to_bytes(whole, "big")
            accumulator &= (1 << held) - 1
    # The last byte is filled with ones, and a zero is stuffed after every byte of all ones (T.81 F.1.2.3).
    filler = -held % 8
    accumulator = accumulator << filler | (1 << filler) - 1
    out += accumulator.to_bytes((held + filler) // 8, "big")
    return bytes(out).replace(b"\xff", b"\xff\x00")
