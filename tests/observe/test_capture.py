"""Captures of others: the packets of real traffic, put together to associations as tshark sees them; nothing raises."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.capture.association import CapturedAssociation
from harness.observe.capture.associations import read_capture
from harness.observe.capture.connections import Happening, events
from harness.observe.capture.direction import FEW_WAITING
from harness.observe.capture.frames import ACK, FIN, RST, SYN, Segment, segment_of
from harness.observe.capture.packets import NotACapture, Packet, PacketFile
from harness.observe.ending import EndingKind
from harness.observe.pcapng import write_pcapng
from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.echo import echo
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from tests.support.sniffing import captured

# Real traffic


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An echo, a rejection, a store, a refused connection and an HTTP request."""
    folder = tmp_path_factory.mktemp("capture")
    path = folder / "traffic.pcapng"
    generate(GenerateSpec(instances=5), folder / "source", "capture")
    with ReferenceSCP(ReferenceSettings(port=free_port())) as scp:
        port = str(scp.address.port)
        where = ("127.0.0.1", port)
        with captured(path, f"tcp port {scp.address.port}"):
            _run("echoscu", "-aec", "REFERENCE", *where)
            _run("echoscu", "-aec", "NOBODY", *where)
            _run("dcmsend", "-aec", "REFERENCE", *where, "--scan-directories", str(folder / "source"))
            _http(scp.address.port)
            scp.stop()
            _run("echoscu", *where)
    return path


def _run(tool: str, *arguments: str) -> None:
    subprocess.run([f"/usr/bin/{tool}", *arguments], capture_output=True, timeout=60, check=False)


def _http(port: int) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", port), 30) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: pacs\r\n\r\n")
        client.recv(100)


pytestmark_capture = [pytest.mark.slow, pytest.mark.peer("dumpcap", "tshark", "echoscu", "dcmsend")]


def _see(capture: Path) -> list[CapturedAssociation]:
    return read_capture(capture).associations


def _statuses(found: CapturedAssociation) -> dict[tuple[str, int], int]:
    return {(kind.request, kind.status): count for kind, count in found.exchanges.counts.items()}


