"""Every transfer syntax: valid, the same data set, and the same image as decoders of others see it."""

from __future__ import annotations

import subprocess
import sys
import zlib
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames

from harness.standard.uids import (
    DEFLATED_EXPLICIT_VR_LE,
    DEFLATED_IMAGE_FRAME,
    ENCAPSULATED_UNCOMPRESSED,
    EXPLICIT_VR_LE,
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
    RLE_LOSSLESS,
)
from harness.testdata.encoders import ENCODERS, SYNTAXES
from harness.testdata.generator import generate
from harness.testdata.modalities import TEMPLATES
from harness.testdata.pixels import make_frame
from harness.testdata.spec import GenerateSpec
from tests.support.iod import iod_problems

DCMDJPEG, DCMDJPLS, DCMDRLE, GDCMCONV = (
    "/usr/bin/dcmdjpeg",
    "/usr/bin/dcmdjpls",
    "/usr/bin/dcmdrle",
    "/usr/bin/gdcmconv",
)
UNKNOWN_TO_DCIODVFY = (DEFLATED_EXPLICIT_VR_LE, DEFLATED_IMAGE_FRAME, ENCAPSULATED_UNCOMPRESSED)
"""Transfer syntaxes of which dciodvfy does not read data sets, or Pixel Data."""

IMAGES = [name for name, template in TEMPLATES.items() if template.image is not None]


def possible(modality: str, syntax: str) -> bool:
    image, encoder = TEMPLATES[modality].image, ENCODERS.get(syntax)
    if encoder is None:
        return True
    return image is not None and image.bits_stored in encoder.bits_stored and not encoder.is_video


def written(directory: Path, modality: str, syntax: str, rows: int = 64, columns: int = 64) -> Path:
    spec = GenerateSpec(modality, rows=rows, columns=columns, transfer_syntax_uid=syntax)
    (instance,) = generate(spec, directory, "seed")
    return instance.path


POSSIBLE = [
    (modality, syntax) for modality in ("CT", "US-MULTIFRAME") for syntax in SYNTAXES if possible(modality, syntax)
]


@pytest.mark.parametrize(("modality", "syntax"), [pair for pair in POSSIBLE if pair[1] not in UNKNOWN_TO_DCIODVFY])
def test_the_iod_validator_finds_nothing(tmp_path: Path, modality: str, syntax: str) -> None:
    assert iod_problems(written(tmp_path, modality, syntax)) == []


@pytest.mark.parametrize(("modality", "syntax"), POSSIBLE)
def test_every_transfer_syntax_holds_the_same_data_set(tmp_path: Path, modality: str, syntax: str) -> None:
    reference = dcmread(written(tmp_path / "reference", modality, EXPLICIT_VR_LE, 6, 8))
    other = dcmread(written(tmp_path / "other", modality, syntax, 6, 8))
    assert other.file_meta.TransferSyntaxUID == syntax
    assert other.SOPClassUID == other.file_meta.MediaStorageSOPClassUID == TEMPLATES[modality].sop_class_uid
    assert other.SOPInstanceUID == other.file_meta.MediaStorageSOPInstanceUID
    encoder = ENCODERS.get(syntax)
    if encoder is not None and encoder.lossy_method:
        assert other.LossyImageCompression == "01"
        assert other.LossyImageCompressionMethod == encoder.lossy_method
        assert float(other.LossyImageCompressionRatio) > 0
    if encoder is not None and encoder.whole_words:
        assert other.BitsStored == other.BitsAllocated == other.HighBit + 1
    for data_set in (reference, other):
        for keyword in ("PixelData", "BitsStored", "HighBit"):
            delattr(data_set, keyword)
        for keyword in ("LossyImageCompression", "LossyImageCompressionMethod", "LossyImageCompressionRatio"):
            data_set.pop(keyword, None)
    assert other == reference


def by(*command: str) -> Callable[[Path, Path], list[array[int]]]:
    """Decodes with a program that makes a native file of another."""

    def decode(coded: Path, plain: Path) -> list[array[int]]:
        subprocess.run([*command, coded, plain], check=True, capture_output=True)
        return native_frames(dcmread(plain))

    return decode


def native_frames(data_set: Dataset) -> list[array[int]]:
    samples = array("B" if data_set.BitsAllocated == 8 else "H")
    number = int(data_set.get("NumberOfFrames", 1))
    size = data_set.Rows * data_set.Columns
    samples.frombytes(data_set.PixelData[: number * size * samples.itemsize])
    return [samples[start : start + size] for start in range(0, number * size, size)]


