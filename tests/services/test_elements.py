"""The walker over data sets: against pydicom on made and on real data sets, and on bytes that are none."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

from harness.reference.attributes import INDEXED
from harness.reference.header import MissingUID, read_header
from harness.services.elements import LONGEST_VALUE, Truncated, Undecodable, parse_elements, problem_of, read_elements
from harness.services.part10 import NotSendable, read_file_meta
from harness.standard.uids import (
    DEFLATED_EXPLICIT_VR_LE,
    EXPLICIT_VR_BE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_LOSSLESS_SV1,
)

NATIVE = (IMPLICIT_VR_LE, EXPLICIT_VR_LE, EXPLICIT_VR_BE)
PATIENT_ID = 0x00100020
ROWS = 0x00280010
SEQUENCE = 0x00082218
SAMPLES = Path(pydicom.__file__).parent / "data"
REFUSED = {
    "JPEGLSNearLossless_08.dcm": "Study Instance UID",
    "JPEGLSNearLossless_16.dcm": "Study Instance UID",
    "MR_truncated.dcm": "ends within element (7FE0,0010)",
    "SC_rgb_jls_lossy_line.dcm": "Study Instance UID",
    "SC_rgb_jls_lossy_sample.dcm": "Study Instance UID",
    "SC_rgb_jpeg.dcm": "(0008,0008) has no value representation",
    "UN_sequence.dcm": "SOP Class UID",
    "chrSQEncoding.dcm": "SOP Class UID",
    "chrSQEncoding1.dcm": "SOP Class UID",
    "no_meta_group_length.dcm": "SOP Class UID",
    "priv_SQ.dcm": "SOP Class UID",
    "rtplan_truncated.dcm": "ends within element (",
}
"""Samples of pydicom that are damaged, lack what every instance has, or are not in the syntax they name."""


def sample(*, undefined_lengths: bool = False) -> Dataset:
    inner = Dataset()
    inner.CodeValue = "T-1"
    inner.ReferencedSOPSequence = [Dataset(), Dataset()]
    inner.ReferencedSOPSequence[0].ReferencedSOPInstanceUID = "1.2.3"
    for item in inner.ReferencedSOPSequence:
        item.is_undefined_length_sequence_item = undefined_lengths
    inner.is_undefined_length_sequence_item = undefined_lengths
    data_set = Dataset()
    data_set.SOPInstanceUID = "1.2.3.4"
    data_set.PatientName = "A^B"
    data_set.PatientID = "P1"
    data_set.AnatomicRegionSequence = [inner]
    data_set["AnatomicRegionSequence"].is_undefined_length = undefined_lengths
    data_set.Rows = 300
    data_set.add_new(0x00091001, "UN", b"\0\1")
    data_set.add_new(0x7FE00010, "OW", b"\0\1" * 50)
    return data_set


def encoded(data_set: Dataset, syntax: str) -> bytes:
    buffer = DicomBytesIO()
    buffer.is_implicit_VR = syntax == IMPLICIT_VR_LE
    buffer.is_little_endian = syntax != EXPLICIT_VR_BE
    write_dataset(buffer, data_set)
    if syntax == DEFLATED_EXPLICIT_VR_LE:
        return zlib.compress(buffer.getvalue(), wbits=-15)
    return buffer.getvalue()


@pytest.mark.parametrize("syntax", [*NATIVE, DEFLATED_EXPLICIT_VR_LE])
@pytest.mark.parametrize("undefined_lengths", [False, True])
def test_every_element_of_the_top_level_is_found(syntax: str, undefined_lengths: bool) -> None:
    data_set = sample(undefined_lengths=undefined_lengths)
    found = parse_elements(encoded(data_set, syntax), syntax)
    assert list(found) == [int(element.tag) for element in data_set]
    assert found[PATIENT_ID].value == b"P1"
    assert found[PATIENT_ID].vr == ("" if syntax == IMPLICIT_VR_LE else "LO")
    if syntax != IMPLICIT_VR_LE or undefined_lengths:
        assert found[SEQUENCE].value == b""
    order = ">H" if syntax == EXPLICIT_VR_BE else "<H"
    assert struct.unpack(order, found[ROWS].value) == (300,)


@pytest.mark.parametrize("syntax", [*NATIVE, DEFLATED_EXPLICIT_VR_LE])
@pytest.mark.parametrize("undefined_lengths", [False, True])
def test_a_data_set_that_is_cut_is_refused(syntax: str, undefined_lengths: bool) -> None:
    data = encoded(sample(undefined_lengths=undefined_lengths), syntax)
    whole = len(parse_elements(data, syntax))
    refused = 0
    for length in range(len(data)):
        try:
            # Between two elements nobody can know that something is missing.
            assert len(parse_elements(data[:length], syntax)) < whole
        except Undecodable:
            refused += 1
    assert refused >= len(data) - whole


@pytest.mark.parametrize("written", [*NATIVE, DEFLATED_EXPLICIT_VR_LE])
@pytest.mark.parametrize("read", [*NATIVE, DEFLATED_EXPLICIT_VR_LE])
def test_the_wrong_transfer_syntax_is_noticed(written: str, read: str) -> None:
    data = encoded(sample(), written)
    if written == read:
        parse_elements(data, read)
        return
    with pytest.raises(Undecodable):
        parse_elements(data, read)


def explicit(tag: int, vr: bytes, length: int, value: bytes = b"") -> bytes:
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr)
    return head + (struct.pack("<H", length) if vr == b"LO" else struct.pack("<HI", 0, length)) + value


def item(length: int, value: bytes = b"", tag: int = 0xFFFEE000) -> bytes:
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, length) + value


UNDEFINED = 0xFFFFFFFF
END_OF_ITEM, END_OF_SEQUENCE = item(0, tag=0xFFFEE00D), item(0, tag=0xFFFEE0DD)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (explicit(0x00020010, b"UI", 0), "(0002,0010) does not belong"),
        (explicit(0x00000010, b"LO", 0), "(0000,0010) does not belong"),
        (item(0), "(FFFE,E000) does not belong"),
        (explicit(PATIENT_ID, b"LO", 4, b"P1"), "ends within"),
        (explicit(PATIENT_ID, b"l0", 0), "no value representation"),
        (explicit(PATIENT_ID, b"UT", UNDEFINED) + END_OF_SEQUENCE, "must not have an undefined length"),
        (explicit(0x00082218, b"SQ", UNDEFINED), "ends within"),
        (explicit(0x00082218, b"SQ", UNDEFINED) + explicit(PATIENT_ID, b"LO", 0), "something else than items"),
        (explicit(0x00082218, b"SQ", UNDEFINED) + item(UNDEFINED) + END_OF_SEQUENCE, "an item does not end"),
        (explicit(0x7FE00010, b"OB", UNDEFINED) + item(UNDEFINED) + END_OF_ITEM, "something else than items"),
        (explicit(0x7FE00010, b"OB", UNDEFINED) + item(4, b"\0\0\0\0"), "ends within"),
        ((explicit(0x00082218, b"SQ", UNDEFINED) + item(UNDEFINED)) * 60, "nested too deeply"),
        (b"\xff" * 40, "no value representation"),
        (bytes(128) + b"DICM", "no value representation"),
    ],
)
def test_what_is_no_data_set(data: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=r".*") as caught:
        parse_elements(data, EXPLICIT_VR_LE)
    assert reason in str(caught.value)
    assert len(str(caught.value)) <= 64, "it goes into an Error Comment"


@pytest.mark.parametrize(
    "value",
    [
        item(4, b"\0\0\0\0") + item(2, b"ab") + END_OF_SEQUENCE,
        item(0) + END_OF_SEQUENCE,
        END_OF_SEQUENCE,
    ],
)
def test_pixel_data_in_fragments(value: bytes) -> None:
    data = explicit(0x7FE00010, b"OB", UNDEFINED, value) + explicit(0xFFFCFFFC, b"OB", 2, b"\0\0")
    assert list(parse_elements(data, JPEG_LOSSLESS_SV1)) == [0x7FE00010, 0xFFFCFFFC]


def test_a_sequence_of_unknown_vr_is_implicit_inside() -> None:
    """PS3.5 6.2.2: UN of undefined length is encoded as a sequence in Implicit VR Little Endian."""
    inside = struct.pack("<HHI", 0x0010, 0x0020, 2) + b"P1"
    data = explicit(0x00091010, b"UN", UNDEFINED) + item(UNDEFINED) + inside + END_OF_ITEM + END_OF_SEQUENCE
    assert list(parse_elements(data, EXPLICIT_VR_LE)) == [0x00091010]


def test_long_values_are_passed_over() -> None:
    data = explicit(0x00204000, b"UT", LONGEST_VALUE + 2, bytes(LONGEST_VALUE + 2))
    assert parse_elements(data, EXPLICIT_VR_LE)[0x00204000].value == b""


def test_only_the_wanted_are_kept_and_the_first_counts() -> None:
    twice = explicit(PATIENT_ID, b"LO", 2, b"P1") + explicit(PATIENT_ID, b"LO", 2, b"P2")
    found = read_elements(io.BytesIO(explicit(0x00100010, b"LO", 0) + twice), EXPLICIT_VR_LE, {PATIENT_ID})
    assert [element.value for element in found.values()] == [b"P1"]


def test_nothing_beyond_the_last_tag_is_looked_at() -> None:
    data = explicit(0x00100010, b"LO", 0) + explicit(PATIENT_ID, b"LO", 2, b"P1") + explicit(0x00204000, b"UT", 9)
    assert list(read_elements(io.BytesIO(data), EXPLICIT_VR_LE, last=PATIENT_ID)) == [0x00100010, PATIENT_ID]
    with pytest.raises(Truncated, match=r"ends within element \(0020,4000\)"):
        read_elements(io.BytesIO(data), EXPLICIT_VR_LE)


@pytest.mark.parametrize(
    ("length", "place"), [(3, "the first element"), (11, "what follows (0010,0010)"), (17, "element (0010,0020)")]
)
def test_the_place_of_a_cut_is_named(length: int, place: str) -> None:
    data = explicit(0x00100010, b"LO", 0) + explicit(PATIENT_ID, b"LO", 2, b"P1")
    with pytest.raises(Truncated) as caught:
        parse_elements(data[:length], EXPLICIT_VR_LE)
    assert str(caught.value) == f"the data set ends within {place}"


def test_a_deflated_bomb_is_not_kept_in_memory(tmp_path: Path) -> None:
    size = 1 << 26
    path = tmp_path / "bomb"
    path.write_bytes(zlib.compress(explicit(0x7FE00010, b"OB", size) + bytes(size), wbits=-15))
    with path.open("rb") as stream:
        assert read_elements(stream, DEFLATED_EXPLICIT_VR_LE)[0x7FE00010].value == b""


@given(st.binary(max_size=200), st.sampled_from([*NATIVE, DEFLATED_EXPLICIT_VR_LE]))
def test_no_bytes_do_any_harm(data: bytes, syntax: str) -> None:
    try:
        parse_elements(data, syntax)
    except Undecodable:
        return


@given(st.binary(max_size=60), st.integers(0, 400), st.sampled_from([*NATIVE, DEFLATED_EXPLICIT_VR_LE]))
def test_the_quick_look_is_of_the_same_opinion(noise: bytes, position: int, syntax: str) -> None:
    whole = encoded(sample(undefined_lengths=bool(position % 2)), syntax)
    for data in (whole, whole[:position], whole[:position] + noise + whole[position:], noise):
        try:
            parse_elements(data, syntax)
            problem = ""
        except Undecodable as error:
            problem = str(error)
        assert problem_of(data, syntax) == problem


def readable_samples() -> list[Path]:
    found = []
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file():
            try:
                read_file_meta(path)
            except NotSendable:
                continue
            found.append(path)
    return found


def test_real_files_are_read_as_pydicom_reads_them() -> None:
    """All samples that come with pydicom; the damaged ones are refused, each for its own reason."""
    refused, read = {}, 0
    for path in readable_samples():
        meta = read_file_meta(path)
        with path.open("rb") as stream:
            stream.seek(meta.data_set_offset)
            try:
                header = read_header(stream, meta.transfer_syntax_uid)
            except (Undecodable, MissingUID) as error:
                refused[path.name] = str(error)
                continue
        theirs = pydicom.dcmread(path, stop_before_pixels=True)
        for tag, attribute in INDEXED.items():
            ours = header.by_level[attribute.level].get(tag, "")
            # pydicom drops empty component groups at the end of names.
            assert ours.rstrip("=") == as_text(theirs.get(tag)), (path.name, attribute)
        read += 1
    assert read > 50
    assert sorted(refused) == sorted(REFUSED)
    for name, reason in refused.items():
        assert REFUSED[name] in reason


def as_text(element: object) -> str:
    value = getattr(element, "value", None)
    if value is None:
        return ""
    if isinstance(value, pydicom.multival.MultiValue):
        return "\\".join(str(part).strip() for part in value)
    return str(value).strip()