class TestRealTraffic:
    pytestmark = pytestmark_capture

    def test_each_connection(self, capture: Path) -> None:
        echoed, rejected, stored, http, refused = _see(capture)
        assert _statuses(echoed) == {("C-ECHO-RQ", 0): 1}
        assert echoed.trace.ending is not None
        assert echoed.trace.ending.kind is EndingKind.RELEASED
        assert (echoed.trace.calling_ae_title, echoed.trace.called_ae_title) == ("ECHOSCU", "REFERENCE")
        assert rejected.trace.ending is not None
        assert str(rejected.trace.ending.rejection).endswith("(1/1/7)")
        assert _statuses(stored) == {("C-STORE-RQ", 0): 5}
        assert all(context.accepted for context in stored.trace.contexts)
        assert str(http.foreign_opener) == "HTTP"
        assert refused.trace.ending is not None
        assert refused.trace.ending.kind is EndingKind.CONNECTION_REFUSED
        assert not any(found.trace.deviations for found in (echoed, rejected, stored))

    def test_the_same_pdus_as_tshark(self, capture: Path) -> None:
        command = ["/usr/bin/tshark", "-r", str(capture), "-Y", "dicom", "-T", "fields"]
        fields = ["-e", "tcp.stream", "-e", "dicom.pdu.type", "-E", "occurrence=a"]
        port = str(_see(capture)[0].listener[1])
        decode = ["-d", f"tcp.port=={port},dicom"]
        shown = subprocess.run([*command, *decode, *fields], capture_output=True, text=True, timeout=60, check=True)
        seen: dict[int, list[int]] = {}
        for line in shown.stdout.splitlines():
            stream, _, types = line.partition("\t")
            seen.setdefault(int(stream), []).extend(int(kind, 0) for kind in types.split(",") if kind)
        names = {1: "A-ASSOCIATE-RQ", 2: "A-ASSOCIATE-AC", 3: "A-ASSOCIATE-RJ", 4: "P-DATA-TF", 5: "A-RELEASE-RQ"}
        names |= {6: "A-RELEASE-RP", 7: "A-ABORT"}
        for found in _see(capture)[:3]:
            ours = [fact.name for fact in found.trace.pdus for _ in range(fact.count)]
            assert sorted(ours) == sorted(names[kind] for kind in seen[found.number - 1])

    def test_the_old_format_and_a_file_that_was_cut(self, capture: Path, tmp_path: Path) -> None:
        old = tmp_path / "traffic.pcap"
        subprocess.run(["/usr/bin/editcap", "-F", "pcap", str(capture), str(old)], check=True, timeout=60)
        assert [_statuses(found) for found in _see(old)] == [_statuses(found) for found in _see(capture)]
        cut = tmp_path / "cut.pcapng"
        cut.write_bytes(capture.read_bytes()[: capture.stat().st_size // 2])
        assert 0 < len(_see(cut)) <= 5
        assert [read_capture(path).is_cut for path in (capture, old, cut)] == [False, False, True]

    def test_packets_that_were_captured_in_part(self, capture: Path, tmp_path: Path) -> None:
        short = tmp_path / "short.pcapng"
        subprocess.run(["/usr/bin/editcap", "-s", "200", str(capture), str(short)], check=True, timeout=60)
        _, _, stored, *_ = _see(short)
        assert stored.omitted > 100
        assert not stored.trace.deviations, "what was not captured accuses nobody"
        assert stored.is_incomplete
        assert not stored.foreign


def test_our_own_captures(tmp_path: Path) -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        proposal = Proposal("HARNESS", "REFERENCE", ((VERIFICATION, (IMPLICIT_VR_LE,)),))
        with request_association(scp.address, proposal, Timeouts()) as association:
            assert echo(association).statuses == [0]
    path = tmp_path / "own.pcapng"
    write_pcapng(association.trace, path)
    (found,) = read_capture(path).associations
    assert [(fact.name, fact.summary) for fact in found.trace.pdus] == [
        (fact.name, fact.summary) for fact in association.trace.pdus
    ]
    assert found.trace.contexts == association.trace.contexts


# Files


def test_what_is_no_capture(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("<!DOCTYPE html>")
    with pytest.raises(NotACapture, match=r"the file is no capture: neither pcap nor pcapng"):
        list(PacketFile(path))
    path.write_bytes(b"")
    with pytest.raises(NotACapture, match="the file is empty"):
        list(PacketFile(path))


@given(st.binary(max_size=400), st.sampled_from([b"\n\r\r\n", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d"]))
def test_no_damage_raises(tmp_path_factory: pytest.TempPathFactory, data: bytes, magic: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(magic + data)
    read_capture(path)


@given(st.binary(max_size=120), st.sampled_from([0, 1, 12, 101, 108, 113, 228, 276, 999]))
def test_no_frame_raises(data: bytes, link_type: int) -> None:
    segment_of(Packet(0.0, link_type, data))


def tcp(sequence: int, flags: int, payload: bytes = b"") -> bytes:
    return struct.pack(">HHIIBBHHH", 40000, 104, sequence, 0, 5 << 4, flags, 0, 0, 0) + payload


def ipv4(payload: bytes, *, fragment: int = 0) -> bytes:
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, fragment, 64, 6, 0)
    return head + bytes([10, 0, 0, 1]) + bytes([10, 0, 0, 2]) + payload


def ipv6(payload: bytes, extension: bytes = b"") -> bytes:
    following = 0 if extension else 6
    head = struct.pack(">IHBB", 6 << 28, len(extension) + len(payload), following, 64)
    return head + bytes(15) + b"\1" + bytes(15) + b"\2" + extension + payload


ETHERNET = bytes(12)
DATAGRAM = ipv4(tcp(7, ACK, b"abc"))


@pytest.mark.parametrize(
    ("link_type", "frame", "payload"),
    [
        (1, ETHERNET + b"\x08\x00" + DATAGRAM + bytes(10), b"abc"),
        (1, ETHERNET + b"\x81\x00\x00\x05\x08\x00" + DATAGRAM, b"abc"),
        (1, ETHERNET + b"\x88\xa8\x00\x05\x81\x00\x00\x06\x08\x00" + DATAGRAM, b"abc"),
        (1, ETHERNET + b"\x08\x06" + DATAGRAM, None),
        (0, b"\2\0\0\0" + DATAGRAM, b"abc"),
        (101, DATAGRAM, b"abc"),
        (113, bytes(14) + b"\x08\x00" + DATAGRAM, b"abc"),
        (276, b"\x08\x00" + bytes(18) + DATAGRAM, b"abc"),
        (101, ipv6(tcp(7, ACK, b"abc")), b"abc"),
        (101, ipv6(tcp(7, ACK, b"abc"), b"\6\0" + bytes(6)), b"abc"),
        (101, ipv4(tcp(7, ACK, b"abc"), fragment=0x2000), None),
        (101, ipv4(tcp(7, ACK, b"abc"))[:42], b"ab\0"),
        (999, DATAGRAM, None),
    ],
)
def test_frames(link_type: int, frame: bytes, payload: bytes | None) -> None:
    segment = segment_of(Packet(1.5, link_type, frame))
    assert (segment.payload if segment is not None else None) == payload


# Connections

ONE, OTHER = ("10.0.0.1", 40000), ("10.0.0.2", 104)


def told(*segments: tuple[bool, int, int, bytes]) -> list[tuple[Happening, bool, bytes]]:
    made = [
        Segment(float(number), ONE if by_one else OTHER, OTHER if by_one else ONE, sequence, flags, payload)
        for number, (by_one, sequence, flags, payload) in enumerate(segments)
    ]
    return [(event.what, event.by_opener, event.data) for event in events(made)]


HANDSHAKE = ((True, 99, SYN, b""), (False, 499, SYN | ACK, b""), (True, 100, ACK, b""))
OPENED = [(Happening.ASKED, True, b""), (Happening.OPENED, False, b"")]


@pytest.mark.parametrize(
    ("pieces", "data"),
    [
        ([(100, b"abc"), (103, b"def")], b"abcdef"),
        ([(103, b"def"), (100, b"abc")], b"abcdef"),
        ([(100, b"abc"), (100, b"abc"), (103, b"def")], b"abcdef"),
        ([(100, b"abc"), (101, b"bcde"), (103, b"def")], b"abcdef"),
        ([(100, b"abc"), (106, b"ghi")], b"abc\0\0\0ghi"),
    ],
)
def test_bytes_come_in_order_and_once(pieces: list[tuple[int, bytes]], data: bytes) -> None:
    found = told(*HANDSHAKE, *((True, sequence, ACK, payload) for sequence, payload in pieces))
    assert found[:2] == OPENED
    assert b"".join(part for _, _, part in found[2:]) == data
    assert (Happening.GAP in {what for what, _, _ in found}) == (b"\0" in data)


def test_sequence_numbers_begin_again_after_the_last() -> None:
    first = (1 << 32) - 2
    found = told(
        (True, first - 1, SYN, b""),
        (False, 499, SYN | ACK, b""),
        (True, 1, ACK, b"def"),
        (True, first, ACK, b"abc"),
    )
    assert b"".join(part for _, _, part in found) == b"abcdef"


def test_ends_of_a_connection() -> None:
    closed = told(*HANDSHAKE, (False, 500, FIN | ACK, b""), (True, 100, FIN | ACK, b""))
    assert closed[2:] == [(Happening.CLOSED, False, b""), (Happening.CLOSED, True, b"")]
    assert told(*HANDSHAKE, (False, 500, RST, b""))[2:] == [(Happening.RESET, False, b"")]
    refused = told((True, 99, SYN, b""), (False, 0, RST | ACK, b""))
    assert refused == [(Happening.ASKED, True, b""), (Happening.REFUSED, False, b"")]


def test_the_same_ports_again_are_another_connection() -> None:
    refused = ((True, 99, SYN, b""), (False, 0, RST | ACK, b""))
    made = [
        Segment(0.0, ONE if by_one else OTHER, OTHER if by_one else ONE, sequence, flags, payload)
        for by_one, sequence, flags, payload in (*refused, *refused)
    ]
    assert [event.number for event in events(made)] == [1, 1, 2, 2]


def test_a_missing_segment_is_given_up_in_the_end() -> None:
    many = [(True, 200 + number, ACK, b"x") for number in range(5000)]
    found = told(*HANDSHAKE, *many)
    assert [len(part) for what, _, part in found if what is Happening.GAP] == [100]
    assert sum(len(part) for what, _, part in found if what is Happening.DATA) == 5000


def test_a_gap_that_the_other_end_did_not_see_is_given_up_at_once() -> None:
    """What was acknowledged is not sent again, so that it does not come into the capture anymore."""
    made = [
        *((True, 300 + 3 * number, ACK, b"xyz", 0) for number in range(FEW_WAITING)),
        (False, 500, ACK, b"", 300 + 3 * FEW_WAITING),
        (True, 300 + 3 * FEW_WAITING, ACK, b"end", 0),
    ]
    segments = [
        Segment(1.0, ONE if by_one else OTHER, OTHER if by_one else ONE, sequence, flags, payload, 0, acknowledged)
        for by_one, sequence, flags, payload, acknowledged in [(*step, 0) for step in HANDSHAKE] + made
    ]
    found = [event for event in events(segments) if event.what in (Happening.GAP, Happening.DATA)]
    assert (found[0].what, len(found[0].data)) == (Happening.GAP, 200)
    assert found[-1].data == b"end"


def test_bytes_at_the_end_that_were_received_and_not_captured() -> None:
    unseen = Segment(2.0, ONE, OTHER, 100, ACK, b"", 0, 777)
    segments = [
        Segment(1.0, ONE if by_one else OTHER, OTHER if by_one else ONE, sequence, flags, payload, 0, 500)
        for by_one, sequence, flags, payload in HANDSHAKE
    ]
    assert [event.what for event in events([*segments, unseen])][-1] is Happening.LOST
