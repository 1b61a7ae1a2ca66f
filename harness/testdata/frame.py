"""A frame before it is encoded, and as it is encoded natively (PS3.5 8.1)."""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass

_DIGITS = bytes.maketrans(b"\0\1", b"01")


@dataclass(frozen=True, slots=True)
class Frame:
    """Unsigned samples line by line, those of a pixel together; `bits` allocated, `bits_stored` used for each."""

    samples: array[int]
    rows: int
    columns: int
    bits: int
    bits_stored: int
    samples_per_pixel: int


def native(frame: Frame, byte_order: str = "little") -> bytes:
    """The samples as bytes; those of one bit are packed, the first one in the least significant bit (PS3.5 8.1.1)."""
    samples = frame.samples
    if frame.bits == 1:
        return _packed(samples)
    if byte_order != sys.byteorder:
        samples = array(samples.typecode, samples)
        samples.byteswap()
    return samples.tobytes()


def _packed(samples: array[int]) -> bytes:
    """Samples of 0 and 1 as the digits of a number in base 2, which Python reads in linear time."""
    digits = samples.tobytes()[::-1].translate(_DIGITS)
    return int(digits, 2).to_bytes((len(samples) + 7) // 8, "little")
