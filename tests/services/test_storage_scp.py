"""Our Storage SCP: who may store, in what, and what is noted of each instance."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.dimse.command import encode_command
from harness.dimse.messages import c_cancel_rq, c_echo_rq, c_find_rq, c_store_rq, response_to
from harness.net.association import Association, AssociationEnded
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.outcomes import ReceivedInstance
from harness.services.compare import differences
from harness.services.echo import echo
from harness.services.part10 import FileMeta, read_file_meta
from harness.services.storage_scp import StorageSCP
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.negotiation import Rejection
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, JPEG_LOSSLESS_SV1, VERIFICATION
from harness.ul.encode import encode_pdu
from harness.ul.pdu import PDV, PDataTF
from tests.support.archives import make, wait_until


@pytest.fixture
def scp(tmp_path: Path) -> Iterator[StorageSCP]:
    folder = tmp_path / "received"
    folder.mkdir()
    started = StorageSCP("LOCAL", folder, callers=("PEER",))
    started.start()
    yield started
    started.stop()


@pytest.fixture
def files(tmp_path: Path) -> list[FileMeta]:
    return make(tmp_path / "files", instances=3)


def associate(
    scp: StorageSCP, *contexts: tuple[str, tuple[str, ...]], calling: str = "PEER", called: str = "LOCAL"
) -> Association:
    address = AEAddress("LOCAL", scp.host, scp.port)
    return request_association(address, Proposal(calling, called, contexts), Timeouts())


def put(scp: StorageSCP, files: list[FileMeta]) -> list[int | None]:
    with associate(scp, *needed_contexts(files)) as association:
        return [instance.status for instance in store(association, files).instances]


def test_what_is_stored_is_noted(scp: StorageSCP, files: list[FileMeta]) -> None:
    assert put(scp, files) == [0, 0, 0]
    received = scp.take_received()
    assert scp.take_received() == []
    for file, instance in zip(files, received, strict=True):
        assert instance == ReceivedInstance(
            instance.path, CT_IMAGE_STORAGE, file.sop_instance_uid, EXPLICIT_VR_LE, "PEER", "LOCAL", 0, None
        )
        assert differences(file.path, instance.path) == []
        assert read_file_meta(instance.path).sop_instance_uid == file.sop_instance_uid
    assert {path.suffix for path in scp.directory.iterdir()} == {".dcm"}


def test_the_originator_of_a_move_is_noted(scp: StorageSCP, files: list[FileMeta]) -> None:
    with associate(scp, *needed_contexts(files)) as association:
        request = c_store_rq(1, CT_IMAGE_STORAGE, files[0].sop_instance_uid, move_originator=("US", 4711))
        association.send(1, request, files[0].path.read_bytes()[files[0].data_set_offset :])
        assert association.receive().command.status == 0
    (instance,) = scp.take_received()
    assert instance.move_originator == ("US", 4711)


@pytest.mark.parametrize(
    ("calling", "called", "expected"), [("OTHER", "LOCAL", (1, 1, 3)), ("PEER", "OTHER", (1, 1, 7))]
)
def test_strangers_are_rejected(scp: StorageSCP, calling: str, called: str, expected: tuple[int, int, int]) -> None:
    association = associate(scp, (VERIFICATION, (IMPLICIT_VR_LE,)), calling=calling, called=called)
    assert association.ending is not None
    assert association.ending.rejection == Rejection(*expected)
    scp.callers = None
    with associate(scp, (VERIFICATION, (IMPLICIT_VR_LE,)), calling="ANYBODY") as accepted:
        assert echo(accepted).statuses == [0]


def test_only_the_given_transfer_syntaxes(scp: StorageSCP) -> None:
    scp.accepted_syntaxes = (IMPLICIT_VR_LE,)
    association = associate(
        scp,
        (CT_IMAGE_STORAGE, (JPEG_LOSSLESS_SV1, EXPLICIT_VR_LE)),
        (CT_IMAGE_STORAGE, (JPEG_LOSSLESS_SV1, IMPLICIT_VR_LE)),
        ("1.2.840.10008.5.1.4.1.2.2.1", (IMPLICIT_VR_LE,)),
    )
    association.release()
    assert [context.result for context in association.trace.contexts] == [4, 0, 3]


def test_other_requests(scp: StorageSCP) -> None:
    with associate(scp, (VERIFICATION, (IMPLICIT_VR_LE,))) as association:
        association.send(1, c_find_rq(1, VERIFICATION), b"")
        assert association.receive().command.status == 0x0211
        # Neither is a request, so neither is answered.
        association.send(1, c_cancel_rq(1))
        association.send(1, response_to(c_echo_rq(2), 0))
        assert echo(association).statuses == [0]


def test_a_store_without_data_set(scp: StorageSCP) -> None:
    with associate(scp, (CT_IMAGE_STORAGE, (EXPLICIT_VR_LE,))) as association:
        request = c_store_rq(1, CT_IMAGE_STORAGE, "1.2.3")
        request.elements[0x00000800] = 0x0101
        association.send(1, request)
        assert association.receive().command.status == 0xC000
    assert scp.take_received() == []


def test_waiting_for_what_arrives(scp: StorageSCP, files: list[FileMeta]) -> None:
    begun = time.monotonic()
    assert not scp.wait_until(lambda received: len(received) >= 3, 0.2)
    assert time.monotonic() - begun >= 0.2
    sender = threading.Thread(target=put, args=(scp, files))
    sender.start()
    assert scp.wait_until(lambda received: len(received) >= 3, 30)
    sender.join()


def test_an_instance_is_noted_before_its_response(scp: StorageSCP, files: list[FileMeta]) -> None:
    """A peer answers a C-MOVE as soon as it has our response: whoever asked may look at once."""
    with associate(scp, *needed_contexts(files)) as association:
        for file in files:
            store(association, [file])
            assert len(scp.take_received()) == 1


def test_what_comes_only_in_part_is_removed(scp: StorageSCP) -> None:
    association = associate(scp, (CT_IMAGE_STORAGE, (EXPLICIT_VR_LE,)))
    association.send(1, c_store_rq(1, CT_IMAGE_STORAGE, "1.2.3"))
    wait_until(lambda: len(list(scp.directory.iterdir())) == 1)
    association.abort()
    wait_until(lambda: list(scp.directory.iterdir()) == [])
    assert scp.take_received() == []


def test_associations_are_noted_refused_ones_too(scp: StorageSCP, files: list[FileMeta]) -> None:
    put(scp, files)
    associate(scp, (VERIFICATION, (IMPLICIT_VR_LE,)), calling="OTHER")
    assert scp.wait_until_quiet(30)
    traces = scp.take_traces()
    assert sorted(trace.calling_ae_title for trace in traces) == ["OTHER", "PEER"]
    assert scp.take_traces() == []


def slowly(scp: StorageSCP, file: FileMeta, pause: float, pieces: int) -> int | None:
    """Send an instance with pauses between its fragments; the status of its response, None if none comes."""
    data = file.path.read_bytes()[file.data_set_offset :]
    size = len(data) // pieces // 2 * 2
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    with associate(scp, (CT_IMAGE_STORAGE, (EXPLICIT_VR_LE,))) as association:
        wire = association._wire
        assert wire is not None
        request = encode_command(c_store_rq(1, CT_IMAGE_STORAGE, file.sop_instance_uid))
        pdvs = [PDV(1, True, True, request), *(PDV(1, False, part is parts[-1], part) for part in parts)]
        try:
            for pdv in pdvs:
                wire.send_bytes([encode_pdu(PDataTF((pdv,)))])
                time.sleep(pause)
            return association.receive().command.status
        except AssociationEnded:
            return None


def test_quiet_is_when_no_association_is_open(scp: StorageSCP) -> None:
    with associate(scp, (VERIFICATION, (IMPLICIT_VR_LE,))):
        assert not scp.wait_until_quiet(0.1)
    assert scp.wait_until_quiet(30)


@pytest.mark.slow
@pytest.mark.parametrize(("pause", "status"), [(0.4, 0), (4, None)])
def test_an_instance_may_take_longer_than_silence(
    tmp_path: Path, files: list[FileMeta], pause: float, status: int | None
) -> None:
    scp = StorageSCP("LOCAL", tmp_path, timeouts=Timeouts(idle=2))
    scp.start()
    try:
        # A machine that stalls makes a longer pause of one.
        assert status in (slowly(scp, files[0], pause, pieces=8) for _ in range(3))
    finally:
        scp.stop()


@pytest.mark.peer("storescu", "echoscu")
def test_dcmtk_as_peer(scp: StorageSCP, files: list[FileMeta], dcmtk: dict[str, str]) -> None:
    where = ["-aet", "PEER", "-aec", "LOCAL", scp.host, str(scp.port)]
    subprocess.run([dcmtk["echoscu"], *where], check=True, timeout=60)
    subprocess.run([dcmtk["storescu"], *where, *(str(file.path) for file in files)], check=True, timeout=60)
    received = scp.take_received()
    assert [instance.sop_instance_uid for instance in received] == [file.sop_instance_uid for file in files]


def test_ipv6(tmp_path: Path, files: list[FileMeta]) -> None:
    scp = StorageSCP("LOCAL", tmp_path, host="::1")
    try:
        scp.start()
    except OSError:
        pytest.skip("this machine has no IPv6")
    try:
        assert put(scp, files) == [0, 0, 0]
    finally:
        scp.stop()
