"""Names of generated instances in each kind of character set, byte for byte, and as DCMTK and pydicom read them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from pydicom import dcmread

from harness.services.element_text import element_text
from harness.services.elements import LAST_TAG, read_elements
from harness.services.part10 import read_file_meta
from harness.standard.attributes import Attributes
from harness.standard.uids import EXPLICIT_VR_BE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, uid_name
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec

NAMES = {
    "ISO_IR 100": ("ZZ-SYNTHETIC^Jürgen", b"ZZ-SYNTHETIC^J\xfcrgen "),
    "ISO_IR 144": ("ZZ-SYNTHETIC^Люк", b"ZZ-SYNTHETIC^\xbb\xee\xda"),
    "ISO_IR 192": ("ZZ-SYNTHETIC^Jürgen=山田", b"ZZ-SYNTHETIC^J\xc3\xbcrgen=\xe5\xb1\xb1\xe7\x94\xb0"),
    "ISO_IR 13": ("ZZ-SYNTHETIC^ﾀﾛｳ", b"ZZ-SYNTHETIC^\xc0\xdb\xb3"),
    # As in PS3.5 H.3.1, H.3.2, I.2, J.1 and K.2.
    "\\ISO 2022 IR 87": (
        "ZZ-SYNTHETIC^Tarou=山田^太郎=やまだ^たろう",
        b"ZZ-SYNTHETIC^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
    ),
    "ISO 2022 IR 13\\ISO 2022 IR 87": (
        "ZZ-SYNTHETIC^ﾀﾛｳ=山田^太郎=やまだ^たろう",
        b"ZZ-SYNTHETIC^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
    ),
    "\\ISO 2022 IR 149": (
        "ZZ-SYNTHETIC^Gildong=洪^吉洞=홍^길동",
        b"ZZ-SYNTHETIC^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
    ),
    "GB18030": ("ZZ-SYNTHETIC^XiaoDong=王^小东", b"ZZ-SYNTHETIC^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab"),
    "\\ISO 2022 IR 58": (
        "ZZ-SYNTHETIC^XiaoDong=张^小东",
        b"ZZ-SYNTHETIC^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab",
    ),
}
LACKED_BY_DCMTK = {"\\ISO 2022 IR 87", "ISO 2022 IR 13\\ISO 2022 IR 87"}
"""Sets that Debian's DCMTK cannot convert: it is built with the iconv of the GNU C library, which lacks them."""

MISREAD_BY_PYDICOM = {"\\ISO 2022 IR 58"}


def written(directory: Path, character_set: str, syntax: str = EXPLICIT_VR_LE) -> Path:
    name, _ = NAMES[character_set]
    attributes = {"SpecificCharacterSet": character_set, "PatientName": name}
    (instance,) = generate(GenerateSpec("SC", transfer_syntax_uid=syntax, attributes=attributes), directory, "s")
    return instance.path


@pytest.mark.parametrize("syntax", [EXPLICIT_VR_LE, IMPLICIT_VR_LE, EXPLICIT_VR_BE], ids=uid_name)
@pytest.mark.parametrize("character_set", NAMES)
def test_bytes(tmp_path: Path, character_set: str, syntax: str) -> None:
    meta = read_file_meta(written(tmp_path, character_set, syntax))
    with meta.path.open("rb") as file:
        file.seek(meta.data_set_offset)
        elements = read_elements(file, syntax, frozenset((0x00080005, 0x00100010)), LAST_TAG)
    encoded = NAMES[character_set][1]
    assert elements[0x00100010].value == encoded + b" " * (len(encoded) % 2)
    assert elements[0x00080005].value.decode().rstrip(" ") == character_set
    assert element_text(elements[0x00100010], "PN", character_set.split("\\")) == NAMES[character_set][0]


@pytest.mark.parametrize("character_set", sorted(NAMES.keys() - MISREAD_BY_PYDICOM))
def test_pydicom_reads_the_name(tmp_path: Path, character_set: str) -> None:
    data_set = dcmread(written(tmp_path, character_set))
    data_set.decode()
    assert str(data_set.PatientName) == NAMES[character_set][0]


@pytest.mark.peer("dcmdump")
@pytest.mark.parametrize("character_set", NAMES)
def test_dcmtk_reads_the_name_when_it_has_the_set(tmp_path: Path, character_set: str) -> None:
    path = written(tmp_path, character_set)
    done = subprocess.run(["/usr/bin/dcmdump", "+U8", "+P", "PatientName", path], capture_output=True, text=True)
    if character_set in LACKED_BY_DCMTK:
        assert done.returncode != 0
        assert "'ISO 2022 IR 87' is not supported" in done.stderr
    else:
        assert f"[{NAMES[character_set][0]}]" in done.stdout, done.stderr


def test_text_within_sequences_is_in_the_set_of_the_data_set(tmp_path: Path) -> None:
    code = {"CodeValue": "1", "CodingSchemeDesignator": "99X", "CodeMeaning": "Schädel"}
    attributes: Attributes = {"SpecificCharacterSet": "ISO_IR 100", "AnatomicRegionSequence": [code]}
    (instance,) = generate(GenerateSpec("CT", attributes=attributes), tmp_path, "s")
    data_set = dcmread(instance.path)
    assert data_set.SpecificCharacterSet == "ISO_IR 100"
    assert "SpecificCharacterSet" not in data_set.AnatomicRegionSequence[0]
    assert data_set.AnatomicRegionSequence[0].CodeMeaning == "Schädel"
    assert b"Sch\xe4del" in instance.path.read_bytes()


def test_text_within_sequences_makes_the_data_set_utf_8(tmp_path: Path) -> None:
    code = {"CodeValue": "1", "CodingSchemeDesignator": "99X", "CodeMeaning": "Schädel"}
    (instance,) = generate(GenerateSpec("CT", attributes={"AnatomicRegionSequence": [code]}), tmp_path, "s")
    data_set = dcmread(instance.path)
    assert data_set.SpecificCharacterSet == "ISO_IR 192"
    assert data_set.AnatomicRegionSequence[0].CodeMeaning == "Schädel"


@pytest.mark.parametrize(
    ("character_set", "why"),
    [
        ("ISO_IR 999", "`ISO_IR 999` is no defined term"),
        ("ISO 2022 IR 87", "stands behind another character set"),
        ("ISO_IR 192\\ISO 2022 IR 87", "takes no code extensions"),
    ],
)
def test_character_sets_that_cannot_be(tmp_path: Path, character_set: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        generate(GenerateSpec("CT", attributes={"SpecificCharacterSet": character_set}), tmp_path, "s")
    assert not list(tmp_path.iterdir())
