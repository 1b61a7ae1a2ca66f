"""UIDs by name, names of UIDs."""

from __future__ import annotations

import runpy
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom._uid_dict import UID_dictionary
from pydicom.uid import UID
from pynetdicom import sop_class

from harness.standard import uids
from harness.standard.uid_names import OTHER_NAMES
from harness.standard.uids import UidKind, UnknownName, is_valid_uid, resolve_uid, uid_name, uid_table

TOOL = Path(__file__).parents[2] / "tools" / "make_tables.py"
KINDS_BY_NAME = {"SOP Class": UidKind.SOP_CLASS, "Transfer Syntax": UidKind.TRANSFER_SYNTAX}


def test_the_table_is_the_one_that_the_tool_makes() -> None:
    tool = runpy.run_path(str(TOOL))
    assert tool["UIDS"].read_text("utf-8") == tool["uid_table"]()


def test_the_table_agrees_with_pydicom() -> None:
    for uid, entry in uid_table().items():
        if uid in UID_dictionary:
            name, _, _, retired, keyword = UID_dictionary[uid]
            assert (entry.name, entry.retired, entry.keyword) == (name, bool(retired), keyword)


@pytest.mark.parametrize("kind", KINDS_BY_NAME)
def test_every_registered_name_and_keyword_resolves(kind: str) -> None:
    for uid, (name, uid_kind, _, retired, keyword) in UID_dictionary.items():
        if uid_kind == kind and name:
            full = f"{name} (Retired)" if retired else name
            for text in (full, full.upper(), f" {full.lower()} ", keyword, uid):
                assert resolve_uid(text, KINDS_BY_NAME[kind]) == uid


def test_a_name_that_was_used_again_is_not_the_retired_one() -> None:
    name = "Ultrasound Multi-frame Image Storage"
    assert resolve_uid(name, UidKind.SOP_CLASS) == "1.2.840.10008.5.1.4.1.1.3.1"
    assert resolve_uid(f"{name} (Retired)", UidKind.SOP_CLASS) == "1.2.840.10008.5.1.4.1.1.3"
    assert uid_name("1.2.840.10008.5.1.4.1.1.3") == f"{name} (Retired)"


@pytest.mark.parametrize("kind", UidKind)
def test_the_name_in_reports_resolves_to_the_same_uid(kind: UidKind) -> None:
    names = [(entry.uid, uid_name(entry.uid)) for entry in uid_table().values() if entry.kind is kind]
    assert [resolve_uid(name, kind) for _, name in names] == [uid for uid, _ in names]
    assert len({name for _, name in names}) == len(names)


def test_other_names_are_of_registered_uids_and_win_nothing_from_others() -> None:
    for uid, names in OTHER_NAMES.items():
        for name in names:
            assert resolve_uid(name, uid_table()[uid].kind) == uid, name


@pytest.mark.parametrize(
    ("text", "uid"),
    [
        ("JPEG Lossless SV1", "1.2.840.10008.1.2.4.70"),
        (
            "jpeg lossless, non-hierarchical, first-order prediction (process 14 [selection value 1])",
            "1.2.840.10008.1.2.4.70",
        ),
        ("JPEGLosslessSV1", "1.2.840.10008.1.2.4.70"),
        ("JPEGLossless", "1.2.840.10008.1.2.4.57"),
        ("Explicit VR Little Endian", "1.2.840.10008.1.2.1"),
        ("explicit-vr-little-endian", "1.2.840.10008.1.2.1"),
        ("JPEG 2000 Lossless", "1.2.840.10008.1.2.4.90"),
        ("RLE Lossless", "1.2.840.10008.1.2.5"),
        ("Deflated Explicit VR Little Endian", "1.2.840.10008.1.2.1.99"),
        ("Explicit VR Big Endian (Retired)", "1.2.840.10008.1.2.2"),
    ],
)
def test_transfer_syntaxes_as_people_write_them(text: str, uid: str) -> None:
    assert resolve_uid(text, UidKind.TRANSFER_SYNTAX) == uid


