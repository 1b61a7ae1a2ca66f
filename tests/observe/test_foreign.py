"""The first bytes of servers that are met where DICOM was expected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.observe.foreign import LONGEST_BANNER, Protocol, foreign_or_unknown, foreign_protocol
from harness.ul import pdu as p

GREETINGS = [
    (b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n", Protocol.HTTP, "HTTP/1.1 400 Bad Request"),
    (b'<!DOCTYPE HTML PUBLIC "-//W3C//DTD', Protocol.HTTP, '<!DOCTYPE HTML PUBLIC "-//W3C//DTD'),
    (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03", Protocol.HTTP_2, ""),
    (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", Protocol.SSH, "SSH-2.0-OpenSSH_9.2p1 Debian-2"),
    (b"220 mail.example.org ESMTP Postfix\r\n", Protocol.SMTP, "220 mail.example.org ESMTP Postfix"),
    (b"554 mail ESMTP not accepting\r\n", Protocol.SMTP, "554 mail ESMTP not accepting"),
    (b"220 (vsFTPd 3.0.5)\r\n", Protocol.FTP, "220 (vsFTPd 3.0.5)"),
    (b"220-Welcome\r\n220 ready\r\n", Protocol.SMTP_OR_FTP, "220-Welcome"),
    (b"\x0bMSH|^~\\&|A|B|C|D|20240101||ACK|PATIENT^NAME", Protocol.HL7, ""),
    (b"\x0b\x15\x1c\r", Protocol.HL7, ""),
    (b"+OK Dovecot ready.\r\n", Protocol.POP3, "+OK Dovecot ready."),
    (b"* OK [CAPABILITY IMAP4rev1]", Protocol.IMAP, ""),
    (b"\xff\xfd\x01\xff\xfd\x1f", Protocol.TELNET, ""),
    (b"RFB 003.008\n", Protocol.VNC, "RFB 003.008"),
    (b"\x03\x00\x00\x13\x0e\xd0\x00\x00", Protocol.RDP, ""),
    (b"-ERR unknown command", Protocol.REDIS, ""),
    (b"\x4a\x00\x00\x00\x0a8.0.36\x00", Protocol.MYSQL, ""),
    (b"\x15\x03\x03\x00\x02\x02\x28", Protocol.TLS, ""),
    (b"\x16\x03\x01\x02\x00\x01", Protocol.TLS, ""),
]


@pytest.mark.parametrize(("data", "protocol", "banner"), GREETINGS, ids=[f"{row[1]}" for row in GREETINGS])
def test_known_by_its_first_bytes(data: bytes, protocol: Protocol, banner: str) -> None:
    found = foreign_protocol(data)
    assert found is not None
    assert found.protocol is protocol
    assert found.banner == banner


@pytest.mark.parametrize("pdu_type", sorted(p.PDU_NAMES))
@given(length=st.integers(0, 1 << 20), body=st.binary(max_size=20))
def test_no_pdu_is_taken_for_another_protocol(pdu_type: int, length: int, body: bytes) -> None:
    """A PDU that came in part must not turn into an accusation; bodies begin as those of the standard do."""
    begins = {p.ASSOCIATE_RQ: b"\x00\x01\x00\x00", p.ASSOCIATE_AC: b"\x00\x01\x00\x00", p.P_DATA_TF: b"\x00\x00"}
    if pdu_type in (p.ASSOCIATE_RJ, p.RELEASE_RQ, p.RELEASE_RP, p.ABORT):
        length = 4
    data = bytes([pdu_type, 0]) + length.to_bytes(4, "big") + begins.get(pdu_type, b"\x00") + body
    assert foreign_protocol(data) is None


def test_what_nobody_knows_is_shown_by_its_first_bytes_only() -> None:
    found = foreign_or_unknown(b"\xde\xad\xbe\xef\x00\x01\x02\x03PATIENT")
    assert found.protocol is Protocol.UNKNOWN
    assert str(found) == "an unknown protocol: de ad be ef 00 01 02 03"


def test_a_banner_is_short_and_printable() -> None:
    found = foreign_protocol(b"SSH-2.0-\x1b[31m" + b"x" * 500)
    assert found is not None
    assert found.banner.startswith("SSH-2.0-.[31m")
    assert len(found.banner) == LONGEST_BANNER


@given(st.binary(max_size=64))
def test_any_bytes_are_judged(data: bytes) -> None:
    assert str(foreign_or_unknown(data))