def by_openjpeg(coded: Path, plain: Path) -> list[array[int]]:
    """HTJ2K with OpenJPEG: not the library that encodes it, and gdcm's version of it may be too old."""
    from openjpeg.utils import decode

    return [of_numpy(decode(frame)) for frame in coded_frames(coded)]


def by_libjxl(coded: Path, plain: Path) -> list[array[int]]:
    """JPEG XL by the library that encodes it: no other can be had."""
    import imagecodecs

    return [of_numpy(imagecodecs.jpegxl_decode(frame)) for frame in coded_frames(coded)]


def coded_frames(path: Path) -> list[bytes]:
    data_set = dcmread(path)
    return list(generate_frames(data_set.PixelData, number_of_frames=int(data_set.get("NumberOfFrames", 1))))


def of_numpy(samples: Any) -> array[int]:
    return array("B" if samples.itemsize == 1 else "H", samples.tobytes())


def by_zlib(coded: Path, plain: Path) -> list[array[int]]:
    return [samples_of(zlib.decompress(frame, wbits=-zlib.MAX_WBITS), coded) for frame in coded_frames(coded)]


def as_it_is(coded: Path, plain: Path) -> list[array[int]]:
    return [samples_of(frame, coded) for frame in coded_frames(coded)]


def samples_of(frame: bytes, coded: Path) -> array[int]:
    return array("B" if dcmread(coded).BitsAllocated == 8 else "H", frame)


LOSSLESS: dict[str, Callable[[Path, Path], list[array[int]]]] = {
    ENCAPSULATED_UNCOMPRESSED: as_it_is,
    DEFLATED_IMAGE_FRAME: by_zlib,
    RLE_LOSSLESS: by(DCMDRLE),
    JPEG_LOSSLESS: by(DCMDJPEG),
    JPEG_LOSSLESS_SV1: by(DCMDJPEG),
    JPEG_LS_LOSSLESS: by(DCMDJPLS),
    JPEG_2000_LOSSLESS: by(GDCMCONV, "--raw"),
    HTJ2K_LOSSLESS: by_openjpeg,
    HTJ2K_LOSSLESS_RPCL: by_openjpeg,
    JPEG_XL_LOSSLESS: by_libjxl,
}
LOSSY: dict[str, Callable[[Path, Path], list[array[int]]]] = {
    JPEG_BASELINE: by(DCMDJPEG),
    JPEG_EXTENDED: by(DCMDJPEG),
    JPEG_LS_NEAR_LOSSLESS: by(DCMDJPLS),
    JPEG_2000: by(GDCMCONV, "--raw"),
    HTJ2K: by_openjpeg,
    JPEG_XL_RECOMPRESSION: by_libjxl,
    JPEG_XL: by_libjxl,
}
DECODED = [
    (modality, syntax)
    for modality in ("CT", "US", "US-MULTIFRAME")
    for syntax in (*LOSSLESS, *LOSSY)
    if possible(modality, syntax)
]


@pytest.mark.peer("dcmdjpeg", "dcmdjpls", "dcmdrle", "gdcmconv")
@pytest.mark.parametrize(("modality", "syntax"), DECODED)
def test_others_decode_the_same_image(tmp_path: Path, modality: str, syntax: str) -> None:
    coded = written(tmp_path / modality, modality, syntax, 62, 66)
    decoded = (LOSSLESS | LOSSY)[syntax](coded, tmp_path / "plain")
    template = TEMPLATES[modality].image
    assert template is not None
    stored = dcmread(coded).BitsStored
    image = type(template)(template.bits, stored, frames=template.frames)
    expected = [make_frame(image, 62, 66, number).samples for number in range(image.frames)]
    if syntax in LOSSLESS:
        assert decoded == expected
    else:
        most = 0.15 * (1 << stored)
        assert len(decoded) == len(expected)
        for ours, theirs in zip(expected, decoded, strict=True):
            assert max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) <= most


def test_what_encodes_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    why = "package imagecodecs, which is not installed: pip install 'dicom-harness\\[codecs\\]'"
    with pytest.raises(ValueError, match=why):
        written(tmp_path / "new", "CT", JPEG_2000)
    assert not (tmp_path / "new").exists()


def test_the_options_of_htj2k_rpcl(tmp_path: Path) -> None:
    (frame,) = coded_frames(written(tmp_path, "CT", HTJ2K_LOSSLESS_RPCL))
    header = frame[: frame.index(b"\xff\x90")]
    coding_style = header[header.index(b"\xff\x52") :]
    assert coding_style[5] == 2, "progression order RPCL"
    assert b"\xff\x55" in header, "tile-part lengths"
