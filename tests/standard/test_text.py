"""Text encoded in each kind of character set, byte for byte as in the examples of PS3.5 Annexes H to K."""

from __future__ import annotations

import pytest
from pydicom.charset import convert_encodings, decode_bytes

from harness.observe.data_set import LEFT_BY_PYDICOM
from harness.standard.text import encode_text

JAPANESE = "\\ISO 2022 IR 87"
KOREAN = "\\ISO 2022 IR 149"


@pytest.mark.parametrize(
    ("character_set", "text", "encoded"),
    [
        ("", "PLAIN", b"PLAIN"),
        ("ISO_IR 100", "Müller*", b"M\xfcller*"),
        ("ISO_IR 144", "Люк*", b"\xbb\xee\xda*"),
        ("ISO_IR 192", "Müller", b"M\xc3\xbcller"),
        ("GB18030", "王*", b"\xcd\xf5*"),
        ("ISO_IR 13", "ﾔﾏﾀﾞ", b"\xd4\xcf\xc0\xde"),
        # PS3.5 H.3.1
        (
            JAPANESE,
            "Yamada^Tarou=山田^太郎=やまだ^たろう",
            b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
        ),
        # PS3.5 H.3.2
        (
            "ISO 2022 IR 13\\ISO 2022 IR 87",
            "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
            b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
        ),
        # PS3.5 I.2
        (
            KOREAN,
            "Hong^Gildong=洪^吉洞=홍^길동",
            b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
        ),
        # PS3.5 K.2
        ("\\ISO 2022 IR 58", "Zhang^XiaoDong=张^小东", b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab"),
        # Wildcards stay ASCII, and no escape sequence is without need.
        (JAPANESE, "*山田*", b"*\x1b$B;3ED\x1b(B*"),
        (KOREAN, "*김*", b"*\x1b$)C\xb1\xe8*"),
        # Several sets behind one another, of G0 and G1.
        ("\\ISO 2022 IR 100\\ISO 2022 IR 144", "üЛ", b"\x1b-A\xfc\x1b-L\xbb"),
        (
            "ISO 2022 IR 100\\ISO 2022 IR 87\\ISO 2022 IR 159",
            "Mü山丂ü",
            b"M\xfc\x1b$B;3\x1b$(D0!\x1b(B\xfc",
        ),
        ("ISO 2022 IR 100", "ü", b"\xfc"),
    ],
)
def test_encoded(character_set: str, text: str, encoded: bytes) -> None:
    terms = character_set.split("\\")
    assert encode_text(text, "PN", terms) == encoded
    if len(terms) > 1:
        decoded = decode_bytes(encoded, convert_encodings(terms), set(b"^="))
        assert decoded.replace(LEFT_BY_PYDICOM, "") == text


@pytest.mark.parametrize(
    ("character_set", "text"),
    [
        ("", "ü"),
        ("ISO_IR 100", "山田"),
        ("ISO_IR 13", "山田"),
        ("ISO_IR 144", "ü"),
        (JAPANESE, "Mü山田"),
        (JAPANESE, "ﾔﾏﾀﾞ"),
        (KOREAN, "丂"),
        ("\\ISO 2022 IR 159", "山"),
    ],
)
def test_what_a_set_lacks(character_set: str, text: str) -> None:
    with pytest.raises(ValueError, match="cannot be written in"):
        encode_text(text, "LO", character_set.split("\\"))


def test_without_any_term() -> None:
    with pytest.raises(ValueError, match="the default character repertoire"):
        encode_text("ü", "LO", ())
