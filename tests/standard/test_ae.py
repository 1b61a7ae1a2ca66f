"""AE titles and addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.standard.ae import AEAddress, check_ae_title


@pytest.mark.parametrize("title", ["ARCHIVE", "NO", "1E5", "A B", "pacs@main", "X" * 16, "~!#", "0012"])
def test_allowed_ae_titles(title: str) -> None:
    assert check_ae_title(title) == title


def test_spaces_around_an_ae_title_are_not_significant() -> None:
    assert check_ae_title("  ARCHIVE         ") == "ARCHIVE"


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("", "at least one character"),
        ("    ", "at least one character"),
        ("X" * 17, "17 characters"),
        ("A\\B", "may not have"),
        ("A\nB", "may not have"),
        ("A\tB", "may not have"),
        ("A\x7fB", "may not have"),
        ("ÄRCHIV", "may not have"),
        ("A\0", "may not have"),
    ],
)
def test_refused_ae_titles(title: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_ae_title(title)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ARCHIVE@pacs.example.org:104", AEAddress("ARCHIVE", "pacs.example.org", 104)),
        ("A@127.0.0.1:11112", AEAddress("A", "127.0.0.1", 11112)),
        ("A@[::1]:104", AEAddress("A", "::1", 104)),
        ("A@[fe80::1%eth0]:65535", AEAddress("A", "fe80::1%eth0", 65535)),
        ("MAIN@SITE@host:1", AEAddress("MAIN@SITE", "host", 1)),
        ("MY AE@host:104", AEAddress("MY AE", "host", 104)),
        (" A@host:104\n", AEAddress("A", "host", 104)),
    ],
)
def test_addresses(text: str, address: AEAddress) -> None:
    assert AEAddress.parse(text) == address


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no `@`"),
        ("host:104", "no `@`"),
        ("A@host", "names no port"),
        ("A@[::1]", "names no port"),
        ("A@host:", "port ``"),
        ("A@host:0", "port `0`"),
        ("A@host:65536", "port `65536`"),
        ("A@host:-1", "port `-1`"),
        ("A@host:+104", "port `"),
        ("A@host:dicom", "port `dicom`"),
        ("A@host:٤", "port `٤`"),
        ("A@host:" + "9" * 5000, "port `9"),
        ("A@:104", "names no host"),
        ("A@::1:104", r"in brackets, TITLE@\[::1\]"),
        ("A@[]:104", "no IPv6 address"),
        ("A@[host]:104", "no IPv6 address"),
        ("A@http://host:104", "URL"),
        ("A@my host:104", "no host name"),
        ("@host:104", "at least one character"),
        ("X" * 17 + "@host:104", "17 characters"),
    ],
)
def test_refused_addresses(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        AEAddress.parse(text)


TITLES = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="\\"), min_size=1, max_size=16)
HOSTS = st.one_of(st.ip_addresses().map(str), st.from_regex(r"[a-z0-9][a-z0-9.-]{0,30}", fullmatch=True))


@given(TITLES.map(str.strip).filter(bool), HOSTS, st.integers(1, 65535))
def test_an_address_is_read_as_it_is_written(title: str, host: str, port: int) -> None:
    address = AEAddress(title, host, port)
    assert AEAddress.parse(str(address)) == address


@given(st.one_of(st.text(max_size=40), st.from_regex(r"[A-Z @]{1,20}@[a-z:.\[\]]{0,9}:[0-9]{0,6}")))
def test_any_text_is_an_address_or_a_value_error(text: str) -> None:
    try:
        address = AEAddress.parse(text)
    except ValueError:
        return
    assert AEAddress.parse(str(address)) == address
