"""Frames as code streams, by the encoders of the wheel imagecodecs, which is imported when first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.testdata.extra import import_codec
from harness.testdata.frame import Frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

_QUALITY = 90
"""Of JPEG, from 0 to 100."""
_NEAR = 2
"""By how much samples of JPEG-LS may be off."""
_DECIBELS = 50
"""Signal to noise of JPEG 2000."""
_STEP = 0.01
"""Quantization step of HTJ2K, of the whole range."""
_DISTANCE = 1.0
"""Of JPEG XL; 1 is what the eye doesn't see."""


def jpeg(frame: Frame) -> bytes:
    """Baseline when 8 bits are stored, else Extended of 12 bits (ITU-T T.81 processes 1 and 4)."""
    return bytes(
        _codecs().jpeg8_encode(
            _samples(frame), _QUALITY, subsampling="422", bitspersample=8 if frame.bits_stored == 8 else 12
        )
    )


def jpeg_ls_lossless(frame: Frame) -> bytes:
    """ITU-T T.87, nothing lost."""
    return bytes(_codecs().jpegls_encode(_samples(frame), 0))


def jpeg_ls_near(frame: Frame) -> bytes:
    """ITU-T T.87, each sample near what it was."""
    return bytes(_codecs().jpegls_encode(_samples(frame), _NEAR))


def jpeg_2000_lossless(frame: Frame) -> bytes:
    """ITU-T T.800, reversible wavelet."""
    return _jpeg_2000(frame, 0, reversible=True)


def jpeg_2000_lossy(frame: Frame) -> bytes:
    """ITU-T T.800, irreversible wavelet."""
    return _jpeg_2000(frame, _DECIBELS, reversible=False)


def _jpeg_2000(frame: Frame, level: int, *, reversible: bool) -> bytes:
    return bytes(
        _codecs().jpeg2k_encode(
            _samples(frame), level, codecformat="j2k", bitspersample=frame.bits_stored, reversible=reversible
        )
    )


def htj2k_lossless(frame: Frame) -> bytes:
    """ITU-T T.814, reversible; progression RPCL and a TLM segment as the RPCL options want them (PS3.5 A.4)."""
    return bytes(_codecs().htj2k_encode(_samples(frame), reversible=True, tlm=True))


def htj2k_lossy(frame: Frame) -> bytes:
    """ITU-T T.814, irreversible."""
    return bytes(_codecs().htj2k_encode(_samples(frame), _STEP, reversible=False))


def jpeg_xl_lossless(frame: Frame) -> bytes:
    """ISO/IEC 18181-1, modular."""
    return _jpeg_xl(frame, lossless=True)


def jpeg_xl_lossy(frame: Frame) -> bytes:
    """ISO/IEC 18181-1, variable DCT in the color space XYB."""
    return _jpeg_xl(frame, distance=_DISTANCE)


def jpeg_xl_of_jpeg(frame: Frame) -> bytes:
    """A JPEG stream recompressed, so that the stream itself can be had back (ISO/IEC 18181-2 Annex A)."""
    return bytes(_codecs().jpegxl_encode_jpeg(jpeg(frame)))


def _jpeg_xl(frame: Frame, **how: Any) -> bytes:
    return bytes(
        _codecs().jpegxl_encode(
            _samples(frame), bitspersample=frame.bits_stored, usecontainer=False, numthreads=1, **how
        )
    )


def _codecs() -> Any:
    return import_codec("imagecodecs")


def _samples(frame: Frame) -> NDArray[Any]:
    numpy = import_codec("numpy")
    shape = (frame.rows, frame.columns, 3) if frame.samples_per_pixel == 3 else (frame.rows, frame.columns)
    samples: NDArray[Any] = numpy.frombuffer(frame.samples, "u1" if frame.bits == 8 else "u2")
    return samples.reshape(shape)
