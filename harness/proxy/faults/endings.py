"""Faults of release and abort (PS3.8 7.2, 9.2)."""

from __future__ import annotations

from harness.proxy.fault import ChangePdu, Fault, OnPdu
from harness.proxy.faults.changing import after, before, instead
from harness.proxy.pieces import Close, Hang, Pause, Reset, Side
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu

LATE_SECONDS = 2.0


def _fault(name: str, summary: str, change: ChangePdu, *breaks: str) -> Fault:
    return Fault(name, Side.ACCEPTOR, summary, OnPdu((p.RELEASE_RP,), change), breaks)


FAULTS = (
    _fault("release-ignored", "Never answers a release.", instead(Hang()), "ul/release-answered"),
    _fault("release-late", f"Answers a release {LATE_SECONDS:g} s late.", before(Pause(LATE_SECONDS))),
    _fault(
        "release-aborted",
        "Aborts instead of answering a release.",
        instead(encode_pdu(p.AAbort(0, 0)), Close()),
        "ul/release-answered",
    ),
    _fault(
        "release-closed",
        "Closes the connection instead of answering a release.",
        instead(Close()),
        "ul/release-answered",
    ),
    _fault(
        "release-reset",
        "Resets the connection instead of answering a release.",
        instead(Reset()),
        "ul/release-answered",
    ),
    _fault(
        "release-twice", "Answers a release twice.", after(encode_pdu(p.ReleaseRP())), "ul/release-responder-silent"
    ),
    _fault(
        "release-length",
        "Answers a release with a PDU of six bytes.",
        instead(b"\x06\x00\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00"),
        "ul/release-length",
    ),
    _fault("release-collides", "Asks for a release of its own, and answers then.", before(encode_pdu(p.ReleaseRQ()))),
    _fault(
        "abort-after-release",
        "Answers a release, and aborts then.",
        after(encode_pdu(p.AAbort(0, 0))),
        "ul/release-responder-silent",
    ),
)
