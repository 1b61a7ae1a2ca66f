"""C-STORE to the reference SCP: what is refused, with which status, and that nothing of it is left."""

from __future__ import annotations

import resource
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.dimse.elements import Tag
from harness.dimse.messages import c_store_rq
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.services.part10 import FileMeta
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_LOSSLESS_SV1,
    storage_sop_classes,
    transfer_syntaxes,
)
from tests.support.archives import associate, make, put, wait_until

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"


@pytest.fixture
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings()) as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> FileMeta:
    return make(tmp_path / "file")[0]


def data_of(file: FileMeta) -> bytes:
    return file.path.read_bytes()[file.data_set_offset :]


def send(
    scp: ReferenceSCP,
    data: bytes | None,
    instance: str,
    *,
    context: str = CT_IMAGE_STORAGE,
    command: str = CT_IMAGE_STORAGE,
    syntax: str = EXPLICIT_VR_LE,
) -> tuple[int | None, str]:
    """Status and Error Comment that answer these bytes."""
    with associate(scp, (context, (syntax,))) as association:
        request = c_store_rq(1, command, instance)
        if data is None:
            request.elements[Tag.COMMAND_DATA_SET_TYPE] = 0x0101
        association.send(1, request, data)
        response = association.receive().command
    comment = response.text(Tag.ERROR_COMMENT) or ""
    assert len(comment) <= 64
    return response.status, comment


def nothing_is_left(scp: ReferenceSCP) -> bool:
    return scp.index.count() == 0 and list(scp.index.instances.iterdir()) == []


def without(data: bytes, element: bytes) -> bytes:
    """The data set without an element of explicit VR, given by the bytes of its tag."""
    start = data.index(element)
    length = int.from_bytes(data[start + 6 : start + 8], "little")
    return data[:start] + data[start + 8 + length :]


CASES: dict[str, tuple[Callable[[bytes], bytes | None], int, str]] = {
    "cut": (lambda data: data[:-100], 0xC000, "the data set ends within element"),
    "garbage": (lambda data: b"\xff" * 40, 0xC000, "element (FFFF,FFFF) has no value representation"),
    "with a Part 10 header": (lambda data: bytes(128) + b"DICM" + data, 0xC000, "element (0000,0000) has no value"),
    "empty": (lambda data: b"", 0xC000, "the data set is empty"),
    "none": (lambda data: None, 0xC000, "the request has no data set"),
    "group 2": (
        lambda data: bytes.fromhex("02001000") + b"UI\x04\x001.2\0" + data,
        0xC000,
        "element (0002,0010) does not belong into a data set",
    ),
    "no class": (
        lambda data: without(data, b"\x08\0\x16\0UI"),
        0xA900,
        "the data set has no SOP Class UID (0008,0016)",
    ),
    "no study": (lambda data: without(data, b"\x20\0\x0d\0UI"), 0xA900, "the data set has no Study Instance UID"),
    "no series": (lambda data: without(data, b"\x20\0\x0e\0UI"), 0xA900, "the data set has no Series Instance UID"),
}


@pytest.mark.parametrize("case", CASES)
def test_data_sets_that_are_refused(scp: ReferenceSCP, file: FileMeta, case: str) -> None:
    change, status, comment = CASES[case]
    answered, said = send(scp, change(data_of(file)), file.sop_instance_uid)
    assert answered == status
    assert said.startswith(comment)
    assert nothing_is_left(scp)


@pytest.mark.parametrize(
    ("written", "declared"),
    [(EXPLICIT_VR_LE, IMPLICIT_VR_LE), (IMPLICIT_VR_LE, EXPLICIT_VR_LE), (EXPLICIT_VR_LE, "1.2.840.10008.1.2.1.99")],
)
def test_the_wrong_transfer_syntax_is_refused(scp: ReferenceSCP, tmp_path: Path, written: str, declared: str) -> None:
    (file,) = make(tmp_path / "wrong", transfer_syntax_uid=written)
    assert send(scp, data_of(file), file.sop_instance_uid, syntax=declared)[0] == 0xC000
    assert send(scp, data_of(file), file.sop_instance_uid, syntax=written)[0] == 0
    assert scp.index.count() == 1


@pytest.mark.parametrize(
    ("command", "context", "instance", "status"),
    [
        # The data set is of another class or instance than the command says.
        (MR_IMAGE_STORAGE, MR_IMAGE_STORAGE, "", 0xA900),
        (CT_IMAGE_STORAGE, CT_IMAGE_STORAGE, "1.2.3", 0xA900),
        # The command is for another class than the presentation context.
        (CT_IMAGE_STORAGE, MR_IMAGE_STORAGE, "", 0x0122),
        (CT_IMAGE_STORAGE, CT_IMAGE_STORAGE, "abc.def", 0x0117),
        (CT_IMAGE_STORAGE, CT_IMAGE_STORAGE, "1." * 40 + "1", 0x0117),
    ],
)
def test_class_and_instance_must_agree(
    scp: ReferenceSCP, file: FileMeta, command: str, context: str, instance: str, status: int
) -> None:
    instance = instance or file.sop_instance_uid
    assert send(scp, data_of(file), instance, command=command, context=context)[0] == status
    assert nothing_is_left(scp)


