"""What encodes frames in each encapsulated transfer syntax (PS3.5 A.4), as a table."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from harness.standard.uids import (
    DEFLATED_IMAGE_FRAME,
    ENCAPSULATED_UNCOMPRESSED,
    HTJ2K,
    HTJ2K_LOSSLESS,
    HTJ2K_LOSSLESS_RPCL,
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
)
from harness.testdata import codecs, video
from harness.testdata.frame import Frame, native
from harness.testdata.jpeg_lossless import encode_jpeg_lossless


@dataclass(frozen=True, slots=True)
class Encoder:
    """What makes fragments of all frames of an image; `harness.standard.images` says which images.

    `color` is the Photometric Interpretation of what it makes of RGB, `lossy_method` the term for Lossy Image
    Compression Method (PS3.3 C.7.6.1.1.5.1); `whole_words` says that it takes samples to be as many bits as are
    allocated.
    """

    encode: Callable[[Sequence[Frame]], list[bytes]]
    color: str = "RGB"
    lossy_method: str | None = None
    whole_words: bool = False


def _each(encode: Callable[[Frame], bytes]) -> Callable[[Sequence[Frame]], list[bytes]]:
    return lambda frames: [encode(frame) for frame in frames]


def _run_length(frame: Frame) -> bytes:
    """PS3.5 Annex G: most significant bytes first, each line of each byte plane by itself."""
    from pydicom.pixels.encoders.base import RLELosslessEncoder

    return RLELosslessEncoder.encode(
        native(frame),
        rows=frame.rows,
        columns=frame.columns,
        samples_per_pixel=frame.samples_per_pixel,
        planar_configuration=0,
        number_of_frames=1,
        bits_allocated=frame.bits,
        bits_stored=frame.bits_stored,
        pixel_representation=0,
        photometric_interpretation="RGB" if frame.samples_per_pixel == 3 else "MONOCHROME2",
        encoding_plugin="pydicom",
    )


def _jpeg_lossless(frame: Frame) -> bytes:
    return encode_jpeg_lossless(frame.samples, frame.rows, frame.columns, frame.bits_stored)


def _deflated(frame: Frame) -> bytes:
    """RFC 1951, without a header."""
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(native(frame)) + deflater.flush()


_LOSSLESS_JPEG = Encoder(_each(_jpeg_lossless))
_JPEG = "ISO_10918_1"
_JPEG_XL = "ISO_18181_1"
_HTJ2K_LOSSLESS = Encoder(_each(codecs.htj2k_lossless), "YBR_RCT", whole_words=True)

ENCODERS: dict[str, Encoder] = {
    ENCAPSULATED_UNCOMPRESSED: Encoder(_each(native)),
    DEFLATED_IMAGE_FRAME: Encoder(_each(_deflated)),
    RLE_LOSSLESS: Encoder(_each(_run_length)),
    JPEG_BASELINE: Encoder(_each(codecs.jpeg), "YBR_FULL_422", _JPEG),
    JPEG_EXTENDED: Encoder(_each(codecs.jpeg), "YBR_FULL_422", _JPEG),
    JPEG_LOSSLESS: _LOSSLESS_JPEG,
    JPEG_LOSSLESS_SV1: _LOSSLESS_JPEG,
    JPEG_LS_LOSSLESS: Encoder(_each(codecs.jpeg_ls_lossless), whole_words=True),
    JPEG_LS_NEAR_LOSSLESS: Encoder(_each(codecs.jpeg_ls_near), lossy_method="ISO_14495_1", whole_words=True),
    JPEG_2000_LOSSLESS: Encoder(_each(codecs.jpeg_2000_lossless), "YBR_RCT"),
    JPEG_2000: Encoder(_each(codecs.jpeg_2000_lossy), "YBR_ICT", "ISO_15444_1"),
    HTJ2K_LOSSLESS: _HTJ2K_LOSSLESS,
    HTJ2K_LOSSLESS_RPCL: _HTJ2K_LOSSLESS,
    HTJ2K: Encoder(_each(codecs.htj2k_lossy), "YBR_ICT", "ISO_15444_15", whole_words=True),
    JPEG_XL_LOSSLESS: Encoder(_each(codecs.jpeg_xl_lossless)),
    JPEG_XL_RECOMPRESSION: Encoder(_each(codecs.jpeg_xl_of_jpeg), "YBR_FULL_422", _JPEG_XL),
    JPEG_XL: Encoder(_each(codecs.jpeg_xl_lossy), "XYB", _JPEG_XL),
    **{
        uid: Encoder(partial(video.encode_video, stream), "YBR_PARTIAL_420", stream.lossy_method)
        for uid, stream in ((MPEG4_HIGH_41, video.AVC_41), (MPEG4_HIGH_42_2D, video.AVC_42))
    },
}
