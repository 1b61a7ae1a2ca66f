"""Real conversations of DCMTK's tools: every PDU and message decodes without deviation, and encodes again."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.dimse.command import encode_command
from harness.dimse.fragment import Assembler
from harness.peers.base import RecipeInput, free_port
from harness.peers.dcmtk import dcmqrscp
from harness.peers.process import ProcessPeer
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from harness.ul.pdu import AssociateAC, AssociateRQ, PDataTF
from harness.ul.stream import PduStream
from tests.support.relay import Relay

pytestmark = pytest.mark.peer("dcmqrscp", "echoscu", "storescu", "findscu")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessPeer]:
    folder = tmp_path_factory.mktemp("archive")
    peer = ProcessPeer("dcmqrscp", dcmqrscp, RecipeInput(("ARCHIVE",), free_port(), folder, "TEST"))
    peer.start()
    yield peer
    peer.stop()


def conversation(archive: ProcessPeer, *command: str) -> dict[bool, bytes]:
    """Run a tool through a relay; the bytes of both directions, by `from_server`."""
    recorded = {True: b"", False: b""}

    def record(from_server: bool, _total: int, data: bytes) -> bool:
        recorded[from_server] += data
        return False

    with Relay(archive.address.port, record, lambda: None) as relay:
        tool, *rest = command
        done = subprocess.run(
            [tool, "-aec", "ARCHIVE", "127.0.0.1", str(relay.port), *rest], capture_output=True, timeout=30, check=False
        )
    assert done.returncode == 0, done.stderr
    return recorded


def check_stream(data: bytes) -> list[str]:
    """Decode everything; the names of the messages."""
    reader = PduStream(1 << 24)
    reader.feed(data)
    assembler = Assembler()
    names = []
    while (whole := reader.next_pdu()) is not None:
        pdu, deviations = decode_pdu(*whole)
        assert deviations == []
        again = encode_pdu(pdu)[6:]
        if isinstance(pdu, AssociateRQ | AssociateAC):
            # DCMTK fills a reserved byte of presentation context items with FFH, which is not tested (PS3.8 9.3.2.2).
            assert len(again) == len(whole[1])
            assert decode_pdu(whole[0], again) == (pdu, [])
        else:
            assert again == whole[1]
        for pdv in pdu.pdvs if isinstance(pdu, PDataTF) else ():
            if pdv.is_command and pdv.is_last:
                raw = bytes(pdv.fragment)
            message = assembler.feed(pdv)
            if message is not None:
                assert message.deviations == []
                assert encode_command(message.command) == raw
                names.append(message.command.name)
    assert not reader.has_partial_pdu
    return names


def test_echoscu(archive: ProcessPeer, dcmtk: dict[str, str]) -> None:
    recorded = conversation(archive, dcmtk["echoscu"])
    assert check_stream(recorded[False]) == ["C-ECHO-RQ"]
    assert check_stream(recorded[True]) == ["C-ECHO-RSP"]


def test_storescu_and_findscu(archive: ProcessPeer, dcmtk: dict[str, str], tmp_path: Path) -> None:
    files = generate(GenerateSpec(instances=2), tmp_path, "capture")
    recorded = conversation(archive, dcmtk["storescu"], *(str(file.path) for file in files))
    assert check_stream(recorded[False]) == ["C-STORE-RQ"] * 2
    assert check_stream(recorded[True]) == ["C-STORE-RSP"] * 2
    recorded = conversation(
        archive, dcmtk["findscu"], "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID"
    )
    assert check_stream(recorded[False]) == ["C-FIND-RQ"]
    assert check_stream(recorded[True]) == ["C-FIND-RSP"] * 2
