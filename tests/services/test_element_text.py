"""Text in all character sets: examples of PS3.5 Annexes H to K, and against pydicom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.valuerep import PersonName

from harness.services.element_text import character_sets, element_text, encode_text
from harness.services.elements import Element

NAME = 0x00100010


def decoded(value: bytes, charsets: str, vr: str = "PN") -> str:
    return element_text(Element(NAME, vr, value), vr, character_sets(Element(0x00080005, "CS", charsets.encode())))


@pytest.mark.parametrize(
    ("charsets", "value", "text"),
    [
        ("", b"Doe^John ", "Doe^John"),
        ("ISO_IR 100", b"Buc^J\xe9r\xf4me", "Buc^Jérôme"),
        ("ISO_IR 100 ", b"Buc^J\xe9r\xf4me", "Buc^Jérôme"),
        ("ISO_IR 144", b"\xb6\xee\xe9^\xb6", "Жющ^Ж"),
        ("ISO_IR 126", b"\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2", "Διονυσιος"),
        ("ISO_IR 127", b"\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1", "قباني^لنزار"),
        ("ISO_IR 138", b"\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4", "שרון^דבורה"),
        ("ISO_IR 192", "Wang^XiaoDong=王^小東=".encode(), "Wang^XiaoDong=王^小東="),
        ("GB18030", "Wang^XiaoDong=王^小东".encode("gb18030"), "Wang^XiaoDong=王^小东"),
        (
            "\\ISO 2022 IR 87",
            b"Yamada^Tarou=\x1b\x24\x42\x3b\x33\x45\x44\x1b\x28\x42^\x1b\x24\x42\x42\x40\x4f\x3a\x1b\x28\x42",
            "Yamada^Tarou=山田^太郎",
        ),
        (
            "\\ISO 2022 IR 149",
            b"Hong^Gildong=\x1b\x24\x29\x43\xfb\xf3^\x1b\x24\x29\x43\xd1\xce\xd4\xd7",
            "Hong^Gildong=洪^吉洞",
        ),
        # What the standard does not know, and bytes that the character set does not have.
        ("ISO_IR 999", b"M\xfcller", "M\ufffdller"),
        ("", b"M\xfcller", "M\ufffdller"),
        ("ISO_IR 192", b"M\xfcller", "M\ufffdller"),
        ("ISO_IR 192\\ISO_IR 100", "Müller".encode(), "Müller"),
    ],
)
def test_character_sets(charsets: str, value: bytes, text: str) -> None:
    assert decoded(value, charsets) == text


@pytest.mark.parametrize(
    ("vr", "value", "text"),
    [
        ("LO", b" a b \\ c ", "a b\\c"),
        ("UI", b"1.2.3\0", "1.2.3"),
        ("UI", b"1.2\\1.3\0", "1.2\\1.3"),
        ("LT", b"  a\\ b ", "  a\\ b"),
        ("US", b"\x01\x00\x00\x02", "1\\512"),
        ("US", b"\x01", ""),
        ("DA", b"", ""),
    ],
)
def test_padding_and_numbers(vr: str, value: bytes, text: str) -> None:
    assert element_text(Element(NAME, vr, value), vr, ()) == text


def test_numbers_in_big_endian() -> None:
    assert element_text(Element(NAME, "US", b"\x02\x00", big_endian=True), "US", ()) == "512"
    assert element_text(None, "US", ()) == ""


@given(st.text("ABCabc ^=éüß\xe5", max_size=20).map(str.strip), st.sampled_from(["ISO_IR 100", "ISO_IR 192"]))
def test_names_are_what_pydicom_makes_of_them(name: str, charset: str) -> None:
    encoding = {"ISO_IR 100": "latin-1", "ISO_IR 192": "utf-8"}[charset]
    ours = decoded(name.encode(encoding), charset)
    assert ours.rstrip("=") == str(PersonName(name.encode(encoding), [encoding])).rstrip("=")


@pytest.mark.parametrize(
    ("vr", "text", "value"),
    [
        ("UI", "1.2.3", b"1.2.3\0"),
        ("LO", "abc", b"abc "),
        ("PN", "ü", b"\xc3\xbc"),
        ("US", "512\\1", b"\0\2\1\0"),
        ("US", "", b""),
    ],
)
def test_encoding(vr: str, text: str, value: bytes) -> None:
    assert encode_text(text, vr) == value
