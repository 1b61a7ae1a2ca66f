"""Files that cannot be explained are told apart, and options that make no sense with a file are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.observe.capture.packets import Packet
from tests.support.adhoc import adhoc
from tests.support.packet_files import write_pcap
from tests.support.packets import ACK, FIN, PSH, RST, SYN, conversation, udp


def refused(path: Path, *words: object) -> str:
    """What the command says of a file that it cannot explain."""
    done = adhoc("diagnose", *words, "--pcap", path)
    assert done.exit_code == 2
    assert not done.stdout
    return str(done.stderr)


REFUSED = ((True, SYN, b""), (False, RST | ACK, b""))
SPOKEN = ((True, SYN, b""), (False, SYN | ACK, b""), (True, ACK, b""))


def test_no_file(tmp_path: Path) -> None:
    assert "nothing.pcap: No such file or directory" in refused(tmp_path / "nothing.pcap")
    assert f"{tmp_path}: Is a directory" in refused(tmp_path)


def test_no_capture(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("I: Requesting Association")
    assert "log.txt: the file is no capture: neither pcap nor pcapng" in refused(path)
    path.write_bytes(b"")
    assert "log.txt: the file is empty" in refused(path)


def test_a_capture_without_packets(tmp_path: Path) -> None:
    assert "the capture holds no packets" in refused(write_pcap(tmp_path / "none.pcap", []))
    path = write_pcap(tmp_path / "cut.pcap", conversation(*REFUSED))
    path.write_bytes(path.read_bytes()[:50])
    assert "the file ends in the middle of the first one" in refused(path)


def test_a_capture_without_dicom(tmp_path: Path) -> None:
    web = [*SPOKEN, (True, PSH | ACK, b"GET / HTTP/1.1\r\n\r\n"), (False, PSH | ACK, b"HTTP/1.1 200 OK\r\n\r\n")]
    path = write_pcap(tmp_path / "web.pcap", [*conversation(*web), udp(), udp()])
    said = refused(path)
    assert "there is no DICOM in this capture; it holds 1 connection (HTTP), 2 packets of UDP" in said


def test_a_capture_that_was_cut_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = write_pcap(tmp_path / "whole.pcap", conversation(*REFUSED))
    path = tmp_path / "cut.pcap"
    path.write_bytes(whole.read_bytes() + bytes(20))
    done = adhoc("diagnose", "--pcap", path)
    assert done.exit_code == 1
    assert "The file ends in the middle of a packet; it was read as far as it goes." in done.output
    assert "[connection-refused]" in done.output
    assert json.loads(adhoc("diagnose", "--pcap", path, "--json").stdout)["cut"]
    assert not json.loads(adhoc("diagnose", "--pcap", whole, "--json").stdout)["cut"]


def test_only_the_connections_that_were_asked_for(tmp_path: Path) -> None:
    path = write_pcap(tmp_path / "refused.pcap", conversation(*REFUSED))
    assert adhoc("diagnose", "ANY@10.0.0.2:104", "--pcap", path).exit_code == 1
    assert "no connection goes to 10.0.0.2 port 105; there are some to 10.0.0.2:104" in refused(
        path, "ANY@10.0.0.2:105"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--calling", "ME"], "--calling is about asking a peer, and with --pcap nobody is asked"),
        (["--timeout", "3 s"], "--timeout is about asking a peer"),
        (["--service", "find"], "--service is about asking a peer"),
        (["--move", "1.2.3"], "--move is about asking a peer"),
        (["--tls"], "--tls is about asking a peer"),
        (["PACS"], "address `PACS` has no `@`"),
        (["PACS@pacs.example.org:104"], "`pacs.example.org` is a name, and a capture holds IP addresses"),
    ],
)
def test_words_that_make_no_sense_with_a_file(tmp_path: Path, words: list[str], said: str) -> None:
    path = write_pcap(tmp_path / "refused.pcap", conversation(*REFUSED))
    assert said in refused(path, *words)


def test_neither_a_peer_nor_a_file() -> None:
    done = adhoc("diagnose")
    assert done.exit_code == 2
    assert "Name the peer as AE@HOST:PORT, or a capture with --pcap FILE" in done.stderr


def test_names_from_a_file_do_not_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[31mred.pcap"
    write_pcap(path, conversation(*SPOKEN, (True, FIN | ACK, b"")))
    assert "\x1b" not in refused(path)


def test_packets_of_another_kind(tmp_path: Path) -> None:
    path = write_pcap(tmp_path / "usb.pcap", [Packet(1.0, 189, bytes(60))])
    assert "1 packet of link type 189" in refused(path)
