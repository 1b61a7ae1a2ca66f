"""Pixel data of synthetic instances: the frames of one image, made and encoded once."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace

from harness.standard.attributes import Attributes
from harness.standard.images import Image
from harness.standard.uids import EXPLICIT_VR_BE
from harness.testdata.encoders import ENCODERS, Encoder
from harness.testdata.frame import Frame, native


@dataclass(frozen=True, slots=True)
class PixelData:
    """The value of Pixel Data (7FE0,0010) in one transfer syntax, and the attributes that describe it."""

    vr: str
    value: bytes
    attributes: Attributes
    encapsulated: bool = False


def make_pixel_data(image: Image, rows: int, columns: int, transfer_syntax_uid: str) -> PixelData:
    """The image in a transfer syntax. Raises ValueError when what encodes it is not installed."""
    encoder = ENCODERS.get(transfer_syntax_uid)
    if encoder is not None and encoder.whole_words:
        image = replace(image, bits_stored=image.bits)
    frames = [make_frame(image, rows, columns, number) for number in range(image.frames)]
    if encoder is None:
        byte_order = "big" if transfer_syntax_uid == EXPLICIT_VR_BE else "little"
        value = native(_joined(frames), byte_order)
        value += b"\0" * (len(value) % 2)
        return PixelData("OW" if image.bits == 16 else "OB", value, _described(image, rows, columns))
    coded = encoder.encode(frames)
    attributes = {**_described(image, rows, columns, encoder.color), **_compression(encoder, frames, coded)}
    return PixelData("OB", _encapsulated(coded, whole=len(coded) == len(frames)), attributes, encapsulated=True)


def make_frame(image: Image, rows: int, columns: int, number: int = 0) -> Frame:
    """A diagonal ramp within a bright frame: recognizable when looked at, and exact when compared.

    Colors and later frames have the ramp begin elsewhere.
    """
    steps = rows + columns
    bright = (1 << image.bits_stored) - 1
    planes = [
        _plane(rows, columns, image, bright, (number * steps // image.frames + color * steps // 3) % steps)
        for color in range(image.samples)
    ]
    samples = planes[0]
    if image.samples == 3:
        samples = array(planes[0].typecode, bytes(len(planes[0]) * 3 * planes[0].itemsize))
        for color, plane in enumerate(planes):
            samples[color::3] = plane
    return Frame(samples, rows, columns, image.bits, image.bits_stored, image.samples)


def _plane(rows: int, columns: int, image: Image, bright: int, start: int) -> array[int]:
    kind = "H" if image.bits == 16 else "B"
    steps = rows + columns
    # Rounded when there are but two values, so that both of them are seen.
    half = steps // 2 if image.bits == 1 else 0
    ramp = array(kind, ((((step + start) % steps) * bright + half) // steps for step in range(steps)))
    samples = array(kind)
    for row in range(rows):
        line = ramp[row : row + columns]
        line[0] = line[-1] = bright
        samples += array(kind, [bright]) * columns if row in (0, rows - 1) else line
    return samples


def _described(image: Image, rows: int, columns: int, color: str = "RGB") -> dict[str, str]:
    """The Image Pixel module (PS3.3 C.7.6.3) and the number of frames."""
    described = {
        "SamplesPerPixel": str(image.samples),
        "PhotometricInterpretation": color if image.samples == 3 else "MONOCHROME2",
        "Rows": str(rows),
        "Columns": str(columns),
        "BitsAllocated": str(image.bits),
        "BitsStored": str(image.bits_stored),
        "HighBit": str(image.bits_stored - 1),
        "PixelRepresentation": "0",
    }
    if image.samples == 3:
        described["PlanarConfiguration"] = "0"
    if image.frames > 1:
        described["NumberOfFrames"] = str(image.frames)
    return described


def _compression(encoder: Encoder, frames: list[Frame], coded: list[bytes]) -> dict[str, str]:
    """What is to be told of lossy compression (PS3.3 C.7.6.1.1.5)."""
    if encoder.lossy_method is None:
        return {}
    native = sum(len(frame.samples) * frame.samples.itemsize for frame in frames)
    return {
        "LossyImageCompression": "01",
        "LossyImageCompressionRatio": f"{native / sum(map(len, coded)):.2f}",
        "LossyImageCompressionMethod": encoder.lossy_method,
    }


def _joined(frames: list[Frame]) -> Frame:
    """All frames as one, because nothing stands between native frames, be it a bit (PS3.5 8.1.1)."""
    samples = array(frames[0].samples.typecode)
    for frame in frames:
        samples += frame.samples
    return replace(frames[0], samples=samples)


def _encapsulated(coded: list[bytes], *, whole: bool) -> bytes:
    """Fragments, one for each frame; a video is one stream, in a single fragment (PS3.5 A.4)."""
    from pydicom.encaps import encapsulate

    return encapsulate(coded, has_bot=whole)
