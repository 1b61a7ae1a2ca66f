"""JPEG Lossless SV1 as others decode it."""

from __future__ import annotations

import subprocess
from array import array
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from harness.standard.uids import CT_IMAGE_STORAGE, JPEG_LOSSLESS_SV1
from harness.testdata.jpeg_lossless import encode_jpeg_lossless

DCMDJPEG = "/usr/bin/dcmdjpeg"


@st.composite
def images(draw: st.DrawFn) -> tuple[array[int], int, int, int]:
    """Samples, rows, columns and precision; steep steps are as likely as gentle ones."""
    bits = draw(st.integers(2, 16))
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    top = (1 << bits) - 1
    sample = st.one_of(st.integers(0, top), st.sampled_from([0, 1, top // 2, top // 2 + 1, top - 1, top]))
    samples = draw(st.lists(sample, min_size=rows * columns, max_size=rows * columns))
    return array("B" if bits <= 8 else "H", samples), rows, columns, bits


@pytest.mark.slow
@pytest.mark.peer("dcmdjpeg")
@settings(max_examples=150, deadline=None)
@given(images())
def test_dcmtk_decodes_any_image_to_the_same_pixels(
    tmp_path_factory: pytest.TempPathFactory, image: tuple[array[int], int, int, int]
) -> None:
    folder = tmp_path_factory.mktemp("image")
    assert decoded_by_dcmtk(folder, *image) == image[0]


EXTREMES = {
    "one pixel": ([0], 1, 1, 8),
    "one pixel of half the range": ([32768], 1, 1, 16),
    "a difference of 32768, which has a category of its own": ([0, 32768, 0, 32768], 2, 2, 16),
    "a difference of 65535, which is -1 modulo 65536": ([0, 65535, 0, 65535], 1, 4, 16),
    "bytes of all ones": ([0, 127, 0, 127] * 16, 8, 8, 7),
    "12 bits from end to end": ([0, 4095] * 128, 16, 16, 12),
    "columns are not rows": (list(range(60)), 3, 20, 8),
    "12 bits that are dark": ([1, 0, 2, 3, 0, 0, 1, 1], 2, 4, 12),
}


@pytest.mark.peer("dcmdjpeg")
@pytest.mark.parametrize("name", EXTREMES)
def test_dcmtk_decodes_extremes(tmp_path: Path, name: str) -> None:
    values, rows, columns, bits = EXTREMES[name]
    samples = array("B" if bits <= 8 else "H", values)
    assert decoded_by_dcmtk(tmp_path, samples, rows, columns, bits) == samples


def test_the_code_stream_says_what_it_is() -> None:
    stream = encode_jpeg_lossless(array("H", [0, 1, 2, 3, 4, 5]), 2, 3, 12)
    assert stream.startswith(b"\xff\xd8\xff\xc3")
    assert stream.endswith(b"\xff\xd9")
    precision, rows, columns, components = stream[6], stream[7:9], stream[9:11], stream[11]
    assert (precision, rows, columns, components) == (12, b"\0\2", b"\0\3", 1)
    scan = stream[stream.index(b"\xff\xda") :]
    assert scan[7] == 1, "selection value"
    assert scan[9] == 0, "point transform"


def test_after_a_byte_of_all_ones_comes_a_zero() -> None:
    stream = encode_jpeg_lossless(array("H", [0, 65535, 1, 65534] * 64), 16, 16, 16)
    coded = stream[stream.index(b"\xff\xda") + 10 : -2]
    assert b"\xff\x00" in coded
    assert coded.count(b"\xff") == coded.count(b"\xff\x00")


def test_the_last_byte_is_filled_with_ones() -> None:
    # One sample as predicted: the code of category 0 is 00.
    assert encode_jpeg_lossless(array("B", [128]), 1, 1, 8)[-3:] == b"\x3f\xff\xd9"


@pytest.mark.parametrize(
    ("samples", "rows", "columns", "bits", "why"),
    [
        (array("B", [0]), 1, 1, 1, "precision of 1 bits"),
        (array("H", [0]), 1, 1, 17, "precision of 17 bits"),
        (array("B", [0]), 1, 2, 8, "1 samples are not 1 x 2"),
        (array("B"), 0, 1, 8, "0 x 1 is not"),
        (array("B"), 1, 65536, 8, "1 x 65536 is not"),
        (array("H", [4096]), 1, 1, 12, "no unsigned numbers of 12 bits"),
        (array("h", [-1]), 1, 1, 12, "no unsigned numbers of 12 bits"),
    ],
)
def test_what_cannot_be_encoded(samples: array[int], rows: int, columns: int, bits: int, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        encode_jpeg_lossless(samples, rows, columns, bits)


def decoded_by_dcmtk(folder: Path, samples: array[int], rows: int, columns: int, bits: int) -> array[int]:
    """The samples as dcmdjpeg decodes them from a file that wraps the code stream."""
    coded, plain = folder / "coded.dcm", folder / "plain.dcm"
    data_set = Dataset()
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = UID(JPEG_LOSSLESS_SV1)
    data_set.SOPClassUID, data_set.SOPInstanceUID = CT_IMAGE_STORAGE, "2.25.1"
    data_set.SamplesPerPixel, data_set.PhotometricInterpretation = 1, "MONOCHROME2"
    data_set.Rows, data_set.Columns = rows, columns
    data_set.BitsAllocated, data_set.BitsStored = samples.itemsize * 8, bits
    data_set.HighBit, data_set.PixelRepresentation = bits - 1, 0
    data_set.add_new("PixelData", "OB", encapsulate([encode_jpeg_lossless(samples, rows, columns, bits)]))
    data_set["PixelData"].is_undefined_length = True
    data_set.save_as(coded, enforce_file_format=True)
    done = subprocess.run([DCMDJPEG, coded, plain], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    value = dcmread(plain).PixelData[: rows * columns * samples.itemsize]
    decoded = array(samples.typecode)
    decoded.frombytes(value)
    return decoded
