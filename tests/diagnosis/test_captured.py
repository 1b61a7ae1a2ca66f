"""Captured associations, made packet by packet: who is blamed for their end, and who is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.diagnosis.captured.verdict import Explained, State, explain_all
from harness.diagnosis.model import Blame
from harness.dimse.messages import c_cancel_rq, c_echo_rq, c_store_rq, n_event_report_rq, response_to
from harness.net.negotiation import ABSTRACT_SYNTAX_NOT_SUPPORTED, accept
from harness.observe.capture.associations import read_capture
from harness.observe.capture.packets import Packet
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE, VERIFICATION
from harness.ul.encode import encode_pdu
from harness.ul.pdu import PDV, AAbort, AssociateAC, AssociateRJ, PDataTF, ReleaseRP, ReleaseRQ
from tests.support.packet_files import write_pcap
from tests.support.packets import Step, conversation, unreachable
from tests.support.spoken import (
    KEEPALIVE,
    OPEN,
    RELEASED,
    THEY_CLOSE,
    THEY_RESET,
    WE_ASK,
    WE_CLOSE,
    WE_RESET,
    request,
    they,
    we,
)

REQUEST = request()
ACCEPTED = accept(REQUEST, lambda context: IMPLICIT_VR_LE)


def _without(abstract_syntax: str) -> AssociateAC:
    refused = ABSTRACT_SYNTAX_NOT_SUPPORTED
    return accept(REQUEST, lambda context: refused if context.abstract_syntax == abstract_syntax else IMPLICIT_VR_LE)


STANDS: tuple[Step, ...] = (*OPEN, we(REQUEST), they(ACCEPTED))
ECHO = c_echo_rq(7)
ECHOED: tuple[Step, ...] = (*STANDS, we(ECHO), they(response_to(ECHO, 0)))
REPORT = n_event_report_rq(3, VERIFICATION, "1.2.3", 1, data_set=False)


def explained(folder: Path, packets: list[Packet]) -> Explained:
    (one,) = explain_all(read_capture(write_pcap(folder / "some.pcap", packets)).associations)
    return one


def told(one: Explained) -> tuple[str, ...]:
    """Its codes: the first, and those that are not ruled out."""
    assert one.diagnosis is not None, one
    return one.diagnosis.code, *(cause.code for cause in one.diagnosis.others)


SILENT = ("silent-listener", "no-answer-to-request", "hl7-listener")
BROKEN: dict[str, tuple[tuple[Step, ...], tuple[str, ...]]] = {
    "one attempt, and the capture ends": ((WE_ASK,), ("capture-incomplete", "connection-timeout")),
    "attempts without answer": ((WE_ASK, 1.0, WE_ASK, 2.0, WE_ASK), ("connection-timeout",)),
    "refused": ((WE_ASK, THEY_RESET), ("connection-refused",)),
    "closed before a word": ((*OPEN, *THEY_CLOSE), ("closed-at-once",)),
    "reset before a word": ((*OPEN, THEY_RESET), ("connection-reset-at-once",)),
    "closed before the request came": ((*OPEN, THEY_CLOSE[0], we(REQUEST)), ("closed-at-once",)),
    "closed at the request": (
        (*OPEN, we(REQUEST), *THEY_CLOSE),
        ("closed-after-request", "tls-where-plain-expected"),
    ),
    "reset at the request": ((*OPEN, we(REQUEST), THEY_RESET), ("reset-after-request", "tls-where-plain-expected")),
    "no answer, and we give up": ((*OPEN, we(REQUEST), 10.0, *WE_CLOSE), SILENT),
    "no answer, and we give up at once": ((*OPEN, we(REQUEST), *WE_CLOSE), ("broken-off-by-us", *SILENT)),
    "no answer, and the capture goes on": ((*OPEN, we(REQUEST), 10.0, KEEPALIVE), SILENT),
    "no answer, and the capture ends": ((*OPEN, we(REQUEST)), ("capture-incomplete", *SILENT)),
    "half an answer, and they close": (
        (*OPEN, we(REQUEST), they(b"\2\0\0\0\0\xb8"), *THEY_CLOSE),
        ("answer-broke-off",),
    ),
    "half an answer, and we give up": (
        (*OPEN, we(REQUEST), they(b"\2\0\0\0\0\xb8"), 10.0, *WE_CLOSE),
        ("answer-broke-off",),
    ),
    "rejected": ((*OPEN, we(REQUEST), they(AssociateRJ(1, 1, 3)), *WE_CLOSE), ("calling-ae-title-refused",)),
    "rejected in their own way": (
        (*OPEN, we(REQUEST), they(AssociateRJ(1, 5, 9)), *WE_CLOSE),
        ("rejected-nonstandard",),
    ),
    "aborted at the request": ((*OPEN, we(REQUEST), they(AAbort(2, 1)), *THEY_CLOSE), ("aborted-by-provider",)),
    "nothing accepted": (
        (*OPEN, we(REQUEST), they(accept(REQUEST, lambda context: 1)), *RELEASED),
        ("contexts-user-rejected",),
    ),
    "what was wanted is not accepted": (
        (*OPEN, we(REQUEST), they(_without(CT_IMAGE_STORAGE)), *RELEASED),
        ("sop-class-not-supported",),
    ),
    "a failure": ((*STANDS, we(ECHO), they(response_to(ECHO, 0x0122)), *RELEASED), ("unknown-operation",)),
    "a warning": ((*STANDS, we(REPORT), they(response_to(REPORT, 0x0001)), *RELEASED), ("warning-status",)),
    "no answer to C-ECHO": (
        (*STANDS, we(ECHO), 10.0, we(AAbort(0, 0)), *WE_CLOSE),
        ("no-response", "broken-off-by-us"),
    ),
    "no answer to C-ECHO, and the capture ends": ((*STANDS, we(ECHO)), ("capture-incomplete", "no-response")),
    "closed at C-ECHO": ((*STANDS, we(ECHO), *THEY_CLOSE), ("closed-in-service",)),
    "aborted at C-ECHO": (
        (*STANDS, we(ECHO), they(AAbort(0, 0)), *THEY_CLOSE),
        ("aborted-at-request", "calling-ae-title-refused"),
    ),
    "we cancel, and leave": (
        (*STANDS, we(ECHO), we(c_cancel_rq(7)), 10.0, we(AAbort(0, 0)), *WE_CLOSE),
        ("broken-off-by-us", "no-response"),
    ),
    "we abort at once": ((*STANDS, we(AAbort(0, 0)), *WE_CLOSE), ("broken-off-by-us",)),
    "we close, and nothing was asked": ((*STANDS, *WE_CLOSE), ("broken-off-by-us",)),
    "we take an answer for wrong": ((*ECHOED, we(AAbort(2, 2)), *WE_CLOSE), ("protocol-abort-by-us",)),
    "an answer is wrong": (
        (*OPEN, we(REQUEST), they(AssociateAC(REQUEST.called, REQUEST.calling, ())), we(AAbort(2, 6)), *WE_CLOSE),
        ("peer-protocol-error",),
    ),
    "bytes that are no PDU": (
        (*STANDS, we(ECHO), they(b"\x99" * 20), we(AAbort(2, 1)), *WE_CLOSE),
        ("peer-protocol-error",),
    ),
    "they close without a release": ((*ECHOED, *THEY_CLOSE), ("closed-in-service",)),
    "we ask in HTTP": (
        (*OPEN, we(b"GET / HTTP/1.1\r\n\r\n"), they(AAbort(2, 1)), *THEY_CLOSE),
        ("foreign-client",),
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_went_wrong(tmp_path: Path, what: str) -> None:
    steps, codes = BROKEN[what]
    one = explained(tmp_path, conversation(*steps))
    assert told(one) == codes
    assert one.state is (State.UNCLEAR if codes[0].startswith("capture-") else State.WRONG)


FINE: dict[str, tuple[Step, ...]] = {
    "released": (*ECHOED, *RELEASED),
    "released, and they close instead of an answer": (*ECHOED, we(ReleaseRQ()), *THEY_CLOSE),
    "released, and they reset": (*ECHOED, we(ReleaseRQ()), they(ReleaseRP()), THEY_RESET),
    "they release": (*ECHOED, they(ReleaseRQ()), we(ReleaseRP()), *THEY_CLOSE),
    "we close when all is done": (*ECHOED, *WE_CLOSE),
    "we abort when all is done": (*ECHOED, we(AAbort(0, 0)), *WE_CLOSE),
    "still open": ECHOED,
    "still open after a long time": (*ECHOED, 60.0, KEEPALIVE),
    "asked for nothing, and all was accepted": (*STANDS, *RELEASED),
    "one of two was refused, and the other used": (
        *OPEN,
        we(REQUEST),
        they(_without(CT_IMAGE_STORAGE)),
        we(ECHO),
        they(response_to(ECHO, 0)),
        *RELEASED,
    ),
}


@pytest.mark.parametrize("what", FINE)
def test_what_is_in_order(tmp_path: Path, what: str) -> None:
    one = explained(tmp_path, conversation(*FINE[what]))
    assert (one.state, one.diagnosis) == (State.FINE, None)


OTHER: dict[str, tuple[tuple[Step, ...], str]] = {
    "a health check": ((*OPEN, *WE_CLOSE), "nothing was said"),
    "a port scan": ((*OPEN, WE_RESET), "nothing was said"),
    "a timer for requests runs out": ((*OPEN, 30.0, *THEY_CLOSE), "nothing was said"),
    "a login": ((*OPEN, they(b"SSH-2.0-OpenSSH_9.2\r\n"), we(b"SSH-2.0-PuTTY\r\n"), *WE_CLOSE), "SSH"),
    "the middle of something": (
        (they(b"\x8a\x11\x02\x90" * 9), we(b"\xfe\x03\x99" * 9)),
        "unknown, as the capture is not whole",
    ),
}


@pytest.mark.parametrize("what", OTHER)
def test_what_has_nothing_to_do_with_it(tmp_path: Path, what: str) -> None:
    steps, protocol = OTHER[what]
    one = explained(tmp_path, conversation(*steps))
    assert (one.state, one.protocol, one.diagnosis) == (State.OTHER, protocol, None)


@pytest.mark.parametrize(
    ("code", "diagnosis"),
    [(0, "host-unreachable"), (1, "host-unreachable"), (13, "host-unreachable"), (3, "connection-refused")],
)
def test_what_the_network_says(tmp_path: Path, code: int, diagnosis: str) -> None:
    (asked,) = conversation(WE_ASK)
    one = explained(tmp_path, [asked, unreachable(asked, code)])
    assert told(one) == (diagnosis,)
    assert one.diagnosis is not None
    assert "10.0.0.2 says that the destination is unreachable" in one.diagnosis.evidence[0]


def test_the_network_changes_its_mind(tmp_path: Path) -> None:
    """Once a connection stands, TCP goes on whatever a router says (RFC 9293 3.9.2.2)."""
    packets = conversation(*ECHOED, *RELEASED)
    assert explained(tmp_path, [*packets[:5], unreachable(packets[4], 1), *packets[5:]]).state is State.FINE


def test_who_is_asked_by_the_acceptor_is_the_peer(tmp_path: Path) -> None:
    refused = (they(REPORT), we(response_to(REPORT, 0x0110)))
    one = explained(tmp_path, conversation(*STANDS, *refused, *RELEASED))
    assert told(one) == ("processing-failure",)
    assert (one.parties.calling, one.parties.called, one.parties.address) == ("THEIRS", "OURS", "10.0.0.1:40000")
    assert one.diagnosis is not None
    assert one.diagnosis.request.startswith('"OURS" (10.0.0.1:40000) answers "THEIRS"')


def test_a_refused_title_is_shown_in_bytes(tmp_path: Path) -> None:
    one = explained(tmp_path, conversation(*BROKEN["rejected"][0]))
    assert one.diagnosis is not None
    assert "calling AE title `OURS`, sent as 4f 55 52 53 20" in " ".join(one.diagnosis.evidence)


def test_a_connection_that_stood_before(tmp_path: Path) -> None:
    """What begins in the middle of a conversation is understood where a PDU begins there, and blames nobody."""
    packets = conversation(*ECHOED, *RELEASED)
    one = explained(tmp_path, packets[5:])
    assert one.state is State.FINE
    assert one.association.begins_before
    assert [exchange.status for exchange in one.association.exchanges.answered] == [0]


STORE = c_store_rq(9, CT_IMAGE_STORAGE, "1.2.3.4")
PIXELS = encode_pdu(PDataTF((PDV(3, False, True, bytes(3000)),)))
STORED: tuple[Step, ...] = (
    *STANDS,
    we(STORE, 3),
    *(we(PIXELS[at : at + 1000]) for at in range(0, len(PIXELS), 1000)),
    they(response_to(STORE, 0), 3),
    *RELEASED,
)


def test_pixels_that_were_not_captured_hide_nothing(tmp_path: Path) -> None:
    """Nothing of a data set is wanted; with the packet before, the beginning of its PDU is missing."""
    packets = conversation(*STORED)
    states = {
        missing: explained(tmp_path, packets[:missing] + packets[missing + 1 :]).state
        for missing in range(len(STANDS), len(STANDS) + 4)
    }
    first = len(STANDS)
    assert states == {
        first: State.UNCLEAR,
        first + 1: State.UNCLEAR,
        first + 2: State.FINE,
        first + 3: State.FINE,
    }


def test_who_opened_a_connection_may_be_unknown(tmp_path: Path) -> None:
    """Neither port is a server's, and the beginning was not captured: the end of it is nobody's fault."""
    packets = conversation(*ECHOED, *THEY_CLOSE, server_port=45000)
    assert told(explained(tmp_path, packets)) == ("closed-in-service",)
    assert told(explained(tmp_path, packets[5:])) == ("capture-incomplete",)


def test_silence_in_a_capture_that_lost_packets_tells_nothing(tmp_path: Path) -> None:
    silent = conversation(*OPEN, we(REQUEST), 10.0, KEEPALIVE, port=40001)
    stored = conversation(*STORED, seconds=2000.0)
    path = write_pcap(tmp_path / "lossy.pcap", [*silent, *stored[:7], *stored[8:]])
    whole = write_pcap(tmp_path / "whole.pcap", [*silent, *stored])
    codes = [told(explain_all(read_capture(one).associations)[0])[0] for one in (whole, path)]
    assert codes == ["silent-listener", "capture-incomplete"]


def test_a_reset_tells_of_what_was_not_captured(tmp_path: Path) -> None:
    packets = conversation(*OPEN, we(REQUEST), they(AssociateRJ(1, 1, 1)), THEY_RESET)
    assert told(explained(tmp_path, packets)) == ("rejected-no-reason",)
    assert told(explained(tmp_path, packets[:4] + packets[5:])) == ("capture-incomplete",)


@pytest.mark.parametrize("what", [*BROKEN, *FINE])
def test_without_any_one_packet_nobody_is_blamed_for_something_else(tmp_path: Path, what: str) -> None:
    """Less is known then, and what is still said of it is said as undecided."""
    steps, codes = BROKEN[what] if what in BROKEN else (FINE[what], ())
    packets = conversation(*steps)
    for missing in range(len(packets)):
        path = write_pcap(tmp_path / "some.pcap", packets[:missing] + packets[missing + 1 :])
        for one in explain_all(read_capture(path).associations):
            if one.diagnosis is not None and one.diagnosis.code not in codes:
                assert one.diagnosis.cause.blame is Blame.UNDECIDED, (missing, one.diagnosis)
