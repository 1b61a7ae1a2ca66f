"""Images, and which of them can be generated in which transfer syntax (PS3.5 8.2, A.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.standard.uids import (
    DEFLATED_EXPLICIT_VR_LE,
    DEFLATED_IMAGE_FRAME,
    ENCAPSULATED_UNCOMPRESSED,
    EXPLICIT_VR_BE,
    EXPLICIT_VR_LE,
    HTJ2K,
    HTJ2K_LOSSLESS,
    HTJ2K_LOSSLESS_RPCL,
    IMPLICIT_VR_LE,
    JPEG_2000,
    JPEG_2000_LOSSLESS,
    JPEG_BASELINE,
    JPEG_EXTENDED,
    JPEG_LOSSLESS,
    JPEG_LOSSLESS_SV1,
    JPEG_LS_LOSSLESS,
    JPEG_LS_NEAR_LOSSLESS,
    JPEG_XL,
    JPEG_XL_LOSSLESS,
    JPEG_XL_RECOMPRESSION,
    MPEG4_HIGH_41,
    MPEG4_HIGH_42_2D,
    RLE_LOSSLESS,
    uid_name,
)


@dataclass(frozen=True, slots=True)
class Image:
    """The pixels of an instance: `bits` are allocated for a sample, `bits_stored` of them are used.

    `samples` is 3 for color, 1 for grayscale.
    """

    bits: int
    bits_stored: int
    samples: int = 1
    frames: int = 1


@dataclass(frozen=True, slots=True)
class Holds:
    """Which images a transfer syntax holds: of so many bits stored, in color too, or only videos in color."""

    bits_stored: tuple[int, ...] = (8, 12, 16)
    color: bool = True
    only_video: bool = False


NATIVE = (IMPLICIT_VR_LE, EXPLICIT_VR_LE, DEFLATED_EXPLICIT_VR_LE, EXPLICIT_VR_BE)
"""Transfer syntaxes that hold any data set."""

_ANY = Holds()
_GRAYSCALE = Holds(color=False)
_BYTES = Holds((8,))
_VIDEO = Holds((8,), only_video=True)

ENCAPSULATED: Mapping[str, Holds] = {
    ENCAPSULATED_UNCOMPRESSED: _ANY,
    DEFLATED_IMAGE_FRAME: Holds((1, 8, 12, 16)),
    RLE_LOSSLESS: _ANY,
    JPEG_BASELINE: _BYTES,
    JPEG_EXTENDED: Holds((8, 12)),
    JPEG_LOSSLESS: _GRAYSCALE,
    JPEG_LOSSLESS_SV1: _GRAYSCALE,
    JPEG_LS_LOSSLESS: _ANY,
    JPEG_LS_NEAR_LOSSLESS: _ANY,
    JPEG_2000_LOSSLESS: _ANY,
    JPEG_2000: _ANY,
    HTJ2K_LOSSLESS: _ANY,
    HTJ2K_LOSSLESS_RPCL: _ANY,
    HTJ2K: _ANY,
    JPEG_XL_LOSSLESS: _ANY,
    JPEG_XL_RECOMPRESSION: _BYTES,
    JPEG_XL: _ANY,
    MPEG4_HIGH_41: _VIDEO,
    MPEG4_HIGH_42_2D: _VIDEO,
}
"""Transfer syntaxes with encapsulated pixel data that can be generated; that of JPEG Lossless only without color."""

SYNTAXES = (*NATIVE, *ENCAPSULATED)
"""Transfer syntaxes that can be generated."""


def why_not(image: Image | None, transfer_syntax_uid: str) -> str:
    """Why an instance with this image, or without any, cannot be in a transfer syntax; empty when it can."""
    holds = ENCAPSULATED.get(transfer_syntax_uid)
    if holds is None:
        return ""
    if image is None:
        return "it has no image"
    if image.bits_stored not in holds.bits_stored:
        bits = f"{image.bits_stored} bit{'s' * (image.bits_stored != 1)}"
        return f"it has {bits} stored, not {' or '.join(map(str, holds.bits_stored))}"
    if image.samples == 3 and not holds.color:
        return "it is in color"
    if holds.only_video and (image.samples != 3 or image.frames == 1):
        return "it is no video"
    return ""


def check_possible(kind: str, kinds: Mapping[str, Image | None], transfer_syntax_uid: str) -> None:
    """Raises ValueError, which says what can, when one of these kinds cannot be generated in a transfer syntax."""
    name = uid_name(transfer_syntax_uid)
    if transfer_syntax_uid not in SYNTAXES:
        raise ValueError(f"{name} cannot be generated; these can: {', '.join(map(uid_name, SYNTAXES))}")
    why = why_not(kinds[kind], transfer_syntax_uid)
    if why:
        able = ", ".join(other for other, image in kinds.items() if not why_not(image, transfer_syntax_uid))
        raise ValueError(f"{kind} cannot be generated in {name}: {why}; these can: {able}")
