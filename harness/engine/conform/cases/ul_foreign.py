"""Lengths that are not true, other protocols and noise (PS3.8 9.2.3): what matters is that the peer survives them.

A peer that waits for the rest of what a PDU-length announces does as the standard says, until its ARTIM timer expires.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from harness.engine.conform.bench import Bench
from harness.engine.conform.model import Case, Conduct, Profile, Seen
from harness.engine.conform.outcomes import ABORTED, CLOSED, REJECTED, SILENT, TOLERATED_OR_REFUSED
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu

_QUIET = 1.0
"""Seconds after which a peer counts as waiting for more."""

_SEED = 20260101
_TLS_CLIENT_HELLO = bytes.fromhex("16030100310100002d0303") + bytes(32) + bytes.fromhex("000004002f00ff0100")


def _case(name: str, title: str, make: Callable[[Bench], bytes], requirement: str) -> Case:
    def script(bench: Bench) -> Seen:
        with bench.talk() as talk:
            talk.send_bytes(make(bench))
            return talk.reaction(min(talk.timeout, _QUIET))

    allowed = (*TOLERATED_OR_REFUSED, SILENT)
    return Case(f"ul/foreign/{name}", title, (requirement,), allowed, script, Profile.STRICT, Conduct.BREAKS)


def _announcing(name: str, title: str, length: int) -> Case:
    """A request whose PDU-length is not true."""

    def make(bench: Bench) -> bytes:
        body = encode_pdu(bench.request())[p.HEADER_LENGTH :]
        return encode_pdu(p.RawPDU(p.ASSOCIATE_RQ, body, length))

    return _case(name, title, make, "ul/rq-malformed")


def _foreign(name: str, title: str, data: bytes) -> Case:
    return _case(name, title, lambda _: data, "ul/tcp-foreign-protocol")


def _data_announcing(bench: Bench) -> Seen:
    with bench.established() as talk:
        talk.send_bytes(encode_pdu(p.RawPDU(p.P_DATA_TF, bytes(100), 0xFFFFFFFF)))
        return talk.reaction(min(talk.timeout, _QUIET))


CASES = (
    _announcing("length-short", "A request whose PDU-length ends within its items", 100),
    _announcing("length-very-short", "A request whose PDU-length ends within its fixed fields", 10),
    _announcing("length-zero", "A request whose PDU-length is 0", 0),
    _announcing("length-long", "A request whose PDU-length announces 1 MiB that does not come", 1 << 20),
    _announcing("length-of-2-gib", "A request whose PDU-length announces 2 GiB", 0x7FFFFFFF),
    _announcing("length-of-4-gib", "A request whose PDU-length announces 4 GiB", 0xFFFFFFFF),
    Case(
        "ul/foreign/data-length-of-4-gib",
        "A P-DATA-TF whose PDU-length announces 4 GiB",
        ("ul/rq-malformed",),
        (ABORTED, CLOSED, REJECTED, SILENT),
        _data_announcing,
        Profile.STRICT,
        Conduct.BREAKS,
    ),
    _foreign("http", "An HTTP request", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    _foreign("tls", "A TLS ClientHello", _TLS_CLIENT_HELLO),
    _foreign("ssh", "The greeting of SSH", b"SSH-2.0-OpenSSH_9.6\r\n"),
    _foreign("hl7", "An HL7 message in its frame", b"\x0bMSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.3\r\x1c\r"),
    _foreign("noise", "A kilobyte of noise", random.Random(_SEED).randbytes(1024)),
)
