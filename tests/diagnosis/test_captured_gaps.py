"""What is missing in a capture is blamed on nobody: healthy traffic with packets taken away never looks wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread

from harness.diagnosis.captured.verdict import Explained, State, explain_all
from harness.observe.capture.associations import read_capture
from harness.observe.capture.frames import segment_of
from harness.observe.capture.packets import Packet, PacketFile
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.reporting.capture_data import capture_data
from harness.reporting.capture_text import capture_lines
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from tests.support.captures import run_tool
from tests.support.packet_files import write_pcap
from tests.support.sniffing import captured

pytestmark = [pytest.mark.slow, pytest.mark.peer("dumpcap", "echoscu", "dcmsend", "findscu", "getscu")]


class Packets(list[Packet]):
    """Packets, too many to be shown where a test fails."""

    def __repr__(self) -> str:
        return f"<{len(self)} packets>"


@pytest.fixture(scope="module")
def packets(tmp_path_factory: pytest.TempPathFactory) -> Packets:
    """An echo, a store, a query and a retrieve that all succeed."""
    folder = tmp_path_factory.mktemp("healthy")
    path = folder / "healthy.pcapng"
    study = dcmread(generate(GenerateSpec(instances=3), folder / "source", "gaps")[0].path).StudyInstanceUID
    with ReferenceSCP(ReferenceSettings()) as scp, captured(path, f"tcp port {scp.address.port}"):
        here = ("-aec", "REFERENCE", "127.0.0.1", scp.address.port)
        run_tool("echoscu", *here)
        run_tool("dcmsend", *here, "--scan-directories", folder / "source")
        run_tool("findscu", "-S", *here, "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID")
        run_tool(
            "getscu", "-S", *here, "-od", folder, "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study}"
        )
    return Packets(PacketFile(path))


def _explained(folder: Path, packets: list[Packet], kept: int = 1 << 18) -> list[Explained]:
    return explain_all(read_capture(write_pcap(folder / "some.pcap", packets, kept=kept)).associations)


def _complaints(found: list[Explained]) -> list[object]:
    return [
        (one.association.number, one.diagnosis.code, one.diagnosis.evidence)
        for one in found
        if one.state is State.WRONG and one.diagnosis is not None
    ]


def test_the_whole_of_it_is_in_order(packets: Packets, tmp_path: Path) -> None:
    found = _explained(tmp_path, packets)
    assert [one.state for one in found] == [State.FINE] * 4


def test_each_packet_taken_away_alone(packets: Packets, tmp_path: Path) -> None:
    for missing in range(len(packets)):
        found = _explained(tmp_path, packets[:missing] + packets[missing + 1 :])
        assert not _complaints(found), f"without packet {missing}: {segment_of(packets[missing])}"


def test_each_beginning_and_each_end(packets: Packets, tmp_path: Path) -> None:
    for at in range(1, len(packets)):
        assert not _complaints(_explained(tmp_path, packets[:at])), f"the first {at}"
        assert not _complaints(_explained(tmp_path, packets[at:])), f"from {at} on"


def test_one_direction_alone(packets: Packets, tmp_path: Path) -> None:
    segments = [segment_of(packet) for packet in packets]
    assert segments[0] is not None
    listener = segments[0].destination
    for of_listener in (True, False):
        kept = [
            packet
            for packet, segment in zip(packets, segments, strict=True)
            if segment is not None and (segment.source == listener) is of_listener
        ]
        found = _explained(tmp_path, kept)
        assert not _complaints(found)
        assert State.FINE not in {one.state for one in found}


@pytest.mark.parametrize("kept", [60, 68, 80, 96, 128, 160, 200, 256, 400])
def test_packets_that_were_cut(packets: Packets, tmp_path: Path, kept: int) -> None:
    assert not _complaints(_explained(tmp_path, packets, kept))


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 1 << 32), share=st.floats(0.01, 0.7))
def test_any_packets_taken_away(
    packets: Packets, tmp_path_factory: pytest.TempPathFactory, seed: int, share: float
) -> None:
    chance = Random(seed)
    kept = [packet for packet in packets if chance.random() > share]
    assert not _complaints(_explained(tmp_path_factory.getbasetemp(), kept))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_any_order_and_repetition(packets: Packets, tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Packets that are captured twice, or a little late, say nothing else than those that are not."""
    chance = Random(seed)
    late = sorted(enumerate(packets), key=lambda row: row[0] + chance.choice((0, 0, 0, 1.5)))
    twice = [packet for _, packet in late for _ in range(chance.choice((1, 1, 2)))]
    assert not _complaints(_explained(tmp_path_factory.getbasetemp(), twice))


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_no_damage_raises(packets: Packets, tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    chance, damaged = Random(seed), list[Packet]()
    for packet in packets:
        data = bytearray(packet.data)
        for _ in range(chance.choice((0, 0, 1, 3))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        damaged.append(replace(packet, data=bytes(data)))
    path = write_pcap(tmp_path_factory.getbasetemp() / "damaged.pcap", damaged)
    capture = read_capture(path)
    found = explain_all(capture.associations)
    assert list(capture_lines(path, capture, found))
    assert json.dumps(capture_data(path, capture, found))
