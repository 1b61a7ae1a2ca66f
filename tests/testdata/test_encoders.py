"""Every transfer syntax: valid, the same data set, and the same image as decoders of others see it."""

from __future__ import annotations

import io
import subprocess
import sys
import zlib
from array import array
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import generate_fragments, generate_frames

from harness.standard.images import ENCAPSULATED, SYNTAXES, why_not
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
    MPEG4_HIGH_41,
    MPEG4_HIGH_42_2D,
    RLE_LOSSLESS,
    uid_name,
)
from harness.testdata.encoders import ENCODERS
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

KINDS = ("CT", "US-MULTIFRAME", "VIDEO")


def possible(modality: str, syntax: str) -> bool:
    return not why_not(TEMPLATES[modality].image, syntax)


def written(directory: Path, modality: str, syntax: str, rows: int = 64, columns: int = 64) -> Path:
    spec = GenerateSpec(modality, rows=rows, columns=columns, transfer_syntax_uid=syntax)
    (instance,) = generate(spec, directory, "seed")
    return instance.path


POSSIBLE = [(modality, syntax) for modality in KINDS for syntax in SYNTAXES if possible(modality, syntax)]


@pytest.mark.parametrize(("modality", "syntax"), [pair for pair in POSSIBLE if pair[1] not in UNKNOWN_TO_DCIODVFY])
def test_the_iod_validator_finds_nothing(tmp_path: Path, modality: str, syntax: str) -> None:
    problems = iod_problems(written(tmp_path, modality, syntax))
    # The Photometric Interpretation XYB came with JPEG XL; dciodvfy does not know it yet.
    assert [problem for problem in problems if "<XYB>" not in problem and problem[:5] in ("Error", "Warni")] == []


@pytest.mark.parametrize(("modality", "syntax"), POSSIBLE)
def test_every_transfer_syntax_holds_the_same_data_set(tmp_path: Path, modality: str, syntax: str) -> None:
    reference = dcmread(written(tmp_path / "reference", modality, EXPLICIT_VR_LE, 32, 34))
    other = dcmread(written(tmp_path / "other", modality, syntax, 32, 34))
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
        if encoder is not None and modality == "VIDEO":
            data_set.PhotometricInterpretation = encoder.color
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
    pixels = data_set.Rows * data_set.Columns
    size = pixels * data_set.SamplesPerPixel
    samples.frombytes(data_set.PixelData[: number * size * samples.itemsize])
    frames = [samples[start : start + size] for start in range(0, number * size, size)]
    if data_set.get("PlanarConfiguration"):
        for frame in frames:
            planes = [frame[plane * pixels : (plane + 1) * pixels] for plane in range(3)]
            for color, plane in enumerate(planes):
                frame[color::3] = plane
    return frames


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
    for modality in ("CT", "US", "US-MULTIFRAME", "VIDEO")
    for syntax in (*LOSSLESS, *(LOSSY if modality != "VIDEO" else ()))
    if possible(modality, syntax)
]
"""Colors that went through a lossy encoder are compared as a video only."""


@pytest.mark.peer("dcmdjpeg", "dcmdjpls", "dcmdrle", "gdcmconv")
@pytest.mark.parametrize(("modality", "syntax"), DECODED)
def test_others_decode_the_same_image(tmp_path: Path, modality: str, syntax: str) -> None:
    coded = written(tmp_path / modality, modality, syntax, 62, 66)
    decoded = (LOSSLESS | LOSSY)[syntax](coded, tmp_path / "plain")
    template = TEMPLATES[modality].image
    assert template is not None
    stored = dcmread(coded).BitsStored
    image = replace(template, bits_stored=stored)
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


def test_the_jpeg_that_was_recompressed_can_be_had_back(tmp_path: Path) -> None:
    import imagecodecs

    (jpeg,) = coded_frames(written(tmp_path / "jpeg", "US", JPEG_BASELINE))
    (recompressed,) = coded_frames(written(tmp_path / "xl", "US", JPEG_XL_RECOMPRESSION))
    assert bytes(imagecodecs.jpegxl_decode_jpeg(recompressed, numthreads=1)).rstrip(b"\0") == jpeg.rstrip(b"\0")


def test_the_options_of_htj2k_rpcl(tmp_path: Path) -> None:
    (frame,) = coded_frames(written(tmp_path, "CT", HTJ2K_LOSSLESS_RPCL))
    header = frame[: frame.index(b"\xff\x90")]
    coding_style = header[header.index(b"\xff\x52") :]
    assert coding_style[5] == 2, "progression order RPCL"
    assert b"\xff\x55" in header, "tile-part lengths"


VIDEOS = {MPEG4_HIGH_41: ("h264", "High", 41), MPEG4_HIGH_42_2D: ("h264", "High", 42)}
"""Codec, profile, and level as the streams write it."""


@pytest.mark.parametrize("syntax", VIDEOS, ids=uid_name)
def test_a_video_is_one_stream_of_all_frames(tmp_path: Path, syntax: str) -> None:
    import av

    path = written(tmp_path, "VIDEO", syntax, 62, 66)
    fragments = list(generate_fragments(dcmread(path).PixelData))
    assert [len(fragment) for fragment in fragments] == [0, len(fragments[1])], (
        "an empty Basic Offset Table, one fragment"
    )
    with av.open(io.BytesIO(fragments[1]), "r") as stream:
        assert stream.format.name == "mpegts"
        context = stream.streams.video[0].codec_context
        pictures = [frame.to_ndarray(format="rgb24") for frame in stream.decode(video=0)]
        assert (context.name, context.profile) == VIDEOS[syntax][:2]
        assert context.level == VIDEOS[syntax][2]
    image = TEMPLATES["VIDEO"].image
    assert image is not None
    assert len(pictures) == image.frames == dcmread(path).NumberOfFrames
    for number, picture in enumerate(pictures):
        expected = make_frame(image, 62, 66, number).samples
        differences = [abs(ours - theirs) for ours, theirs in zip(expected, of_numpy(picture), strict=True)]
        assert sum(differences) / len(differences) < 25


@pytest.mark.parametrize(
    ("syntax", "rows", "columns"),
    [
        (MPEG4_HIGH_41, 63, 64),
        (MPEG4_HIGH_41, 64, 63),
        (MPEG4_HIGH_41, 1082, 64),
        (MPEG4_HIGH_42_2D, 64, 1922),
    ],
)
def test_a_video_has_even_rows_and_columns_within_its_level(
    tmp_path: Path, syntax: str, rows: int, columns: int
) -> None:
    with pytest.raises(ValueError, match=f"rows and .* columns, both even, not {rows} x {columns}"):
        written(tmp_path, "VIDEO", syntax, rows, columns)


def test_a_video_may_be_tiny(tmp_path: Path) -> None:
    assert dcmread(written(tmp_path, "VIDEO", MPEG4_HIGH_41, 2, 2)).PixelData


@pytest.mark.parametrize("syntax", [uid for uid, holds in ENCAPSULATED.items() if not holds.only_video], ids=uid_name)
def test_an_image_may_be_a_single_pixel(tmp_path: Path, syntax: str) -> None:
    assert dcmread(written(tmp_path, "US", syntax, 1, 1)).PixelData


def test_what_is_no_video_cannot_be_one(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"US-MULTIFRAME cannot be generated in MPEG-4 .*: it is no video; these can: VIDEO"
    ):
        written(tmp_path, "US-MULTIFRAME", MPEG4_HIGH_41)
