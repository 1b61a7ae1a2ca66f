"""Pixel data of synthetic instances: one image, made and encoded once."""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass

from harness.standard.uids import EXPLICIT_VR_BE, JPEG_LOSSLESS_SV1, RLE_LOSSLESS
from harness.testdata.jpeg_lossless import encode_jpeg_lossless


@dataclass(frozen=True, slots=True)
class PixelData:
    """The value of Pixel Data (7FE0,0010) in one transfer syntax; `bits` are allocated, `bits_stored` are used."""

    rows: int
    columns: int
    bits: int
    bits_stored: int
    vr: str
    value: bytes


def gradient(rows: int, columns: int, bits: int, bits_stored: int) -> array[int]:
    """A diagonal ramp with a bright frame: recognizable when looked at, and exact when compared."""
    bright = (1 << bits_stored) - 1
    code = "B" if bits == 8 else "H"
    ramp = array(code, (step * bright // (rows + columns) for step in range(rows + columns)))
    samples = array(code)
    for row in range(rows):
        line = ramp[row : row + columns]
        line[0] = line[-1] = bright
        samples += array(code, [bright]) * columns if row in (0, rows - 1) else line
    return samples


def make_pixel_data(rows: int, columns: int, bits: int, bits_stored: int, transfer_syntax_uid: str) -> PixelData:
    """The gradient in a transfer syntax. Uncompressed ones differ only in byte order (PS3.5 A.1 to A.3)."""
    samples = gradient(rows, columns, bits, bits_stored)
    if transfer_syntax_uid == JPEG_LOSSLESS_SV1:
        frame = encode_jpeg_lossless(samples, rows, columns, bits_stored)
        return PixelData(rows, columns, bits, bits_stored, "OB", _encapsulated(frame))
    if transfer_syntax_uid == RLE_LOSSLESS:
        frame = _run_length_encoded(samples, rows, columns)
        return PixelData(rows, columns, bits, bits_stored, "OB", _encapsulated(frame))
    value = _native(samples, "big" if transfer_syntax_uid == EXPLICIT_VR_BE else "little")
    return PixelData(rows, columns, bits, bits_stored, "OB" if bits == 8 else "OW", value)


def _native(samples: array[int], byte_order: str) -> bytes:
    ordered = samples
    if byte_order != sys.byteorder:
        ordered = array(samples.typecode, samples)
        ordered.byteswap()
    value = ordered.tobytes()
    return value + b"\0" if len(value) % 2 else value


def _run_length_encoded(samples: array[int], rows: int, columns: int) -> bytes:
    """One frame as PS3.5 Annex G has it: most significant bytes first, each line of each byte plane by itself."""
    from pydicom.pixels.encoders.base import RLELosslessEncoder

    bits = samples.itemsize * 8
    return RLELosslessEncoder.encode(
        _native(samples, "little")[: rows * columns * samples.itemsize],
        rows=rows,
        columns=columns,
        samples_per_pixel=1,
        number_of_frames=1,
        bits_allocated=bits,
        bits_stored=bits,
        pixel_representation=0,
        photometric_interpretation="MONOCHROME2",
        encoding_plugin="pydicom",
    )


def _encapsulated(frame: bytes) -> bytes:
    from pydicom.encaps import encapsulate

    return encapsulate([frame])