DCMTK_NAMES = """
1.2.840.10008.1.2 LittleEndianImplicit
1.2.840.10008.1.2.1 LittleEndianExplicit
1.2.840.10008.1.2.2 BigEndianExplicit
1.2.840.10008.1.2.1.99 DeflatedLittleEndianExplicit
1.2.840.10008.1.2.4.50 JPEGBaseline
1.2.840.10008.1.2.4.51 JPEGExtended:Process2+4
1.2.840.10008.1.2.4.52 JPEGExtended:Process3+5
1.2.840.10008.1.2.4.53 JPEGSpectralSelection:Non-hierarchical:Process6+8
1.2.840.10008.1.2.4.57 JPEGLossless:Non-hierarchical:Process14
1.2.840.10008.1.2.4.59 JPEGExtended:Hierarchical:Process16+18
1.2.840.10008.1.2.4.66 JPEGLossless:Hierarchical:Process29
1.2.840.10008.1.2.4.70 JPEGLossless:Non-hierarchical-1stOrderPrediction
1.2.840.10008.1.2.4.80 JPEGLSLossless
1.2.840.10008.1.2.4.81 JPEGLSLossy
1.2.840.10008.1.2.4.90 JPEG2000LosslessOnly
1.2.840.10008.1.2.4.91 JPEG2000
1.2.840.10008.1.2.4.92 JPEG2000MulticomponentLosslessOnly
1.2.840.10008.1.2.4.93 JPEG2000Multicomponent
1.2.840.10008.1.2.4.100 MPEG2MainProfile@MainLevel
1.2.840.10008.1.2.4.101 MPEG2MainProfile@HighLevel
1.2.840.10008.1.2.4.102 MPEG4HighProfile/Level4.1
1.2.840.10008.1.2.4.103 MPEG4BDcompatibleHighProfile/Level4.1
1.2.840.10008.1.2.4.104 MPEG4HighProfile/Level4.2For2DVideo
1.2.840.10008.1.2.4.105 MPEG4HighProfile/Level4.2For3DVideo
1.2.840.10008.1.2.4.106 MPEG4StereoHighProfile/Level4.2
1.2.840.10008.1.2.4.107 HEVCMainProfile/Level5.1
1.2.840.10008.1.2.4.108 HEVCMain10Profile/Level5.1
1.2.840.10008.1.2.5 RLELossless
"""


@pytest.mark.parametrize("line", DCMTK_NAMES.split("\n")[1:-1])
def test_transfer_syntaxes_as_dcmtk_prints_them(line: str) -> None:
    uid, name = line.split(" ", 1)
    assert resolve_uid(name, UidKind.TRANSFER_SYNTAX) == uid


@pytest.mark.parametrize(
    ("text", "uid"),
    [
        ("CT Image Storage", uids.CT_IMAGE_STORAGE),
        ("CTImageStorage", uids.CT_IMAGE_STORAGE),
        ("Verification", uids.VERIFICATION),
        ("Verification SOP Class", uids.VERIFICATION),
        ("FINDStudyRootQueryRetrieveInformationModel", "1.2.840.10008.5.1.4.1.2.2.1"),
        ("StudyRootQueryRetrieveInformationModelMove", "1.2.840.10008.5.1.4.1.2.2.2"),
        ("Patient Root GET", "1.2.840.10008.5.1.4.1.2.1.3"),
        ("Modality Worklist", "1.2.840.10008.5.1.4.31"),
        ("MPPS", "1.2.840.10008.3.1.2.3.3"),
        ("Storage Commitment Push Model", "1.2.840.10008.1.20.1"),
        ("Basic Grayscale Print Management Meta SOP Class", "1.2.840.10008.5.1.1.9"),
        ("Ultrasound Image Storage (Retired)", "1.2.840.10008.5.1.4.1.1.6"),
    ],
)
def test_sop_classes_as_people_write_them(text: str, uid: str) -> None:
    assert resolve_uid(text, UidKind.SOP_CLASS) == uid


@pytest.mark.parametrize(
    ("uid", "name"),
    [
        (uids.VERIFICATION, "Verification"),
        (uids.CT_IMAGE_STORAGE, "CT Image Storage"),
        (uids.IMPLICIT_VR_LE, "Implicit VR Little Endian"),
        (uids.EXPLICIT_VR_LE, "Explicit VR Little Endian"),
        (uids.EXPLICIT_VR_BE, "Explicit VR Big Endian"),
        (uids.DEFLATED_EXPLICIT_VR_LE, "Deflated Explicit VR Little Endian"),
        (uids.JPEG_LOSSLESS_SV1, "JPEG Lossless SV1"),
        (uids.RLE_LOSSLESS, "RLE Lossless"),
        ("1.2.840.10008.5.1.1.9", "Basic Grayscale Print Management Meta SOP Class"),
        ("1.2.3.4", "1.2.3.4"),
    ],
)
def test_names_in_reports(uid: str, name: str) -> None:
    assert uid_name(uid) == name