def test_an_association_that_ends_in_the_middle_leaves_nothing(file: FileMeta) -> None:
    ended = threading.Event()
    with ReferenceSCP(ReferenceSettings(), log=lambda line: ended.set()) as scp:
        association = associate(scp, (CT_IMAGE_STORAGE, (EXPLICIT_VR_LE,)))
        # Only the command: the SCP opens its file, and no data set ever comes.
        association.send(1, c_store_rq(1, CT_IMAGE_STORAGE, file.sop_instance_uid))
        wait_until(lambda: [path.suffix for path in scp.index.instances.iterdir()] == [".part"])
        association.abort()
        assert ended.wait(30)
        assert nothing_is_left(scp)


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """As if the disk were full: no file of this process may grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_answered_and_the_association_stands(scp: ReferenceSCP, tmp_path: Path) -> None:
    (large,) = make(tmp_path / "large", rows=1000, columns=1000)
    (small,) = make(tmp_path / "small", rows=8, columns=8)
    with associate(scp, (CT_IMAGE_STORAGE, (EXPLICIT_VR_LE,))) as association:
        statuses = []
        with files_limited_to(1 << 20):
            for file in (large, small):
                association.send(1, c_store_rq(1, CT_IMAGE_STORAGE, file.sop_instance_uid), data_of(file))
                statuses.append(association.receive().command.status)
    assert statuses == [0xA700, 0]
    assert scp.index.count() == len(list(scp.index.instances.iterdir())) == 1


def test_an_index_that_fails_is_answered(scp: ReferenceSCP, file: FileMeta) -> None:
    with scp.index.transaction() as connection:
        connection.execute("DROP TABLE instances")
    assert put(scp, [file]) == [0xA700]
    assert list(scp.index.instances.iterdir()) == []


def test_every_class_and_transfer_syntax_is_accepted(scp: ReferenceSCP) -> None:
    for syntax in transfer_syntaxes():
        association = associate(scp, (CT_IMAGE_STORAGE, (syntax,)))
        assert [context.accepted_transfer_syntax for context in association.trace.contexts] == [syntax]
        association.release()
    classes = storage_sop_classes()
    for start in range(0, len(classes), 128):
        association = associate(scp, *((uid, (IMPLICIT_VR_LE,)) for uid in classes[start : start + 128]))
        assert {context.result for context in association.trace.contexts} == {0}
        association.release()


def test_compressed_pixel_data_are_kept_as_they_came(scp: ReferenceSCP, tmp_path: Path) -> None:
    (file,) = make(tmp_path / "lossless", transfer_syntax_uid=JPEG_LOSSLESS_SV1)
    assert put(scp, [file]) == [0]
    (stored,) = scp.index.files({})
    assert stored.transfer_syntax_uid == JPEG_LOSSLESS_SV1
    assert data_of(stored) == data_of(file)


def test_two_stores_at_once_are_both_answered(scp: ReferenceSCP, tmp_path: Path) -> None:
    """Asynchronous operations are not negotiated, and yet nothing may get lost or mixed up."""
    files = make(tmp_path / "two", instances=2)
    with associate(scp, (CT_IMAGE_STORAGE, (EXPLICIT_VR_LE,))) as association:
        for number, file in enumerate(files, 1):
            association.send(1, c_store_rq(number, CT_IMAGE_STORAGE, file.sop_instance_uid), data_of(file))
        answers = [association.receive().command for _ in files]
    assert [(answer.message_id_being_responded_to, answer.status) for answer in answers] == [(1, 0), (2, 0)]
    stored = {file.sop_instance_uid: data_of(file) for file in scp.index.files({})}
    assert stored == {file.sop_instance_uid: data_of(file) for file in files}


@pytest.mark.parametrize(("status", "kept"), [(0xA700, 0), (0xC123, 0), (0xD000, 0), (0xB000, 1), (0x0107, 1)])
def test_a_status_on_request(file: FileMeta, status: int, kept: int) -> None:
    with ReferenceSCP(ReferenceSettings(refusals=Refusals(store=status))) as scp:
        assert put(scp, [file]) == [status]
        assert scp.index.count() == len(list(scp.index.instances.iterdir())) == kept


def anonymous_memory() -> int:
    """Bytes of this process that are not backed by a file."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) * 1024
    pytest.skip("this system does not say how much memory is anonymous")


@pytest.mark.peer("dcmsend")
def test_memory_does_not_grow_with_the_instance(scp: ReferenceSCP, tmp_path: Path, dcmtk: dict[str, str]) -> None:
    (file,) = make(tmp_path / "file")
    size = 128 << 20
    data = data_of(file)
    at = data.index(b"\xe0\x7f\x10\0O")
    large = tmp_path / "large.dcm"
    large.write_bytes(file.path.read_bytes()[: file.data_set_offset + at])
    with large.open("r+b") as stream:
        stream.seek(0, 2)
        stream.write(b"\xe0\x7f\x10\0OW\0\0" + size.to_bytes(4, "little"))
        stream.truncate(stream.tell() + size)
    before = anonymous_memory()
    highest = [before]
    command = [dcmtk["dcmsend"], "-aec", "REFERENCE", scp.address.host, str(scp.address.port), str(large)]
    with subprocess.Popen(command) as sender:
        while sender.poll() is None:
            highest.append(anonymous_memory())
            time.sleep(0.002)
    assert sender.returncode == 0
    (stored,) = scp.index.files({})
    assert stored.data_set_length > size
    assert max(highest) - before < 16 << 20