def test_no_sop_class_says_in_reports_that_it_is_one() -> None:
    """PS3.6 calls one of them `Media Creation Management SOP Class UID`."""
    names = [
        uid_name(uid).removesuffix(" (Retired)") for uid, one in uid_table().items() if one.kind is UidKind.SOP_CLASS
    ]
    assert "Media Creation Management" in names
    assert not [name for name in names if name.endswith((" SOP Class", " UID"))]


def test_a_private_uid_is_taken_as_it_is() -> None:
    assert resolve_uid(" 1.2.3.4.5 ", UidKind.TRANSFER_SYNTAX) == "1.2.3.4.5"


@pytest.mark.parametrize("text", ["1.2.840.10008.1.02", "1..2", "1.2." + "9" * 70, "1.2.", "1. 2"])
def test_a_damaged_uid_is_called_that(text: str) -> None:
    with pytest.raises(UnknownName, match="no valid UID"):
        resolve_uid(text, UidKind.SOP_CLASS)


def test_a_name_of_the_wrong_kind_is_unknown() -> None:
    with pytest.raises(UnknownName, match="`CT Image Storage` is no transfer syntax"):
        resolve_uid("CT Image Storage", UidKind.TRANSFER_SYNTAX)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("CT Image Storag", "CT Image Storage"), ("CT", "CT Image Storage"), ("Verificaton", "Verification")],
)
def test_suggestions(text: str, suggestion: str) -> None:
    with pytest.raises(UnknownName, match="no SOP class") as caught:
        resolve_uid(text, UidKind.SOP_CLASS)
    assert caught.value.suggestions[0] == suggestion


def test_nothing_is_suggested_for_nothing() -> None:
    with pytest.raises(UnknownName) as caught:
        resolve_uid("", UidKind.SOP_CLASS)
    assert caught.value.suggestions == []


def test_storage_sop_classes_include_those_of_pynetdicom_and_retired_ones() -> None:
    storage = uids.storage_sop_classes()
    assert len(set(storage)) == len(storage)
    assert set(sop_class._STORAGE_CLASSES.values()) <= set(storage)
    assert "1.2.840.10008.5.1.4.1.1.6" in storage
    assert "1.2.840.10008.5.1.4.38.1" in storage
    assert not {"1.2.840.10008.1.3.10", "1.2.840.10008.1.20.1", uids.VERIFICATION} & set(storage)


def test_transfer_syntaxes() -> None:
    syntaxes = uids.transfer_syntaxes()
    assert {uids.IMPLICIT_VR_LE, uids.EXPLICIT_VR_BE, uids.JPEG_LOSSLESS_SV1, uids.RLE_LOSSLESS} <= set(syntaxes)
    assert "1.2.840.10008.1.2.4.52" not in syntaxes


@pytest.mark.parametrize("uid", ["1.2", "0.0", "2.25.0", "1." + "9" * 62])
def test_valid_uids(uid: str) -> None:
    assert is_valid_uid(uid)


@pytest.mark.parametrize("uid", ["", "1", "1.", ".1", "1.02", "1..2", "1.a", "1.2\n", "1.٢", "1." + "9" * 63, "1.2\0"])
def test_invalid_uids(uid: str) -> None:
    assert not is_valid_uid(uid)


@given(st.text("0123456789.", max_size=70))
def test_validity_agrees_with_pydicom(text: str) -> None:
    # pydicom takes a single component for valid; PS3.5 9.1 has a root and a suffix.
    assert is_valid_uid(text) is (UID(text).is_valid and "." in text)


def test_what_the_harness_says_of_itself_is_allowed() -> None:
    assert is_valid_uid(uids.IMPLEMENTATION_CLASS_UID)
    assert 1 <= len(uids.IMPLEMENTATION_VERSION_NAME) <= 16
    assert uids.IMPLEMENTATION_VERSION_NAME.isascii()
    assert uuid.UUID(int=int(uids.GENERATED_UID_ROOT.removeprefix("2.25."))).version == 4


def test_the_package_needs_none_of_the_heavy_modules() -> None:
    program = (
        "import sys\n"
        "from harness.standard import ae, attributes, models, negotiation, status, uids\n"
        "uids.resolve_uid('CT Image Storage', uids.UidKind.SOP_CLASS)\n"
        "status.resolve_status('success')\n"
        "print(sorted({'pydicom', 'pynetdicom', 'pydantic', 'difflib', 'importlib.resources'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
